"""The loop, with a voice, ears and a recognizer that are small and obedient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repete import scenario
from repete.listen import Heard
from repete.model import Audio, Clip, Profile, Span, Take, Transcript
from repete.rehearsal import Parts, Rehearsal
from tests.conftest import said, silence, tone

BRIEF = scenario.find("interrupted").brief("en", "network")


def after_silence() -> Clip:
    """Half a second of nothing, then a tone."""
    return Clip(np.concatenate([silence(0.5).samples, tone(14.5).samples]))


class Studio:
    """Speaks into a list, hears what it was given, keeps takes in a list."""

    def __init__(self, clip: Clip, text: str) -> None:
        self.clip = clip
        self.text = text
        self.spoken: list[tuple[str, str]] = []
        self.kept: list[Take] = []

    def parts(self) -> Parts:
        return Parts(self.speak, self.listen, self.speech_in, self.transcribe, self.keep)

    def speak(self, text: str, role: str) -> None:
        self.spoken.append((role, text))

    def listen(self) -> Heard:
        return Heard(self.clip, "silence")

    def speech_in(self, clip: Clip) -> tuple[Span, ...]:
        return (Span(0.5, clip.seconds),) if self.text else ()

    def transcribe(self, clip: Clip, speech: tuple[Span, ...]) -> Transcript:
        return said(self.text)

    def keep(self, take: Take) -> Take:
        assert take.audio is not None
        self.kept.append(replace(take, audio=replace(take.audio, path="take-01.flac")))
        return self.kept[-1]


def test_prompt_take_answer() -> None:
    studio = Studio(after_silence(), "Hello, my name is Camille Martin. Here's my card.")
    rehearsal = Rehearsal(BRIEF, Profile(), studio.parts())
    rehearsal.prompt()
    take = rehearsal.take()
    rehearsal.answer(take)
    assert [role for role, _ in studio.spoken] == ["coach", "partner", "coach"]
    assert studio.spoken[0][1] == BRIEF.wording.setting
    assert take.feedback is not None
    assert studio.spoken[2][1] == take.feedback.spoken
    assert take == studio.kept[0]
    assert take.audio == Audio("take-01.flac", 15.0, ())
    assert take.timing is not None
    assert take.timing.total == 14.5


def test_silence_is_kept_and_not_judged() -> None:
    studio = Studio(silence(3), "")
    take = Rehearsal(BRIEF, Profile(), studio.parts()).take()
    assert take.audio is not None
    assert take.audio.problems == ("dead_silence", "no_speech")
    assert (take.timing, take.delivery, take.moves) == (None, None, ())
