"""How late a sound comes back, from a room made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from repete.delay import find, sweep
from repete.model import SAMPLE_RATE
from tests.test_echo import noise, room


@pytest.mark.parametrize("decibels", [-6.0, -20.0, -40.0])
@pytest.mark.parametrize("delay", [0.02, 0.25])
def test_the_echo_of_a_desk_is_measured(delay: float, decibels: float) -> None:
    said = sweep()
    played = np.pad(said, (0, SAMPLE_RATE))
    heard = room(played, delay, decibels) + noise(4, -75)[: len(played)]
    found = find(heard, said, noise(1, -75))
    assert found is not None
    assert found.decibels == pytest.approx(decibels, abs=3.0)
    assert found.delay == pytest.approx(delay, abs=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_a_desk_without_an_echo_has_none(seed: int) -> None:
    hiss = np.random.default_rng(seed).standard_normal(2 * SAMPLE_RATE).astype(np.float32) * 0.01
    assert find(hiss, sweep(), hiss) is None


def test_a_dead_microphone_hears_no_echo() -> None:
    nothing = np.zeros(2 * SAMPLE_RATE, np.float32)
    assert find(nothing, sweep(), nothing) is None
