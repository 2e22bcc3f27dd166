"""How the voice sounded when it stopped: made of a hum whose pitch is known."""

from __future__ import annotations

import numpy as np
import pytest

from repete.analysis.ending import HELD, ending
from repete.model import SAMPLE_RATE, Samples


def voice(*parts: tuple[float, float, float]) -> Samples:
    """A hum of several parts (seconds, hertz at the start, hertz at the end), then silence."""
    pitch = np.concatenate(
        [np.linspace(low, high, round(seconds * SAMPLE_RATE)) for seconds, low, high in parts]
    )
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    hum = sum(np.sin(k * phase) / k for k in range(1, 10)) * 0.1
    return np.concatenate([np.asarray(hum, np.float32), np.zeros(SAMPLE_RATE // 2, np.float32)])


@pytest.mark.parametrize(
    ("end", "tone"), [((150.0, 90.0), "falling"), ((150.0, 151.0), "level"), ((150, 230), "rising")]
)
def test_the_last_syllable_tells_the_tone(end: tuple[float, float], tone: str) -> None:
    assert ending(voice((1.0, 150, 152), (0.3, *end))).tone == tone


def test_a_jump_of_an_octave_is_an_error_of_the_tracker_and_no_tone() -> None:
    assert ending(voice((1.0, 120, 121), (0.3, 250, 251))).tone is None


def test_without_a_voice_nothing_is_known() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, SAMPLE_RATE).astype(np.float32)
    for samples in (np.zeros(0, np.float32), np.zeros(SAMPLE_RATE, np.float32), noise):
        assert ending(samples).tone is None


def test_a_last_sound_that_stands_still_is_held() -> None:
    moving = [(0.1, low, high) for low, high in [(120, 170), (170, 120)] * 4]
    assert ending(voice(*moving, (0.6, 120, 121))).held >= HELD
    assert ending(voice(*moving)).held < HELD
