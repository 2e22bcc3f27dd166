"""Whole plays on a real sound server: scripted users talk to the partner, who answers back."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repete import clips, scenario
from repete.model import Brief, Clip, Language, Line
from repete.voices.system import system_voice
from tests.world.studio import AUDIBLE, AUDIO, Command, Studio, is_heard, recorded, start

YOUR_TURN = {"en": "Your turn", "fr": "À vous"}


@contextmanager
def a_play(studio: Studio, name: str, language: Language, *more: str) -> Iterator[Command]:
    """A play that runs until the user's script is over, and then to its end."""
    command = start("rehearse", name, "--lang", language, *more, env=studio.env)
    yield command
    assert command.ended() == 0, command.text
    assert "too busy" not in command.text  # no sample was lost
    assert "trop occupé" not in command.text


def wait_for_turn(command: Command, language: Language, number: int) -> None:
    """Wait until the user has the floor for the so-manieth time."""
    end = time.monotonic() + 90
    while command.text.count(YOUR_TURN[language]) < number:
        assert time.monotonic() < end, command.text
        time.sleep(0.02)


def wait_for_voice(tape: Path) -> None:
    """Wait until somebody is heard in a recording that goes on."""
    since, end = len(recorded(tape).samples), time.monotonic() + 90
    while not (np.abs(recorded(tape).samples[since:]) > AUDIBLE).any():
        assert time.monotonic() < end, "nobody is heard"
        time.sleep(0.05)


def the_take(home: Path) -> dict[str, Any]:
    (path,) = (home / "sessions").glob("*/session.json")
    (take,) = json.loads(path.read_text(encoding="utf-8"))["takes"]
    return dict(take)


def brief_of(name: str, language: Language) -> Brief:
    return scenario.find(name).brief(language, "network")


def line_with(brief: Brief, hook: str) -> Line:
    return next(line for beat in brief.play for line in beat.lines if line.hook == hook)


def spoken(line: Line, brief: Brief) -> Clip:
    """The line as the partner's voice says it."""
    return system_voice().say(line.text, brief.language, brief.sex(line.voice))


def audio(name: str, language: Language) -> Path:
    return AUDIO / f"{name}.{language}.flac"


def _count_for_ever() -> None:
    while True:
        pass


