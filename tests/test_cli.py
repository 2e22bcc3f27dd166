"""The command line: what a user types, and what bad input gets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from repete import cli, clips
from repete.errors import SoundError
from repete.habits import baselines
from repete.sound import hardware
from repete.store import Store
from tests.conftest import silence, tone
from tests.library import kept, session

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process; gives its exit code and what it printed."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["repete", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, " ".join(printed.err.split())

    return command


def test_text_as_json(run: Run) -> None:
    code, out, _ = run(
        "analyse", "--text", "Hi, my name is Camille Martin.", "--scenario", "interrupted", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert list(document)[:4] == ["scenario", "goal", "language", "audio"]
    assert document["schema"] == 1
    assert document["audio"] is None
    assert document["timing"] is None
    assert document["moves"][0]["move"] == "self_introduction"
    assert document["moves"][0]["start"] is None
    assert "card_handoff" in document["missed"]


def test_text_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Je m'appelle Camille.\nVoici ma carte."))
    code, out, _ = run("analyse", "--text", "-", "--lang", "fr")
    assert code == 0
    assert "se présenter" in out
    assert "donner sa carte" in out


def test_an_empty_text_is_not_judged(run: Run) -> None:
    code, out, _ = run("analyse", "--text", "", "--scenario", "interrupted")
    assert code == 0
    assert "I heard no words" in out


def test_the_language_is_the_locales(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")
    assert "Le sac" in run("scenarios")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("rehearse", "interupted"), 'Did you mean "interrupted"?'),
        (("rehearse",), "Name a scenario"),
        (("rehearse", "pitch", "--lang", "de"), "'de' is not one of"),
        (("rehearse", "pitch", "--input", "no-such.wav"), "does not exist"),
        (("pitch", "--seconds", "2"), "2 is not in the range"),
        (("analyse",), "Name one or more recordings"),
        (("analyse", "a.wav", "--text", "b"), "not both"),
        (("analyse", "no-such.wav"), "does not exist"),
        (("analyse", "a.wav", "--scenario", "lunch"), "There is no scenario"),
        (("show",), "no session yet"),
        (("show", "1999"), "no session yet"),
        (("play",), "no session yet"),
        (("delete", "1999"), "no session yet"),
        (("scenarios", "show", "x"), "There is no scenario"),
        (("scenarios", "check", "no-such.toml"), "cannot be read"),
        (("doctr",), "No such command 'doctr'"),
    ],
)
def test_bad_input_gets_one_sentence_and_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert says in err
    assert out == ""
    assert "Traceback" not in err


def test_a_file_that_is_no_recording(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("no sound")
    code, _, err = run("analyse", str(tmp_path / "a.mp3"))
    assert code == 2
    assert "cannot be read as a recording" in err


def test_no_microphone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "devices", lambda: ())
    code, _, err = run("rehearse", "interrupted", "--output", "none")
    assert code == 2
    assert "There is no microphone" in err


def test_an_unknown_device(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    only = hardware.Device(0, "Built-in", 1, 1, True, True)
    monkeypatch.setattr(hardware, "devices", lambda: (only,))
    code, _, err = run("rehearse", "interrupted", "--input", "Blue Yeti")
    assert code == 2
    assert 'no microphone "Blue Yeti"' in err


def test_no_sound_library_is_told_with_its_cure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise SoundError("The sound library PortAudio is missing: install it.")

    monkeypatch.setattr(hardware, "_library", missing)
    code, _, err = run("devices")
    assert code == 2
    assert "PortAudio is missing" in err


def test_silence_needs_no_recognizer_and_is_kept(run: Run, tmp_path: Path) -> None:
    clips.write(silence(1.5), tmp_path / "nothing.wav")
    code, out, _ = run(
        "rehearse", "pitch", "--input", str(tmp_path / "nothing.wav"), "--output", "none", "--json"
    )
    document = json.loads(out)
    assert code == 0
    assert document["audio"]["problems"] == ["dead_silence", "no_speech"]
    assert document["feedback"]["spoken"] == "I heard no words. Shall we try again?"
    assert Path(document["audio"]["path"]).exists()
    code, out, _ = run("sessions", "--json")
    assert json.loads(out)["scenario"] == "pitch"
    code, out, _ = run("show", "--json")
    assert json.loads(out)["audio"] == document["audio"]
    assert "1 session." in " ".join(run("sessions", "--rebuild")[1].split())
    assert run("progress")[1]
    code, out, _ = run("delete", json.loads(run("sessions", "--json")[1])["id"], "--yes")
    assert code == 0
    assert not Path(document["audio"]["path"]).exists()


def test_an_interrupted_take_is_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips.write(tone(2), tmp_path / "talk.wav")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("repete.cli.sitting.judge", interrupted)
    code, out, _ = run(
        "rehearse", "pitch", "--input", str(tmp_path / "talk.wav"), "--output", "none"
    )
    assert code == cli.INTERRUPTED
    assert "Kept in" in out
    shown = run("show")[1]
    assert "Interrupted" in shown
    assert "take-01.flac" in shown


def test_check_names_file_and_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('id = "mine"\ntarget = 3\n')
    code, out, _ = run("scenarios", "check", str(path))
    assert code == 2
    assert f"{path}:2: target takes two numbers" in out


def test_the_profile_is_kept_and_forgotten(run: Run) -> None:
    run("profile", "--name", " Zoé Blanc ", "--what", "fix old boats")
    assert json.loads(run("profile", "--json")[1])["name"] == "Zoé Blanc"
    assert "fix old boats" in " ".join(run("scenarios", "show", "pitch")[1].split())
    run("profile", "--clear")
    assert json.loads(run("profile", "--json")[1])["name"] == ""


def test_a_scenario_is_told_whole(run: Run) -> None:
    code, out, _ = run("scenarios", "show", "interrupted", "--lang", "fr", "--goal", "friend")
    assert code == 0
    assert "Une réponse modèle" in out
    assert "{" not in out


def test_the_play_is_drawn_as_a_tree(run: Run) -> None:
    code, out, _ = run("scenarios", "show", "circulate", "--lang", "en", "--difficulty", "hard")
    drawn = " ".join(out.split())
    assert code == 0
    assert "├── you say nothing → quiet (then it is your turn)" in drawn
    assert "glasses (then it is your turn)" in drawn
    assert "warmest (above)" in drawn
    easy = run("scenarios", "show", "circulate", "--lang", "en", "--difficulty", "easy")[1]
    assert "glasses" not in easy


@pytest.mark.parametrize("name", ["circulate", "monologue", "icebreaker", "interrupted", "pitch"])
def test_every_line_of_a_play_is_in_its_tree_and_its_json(run: Run, name: str) -> None:
    for language in ("en", "fr"):
        arguments = ("scenarios", "show", name, "--lang", language)
        drawn = "".join(run(*arguments)[1].split()).replace("│", "")
        told = json.loads(run(*arguments, "--json")[1])["play"]
        assert told
        for beat in told:
            for line in beat["lines"]:
                assert "".join(line["text"].split()) in drawn


def test_no_colour_codes_reach_a_pipe(run: Run) -> None:
    assert "\x1b" not in run("scenarios")[1]
    assert "\x1b" not in run("scenarios", "show", "monologue")[1]


def test_explain_says_why(run: Run) -> None:
    text = "Hello, my name is Camille Martin. Here's my card."
    told = ("analyse", "--text", text, "--scenario", "interrupted", "--lang", "en", "--explain")
    code, out, _ = run(*told)
    assert code == 0
    assert "counted: " in out
    assert "not counted: " in out
    code, out, _ = run(*told, "--json")
    reasons = {it["move"]: it["reason"] for it in json.loads(out)["explained"]}
    assert reasons["card_handoff"] == "counted"
    assert reasons["lunch_ask"] == "absent"


def test_a_filler_is_marked_and_the_mark_taken_back(run: Run) -> None:
    made = kept(Store(), session("one"))
    assert "um" in run("correct", "one")[1]
    assert "does not count" in run("correct", "one", "--wrong", "1")[1]
    assert Store().load("one").takes[0].fillers == 0
    assert "0 fillers" in run("show", "one")[1]
    document = json.loads(run("correct", "one", "1", "--right", "1", "--json")[1])
    assert document["correction"] is None
    run("correct", "one", "--wrong", "1")
    run("correct", "one", "--forget")
    assert Store().load("one") == made


@pytest.mark.parametrize("arguments", [("one", "2"), ("one", "--wrong", "9"), ("none",)])
def test_what_cannot_be_marked_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    kept(Store(), session("one"))
    code, _, error = run("correct", *arguments)
    assert code == 2
    assert error.startswith("repete: ")
    assert Store().load("one").takes[0].correction is None


def test_five_takes_make_a_baseline_that_show_tells(run: Run) -> None:
    for number in range(6):
        kept(Store(), session(f"s{number}", day=number))
    assert "you: 150, mostly 150 to 150" in " ".join(run("show", "s5")[1].split())
    own = baselines(Store(), "en")
    assert own["words_per_minute"].takes == 6
    assert baselines(Store(), "fr") == {}
