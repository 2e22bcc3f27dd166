"""Judging: everything that can be said of one recording."""

from __future__ import annotations

import numpy as np

from repete import scenario
from repete.judging import Evidence, judge
from repete.model import Audio, Clip, Heard, Profile, Span, Transcript
from tests.conftest import said, silence, tone

BRIEF = scenario.find("interrupted").brief("en", "network")


def after_silence() -> Clip:
    """Half a second of nothing, then a tone."""
    return Clip(np.concatenate([silence(0.5).samples, tone(14.5).samples]))


def test_a_reply_is_timed_judged_and_answered() -> None:
    clip = after_silence()
    words = said("Hello, my name is Camille Martin. Here's my card.")
    take = judge(Evidence(clip, Heard(words, (Span(0.5, clip.seconds),))), BRIEF, Profile())
    assert take.feedback is not None
    assert "card" in take.feedback.spoken
    assert take.audio == Audio("", 15.0, ())
    assert take.timing is not None
    assert take.timing.total == 14.5
    assert take.difficulty == "real"


def test_a_take_tells_how_hard_it_was_played() -> None:
    hard = scenario.find("interrupted").brief("en", "network", "hard")
    take = judge(Evidence(silence(3), Heard(Transcript(""))), hard, Profile())
    assert take.difficulty == "hard"


def test_silence_is_not_judged() -> None:
    take = judge(Evidence(silence(3), Heard(Transcript(""))), BRIEF, Profile())
    assert take.audio is not None
    assert take.audio.problems == ("dead_silence", "no_speech")
    assert (take.timing, take.delivery, take.moves) == (None, None, ())