@contextmanager
def a_busy_core() -> Iterator[None]:
    """One core of the machine that has something else to do."""
    busy = multiprocessing.get_context("spawn").Process(target=_count_for_ever, daemon=True)
    busy.start()
    yield
    busy.kill()
    busy.join()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_cuts_in_on_the_second_hook_is_answered(
    studio: Studio, home: Path, tmp_path: Path, language: Language
) -> None:
    brief = brief_of("monologue", language)
    hook = line_with(brief, "client")
    recorder = studio.record(tmp_path / "speaker.wav")
    with a_busy_core(), a_play(studio, "monologue", language) as command:
        command.wait_for(hook.text[:40])
        studio.speak(audio("hook", language))
    recorder.terminate()
    recorder.wait()

    take = the_take(home)
    cut = next(said for said in take["exchange"] if said["cut_off"] is not None)
    assert cut["beat"] == "talk"
    line = next(line for line in brief.play[0].lines if line.text == cut["text"])
    turn = take["turns"][0]
    assert turn["hook"] == "client"
    assert turn["waited"] > 5
    out = recorded(tmp_path / "speaker.wav").samples
    said = spoken(line, brief)
    end = said.samples[-min(len(said.samples) // 3, 16_000) :]
    assert is_heard(Clip(said.samples[:8_000]), out) > 0.7  # half a second: he stops soon
    assert is_heard(Clip(end), out) < 0.3  # he fell silent, and never said the rest
    answer = next(said for said in take["exchange"] if said["start"] > cut["end"])
    assert answer["who"] == "partner"
    assert answer["text"] in command.text.replace("» ", "")
    assert "pivot" in {hit["move"] for hit in take["moves"]}
    assert take["transcript"]["words"][0]["start"] > cut["start"]


def test_only_nods_take_no_turn_and_he_comes_to_his_end(studio: Studio, home: Path) -> None:
    brief = scenario.find("monologue").brief("en", "network", "hard")
    with a_play(studio, "monologue", "en", "--difficulty", "hard") as command:
        for line in brief.play[0].lines[:2]:
            command.wait_for(line.text[:30])
            time.sleep(1)
            studio.speak(audio("nod", "en"))
    take = the_take(home)
    first = [said for said in take["exchange"] if said["beat"] == "talk"]
    assert all(said["cut_off"] is None for said in first)
    assert take["turns"][-1]["beat"] == "asks"
    assert "pivot" in take["missed"]


def test_a_silent_user_hears_the_play_out(studio: Studio, home: Path) -> None:
    with a_play(studio, "circulate", "fr") as command:
        command.wait_for(YOUR_TURN["fr"])
    take = the_take(home)
    assert take["timing"] is None
    assert "aucune parole" in command.text
    assert len(take["turns"]) >= 1


def test_the_newcomer_breaks_in_on_the_users_own_sentence(
    studio: Studio, home: Path, tmp_path: Path
) -> None:
    brief = brief_of("interrupted", "en")
    recorder = studio.record(tmp_path / "speaker.wav")
    with a_play(studio, "interrupted", "en") as command:
        command.wait_for(YOUR_TURN["en"])
        studio.speak(audio("proposal", "en"))
        wait_for_turn(command, "en", 2)  # the newcomer has spoken, and listens
        studio.speak(audio("interrupted", "en"))
    recorder.terminate()
    recorder.wait()

    take = the_take(home)
    newcomer = take["exchange"][0]
    assert newcomer["who"] == "newcomer"
    words = take["transcript"]["words"]
    assert words[0]["start"] < newcomer["start"] < words[-1]["end"]
    assert brief.sex("newcomer") != brief.sex("partner")
    made = {hit["move"] for hit in take["moves"]}
    assert {"self_introduction", "lunch_ask"} <= made
    first = next(beat for beat in brief.play if beat.mode == "breaks_in").lines[0]
    out = recorded(tmp_path / "speaker.wav").samples
    assert is_heard(Clip(spoken(first, brief).samples[:16_000]), out) > 0.7


def test_she_lets_go_of_who_invites_her_and_proposes_to_circulate(
    studio: Studio, home: Path
) -> None:
    with a_play(studio, "circulate", "en") as command:
        command.wait_for(YOUR_TURN["en"])
        studio.speak(audio("circulate", "en"))
    take = the_take(home)
    assert {"network_invite", "split_up"} <= {hit["move"] for hit in take["moves"]}
    assert len(take["turns"]) <= 2


def test_who_goes_on_while_the_coach_speaks_takes_the_floor_back(
    studio: Studio, home: Path, tmp_path: Path
) -> None:
    recorder = studio.record(tmp_path / "speaker.wav")
    with a_play(studio, "pitch", "en") as command:
        command.wait_for(YOUR_TURN["en"])
        user = studio.start_speaking(audio("pitch", "en"))
        time.sleep(2)  # the partner's last word has been heard
        wait_for_voice(tmp_path / "speaker.wav")
        time.sleep(1)  # in the middle of what the coach says
        assert user.poll() == 0
        studio.speak(audio("hook", "en"))
    recorder.terminate()
    recorder.wait()
    take = the_take(home)
    assert "coach" in {said["who"] for said in take["exchange"]}
    assert "missed appointments" in take["transcript"]["text"]
    assert "who do the work" in take["transcript"]["text"]
    assert take["audio"]["seconds"] > 35


def test_a_minute_without_a_pause_is_read_to_its_last_word(
    studio: Studio, home: Path, tmp_path: Path
) -> None:
    pitch = clips.read(audio("pitch", "en")).samples
    talk = np.concatenate([pitch[8_000:-14_000]] * 2)
    clips.write(Clip(talk), tmp_path / "talk.flac")
    with a_busy_core(), a_play(studio, "pitch", "en", "--output", "none") as command:
        command.wait_for(YOUR_TURN["en"])
        studio.speak(tmp_path / "talk.flac")
    take = the_take(home)
    assert take["transcript"]["text"].lower().count("clinic") == 2
    assert take["timing"]["total"] == pytest.approx(len(talk) / 16_000, abs=2)
    assert take["timing"]["verdict"] == "long"
