"""Judging: everything that can be said of one recording."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np

from repete import scenario
from repete.clips import Pcm, to_pcm
from repete.judging import Evidence, judge
from repete.model import SAMPLE_RATE, Audio, Clip, Heard, Profile, Span, Transcript
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


def test_a_long_take_is_judged_in_little_memory(tmp_path: Path) -> None:
    minutes, seconds = 4, 240.0
    path, count = tmp_path / "take.pcm", round(seconds * SAMPLE_RATE)
    with path.open("wb") as tape:
        for second in np.split(tone(seconds).samples, minutes):
            tape.write(to_pcm(second))
    heard = Heard(said("Hello, my name is Camille Martin."), (Span(0.5, seconds),))
    tracemalloc.start()
    judge(Evidence(Clip(Pcm(path, count)), heard), BRIEF, Profile())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 200e6 / 30 * minutes  # 200 MB in half an hour
