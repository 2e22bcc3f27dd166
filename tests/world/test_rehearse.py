"""`repete rehearse` on a real sound server, with the real voice and recognizer, offline."""

from __future__ import annotations

import json
import os
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from repete import clips, scenario
from repete.feedback import sentences
from repete.model import Feedback, Language, Note
from repete.transcribe.recognizer import Recognizer
from repete.voices.system import system_voice
from tests.world.studio import AUDIO, Command, Studio, is_heard, recorded, start

YOUR_TURN = {"en": "Your turn", "fr": "À vous"}
NAME = {"en": "camille", "fr": "camille"}


def rehearse(studio: Studio, *arguments: str) -> Command:
    return start("rehearse", *arguments, env=studio.env)


def the_session(home: Path) -> dict[str, object]:
    (path,) = (home / "sessions").glob("*/session.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_whole_rehearsal(
    studio: Studio, home: Path, tmp_path: Path, recognizer: Recognizer, language: Language
) -> None:
    recorder = studio.record(tmp_path / "speaker.wav")
    command = rehearse(studio, "pitch", "--lang", language)
    command.wait_for(YOUR_TURN[language])
    studio.speak(AUDIO / f"pitch.{language}.flac")
    assert command.ended() == 0, command.text
    recorder.terminate()
    recorder.wait()

    session = the_session(home)
    (take,) = session["takes"]  # type: ignore[misc]
    made = {hit["move"]: hit for hit in take["moves"]}
    assert NAME[language] in take["transcript"]["text"].lower()
    assert {"self_introduction", "what_i_do"} <= set(made)
    assert NAME[language] in made["self_introduction"]["quote"].lower()
    said = clips.read(AUDIO / f"pitch.{language}.flac")
    assert take["timing"]["total"] == pytest.approx(said.seconds - 1.6, abs=0.6)
    assert take["audio"]["problems"] == []
    words = take["transcript"]["words"]
    assert all(one["end"] <= two["start"] + 1e-6 for one, two in pairwise(words))

    (kept,) = (home / "sessions").glob("*/take-01.flac")
    assert is_heard(said, clips.read(kept).samples) > 0.7

    brief = scenario.find("pitch").brief(language, "network")
    out = recorded(tmp_path / "speaker.wav")
    voice = system_voice()
    feedback = Feedback(take["feedback"]["spoken"], tuple(map(as_note, take["feedback"]["notes"])))
    assert voice.say(brief.wording.setting, language).seconds > 2
    for text, role in (
        (brief.wording.setting, "coach"),
        *((line.text, brief.sex(line.voice)) for line in brief.play[0].lines),
        *((text, "coach") for text in sentences(feedback)),
    ):
        clip = voice.say(text, language, role)  # type: ignore[arg-type]
        assert is_heard(clip, out.samples) > 0.7 or clip.seconds < 1, text
    if language == "en":
        assert "lift" in recognizer.transcribe(out, "en").text.lower()


def as_note(told: dict[str, object]) -> Note:
    return Note(told["kind"], told["about"], told["text"])  # type: ignore[arg-type]


def test_silence_is_said_and_not_judged(studio: Studio, home: Path) -> None:
    command = rehearse(studio, "pitch", "--lang", "en", "--output", "none")
    command.wait_for("Your turn")
    assert "pure silence" in command.text  # told before the user has talked for nothing
    assert command.ended() == 0
    assert "no speech was heard" in command.text
    (take,) = the_session(home)["takes"]  # type: ignore[misc]
    assert take["timing"] is None


def test_control_c_keeps_what_was_said(studio: Studio, home: Path) -> None:
    command = rehearse(studio, "pitch", "--lang", "en", "--output", "none")
    command.wait_for("Your turn")
    speaking = studio.start_speaking(AUDIO / "pitch.en.flac")
    time.sleep(5)
    command.interrupt()
    assert command.ended(20) == 130
    speaking.terminate()
    speaking.wait()
    assert "Kept in" in command.text
    (kept,) = (home / "sessions").glob("*/take-01.flac")
    assert 3 < clips.read(kept).seconds < 25  # the partner is read before, at the pace of speech
    assert np.abs(clips.read(kept).samples).max() > 0.05


def test_a_killed_rehearsal_leaves_its_take(studio: Studio, home: Path) -> None:
    command = rehearse(studio, "pitch", "--lang", "en", "--output", "none")
    command.wait_for("Your turn")
    speaking = studio.start_speaking(AUDIO / "pitch.en.flac")
    time.sleep(4)
    command.process.kill()
    command.ended(20)
    speaking.terminate()
    speaking.wait()
    (tape,) = (home / "sessions").glob("*/take-01.pcm")
    os.utime(tape, (0, 0))
    shown = start("show")
    assert shown.ended() == 0
    assert "Interrupted" in shown.text
    (kept,) = (home / "sessions").glob("*/take-01.flac")
    assert clips.read(kept).seconds > 2


def test_an_unknown_device_is_told(studio: Studio) -> None:
    command = rehearse(studio, "pitch", "--input", "Blue Yeti")
    assert command.ended() == 2
    assert 'no microphone "Blue Yeti"' in command.text


def test_the_doctor(studio: Studio) -> None:
    command = start("doctor", "--json", env=studio.env)
    code = command.ended()
    found = {item["part"]: item for item in map(json.loads, command.lines)}
    assert set(found) == {"microphone", "speaker", "echo", "voice en", "voice fr", "model", "disk"}
    assert not found["microphone"]["is_well"]  # nobody speaks into it: pure silence
    assert "muted or unplugged" in found["microphone"]["text"]
    assert all(item["is_well"] for part, item in found.items() if part != "microphone")
    assert code == 1


def test_play_plays(studio: Studio, home: Path, tmp_path: Path) -> None:
    sample = AUDIO / "pitch.en.flac"
    made = start("rehearse", "pitch", "--input", str(sample), "--output", "none", env=studio.env)
    assert made.ended() == 0, made.text
    recorder = studio.record(tmp_path / "speaker.wav")
    time.sleep(0.5)
    assert start("play", "last", "1", env=studio.env).ended() == 0
    recorder.terminate()
    recorder.wait()
    assert is_heard(clips.read(sample), recorded(tmp_path / "speaker.wav").samples) > 0.7
