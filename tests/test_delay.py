"""How late a sound comes back, from a room made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from repete.delay import ENOUGH, FARTHEST, Jump, find, shift, sweep
from repete.echo import BLOCK
from repete.model import SAMPLE_RATE, Samples
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


def late(samples: Samples, count: int) -> Samples:
    """The samples so much later, or sooner."""
    return np.roll(np.pad(samples, FARTHEST), count)[FARTHEST:-FARTHEST]


@pytest.mark.parametrize("count", [0, 1, -37, 480, -FARTHEST, FARTHEST])
@pytest.mark.parametrize("over", [-80.0, -10.0])
def test_a_shift_is_found_under_a_louder_sound(count: int, over: float) -> None:
    expected = noise(0.8, -26)
    heard = late(expected, count) + noise(0.8, over)
    assert shift(heard, expected) == count


def test_a_shift_that_is_not_plain_is_none() -> None:
    assert shift(noise(0.8, -20), noise(0.8, -20)) is None
    silence = np.zeros(8 * BLOCK, np.float32)
    assert shift(silence, silence) is None
    assert shift(noise(0.8, -20), np.zeros_like(noise(0.8, -20))) is None


def test_two_sounds_cut_off_together_are_not_alike_in_that() -> None:
    at = np.arange(24 * BLOCK) / SAMPLE_RATE
    heard, expected = np.sin(2 * np.pi * 310 * at), np.sin(2 * np.pi * 170 * at)
    assert shift(heard.astype(np.float32), expected.astype(np.float32)) is None


REACH = 3


def looked(heard: Samples, expected: Samples) -> list[int | None]:
    jump = Jump(REACH)
    return [
        jump.process(heard[at : at + BLOCK], expected[at : at + BLOCK], is_said=True)
        for at in range(0, len(expected), BLOCK)
    ]


def test_a_jump_is_told_when_two_looks_agree() -> None:
    expected = noise(2, -26)
    found = looked(late(expected, 200), expected)
    first = REACH - 1 + ENOUGH
    assert found[:first] == [None] * first
    assert set(found[first:]) == {200}


def test_two_looks_that_differ_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([100, 300, None, 300, 301])
    monkeypatch.setattr("repete.delay.shift", lambda heard, expected: next(looks))
    blocks = noise(1, -26)[: (REACH - 1 + ENOUGH + 4) * BLOCK]
    assert looked(blocks, blocks)[-5:] == [None, None, None, None, 301]


def test_a_jump_waits_for_something_to_be_said() -> None:
    jump, quiet = Jump(REACH), np.zeros(BLOCK, np.float32)
    for _ in range(3 * ENOUGH):
        assert jump.process(noise(1, -26)[:BLOCK], quiet, is_said=False) is None
    assert not jump.has_begun
    assert jump.tried == 0
