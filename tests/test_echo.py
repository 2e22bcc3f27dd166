"""The echo canceller, on noise that comes back from a room made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from repete.analysis.condition import level
from repete.delay import ENOUGH
from repete.echo import BLOCK, FUTILE, LESSONS, PARTITIONS, Canceller
from repete.model import SAMPLE_RATE, Samples

random = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def anew() -> None:
    """Each test has the same numbers, whichever ran before."""
    random.bit_generator.state = np.random.default_rng(7).bit_generator.state


def noise(seconds: float, decibels: float) -> Samples:
    count = round(seconds * SAMPLE_RATE) // BLOCK * BLOCK
    return (random.standard_normal(count) * 10 ** (decibels / 20)).astype(np.float32)


def room(said: Samples, delay: float = 0.08, decibels: float = -6.0) -> Samples:
    """What comes back: late, with a tail of a quarter of a second, and softer."""
    tail = random.standard_normal(SAMPLE_RATE // 4) * np.exp(-np.arange(SAMPLE_RATE // 4) / 800)
    tail *= 10 ** (decibels / 20) / np.linalg.norm(tail)
    late = np.concatenate([np.zeros(round(delay * SAMPLE_RATE)), said])[: len(said)]
    return np.convolve(late, tail)[: len(said)].astype(np.float32)


def through(canceller: Canceller, heard: Samples, said: Samples) -> tuple[Samples, list[bool]]:
    clean, echoes = [], []
    for at in range(0, len(heard), BLOCK):
        clean.append(canceller.process(heard[at : at + BLOCK], said[at : at + BLOCK]))
        echoes.append(canceller.is_echo)
    return np.concatenate(clean), echoes


@pytest.mark.parametrize("decibels", [-6.0, -20.0])
@pytest.mark.parametrize("delay", [0.0, 0.03, 0.12])
def test_an_echo_is_taken_out_within_seconds(delay: float, decibels: float) -> None:
    said = noise(8, -20)
    echo = room(said, delay, decibels)
    clean, echoes = through(Canceller(), echo + noise(8, -70), said)
    last = slice(-2 * SAMPLE_RATE, None)
    assert level(clean[last]) < level(echo[last]) - 20
    assert all(echoes[-60:])


def test_without_an_echo_the_voice_is_left_as_it_was() -> None:
    said, user = noise(6, -20), noise(6, -30)
    clean, echoes = through(Canceller(), user, said)
    assert np.array_equal(clean, user)
    assert not any(echoes[LESSONS:])


def test_in_an_unknown_room_nothing_heard_meanwhile_is_the_user() -> None:
    said = noise(2, -20)
    _, echoes = through(Canceller(), room(said), said)
    assert all(echoes[:LESSONS])


def test_while_nothing_is_said_every_sample_stays() -> None:
    user = noise(2, -30)
    clean, echoes = through(Canceller(), user, np.zeros_like(user))
    assert np.array_equal(clean, user)
    assert not any(echoes)


def test_a_voice_over_the_echo_keeps_its_level_and_is_told_from_it() -> None:
    said = noise(10, -20)
    echo = room(said)
    user = np.zeros_like(said)
    user[6 * SAMPLE_RATE : 8 * SAMPLE_RATE] = np.resize(noise(2, -26), 2 * SAMPLE_RATE)
    clean, echoes = through(Canceller(), echo + user, said)
    both = slice(6 * SAMPLE_RATE, 8 * SAMPLE_RATE)
    assert level(clean[both]) == pytest.approx(level(user[both]), abs=1.0)
    speaking = slice(6 * SAMPLE_RATE // BLOCK + 1, 8 * SAMPLE_RATE // BLOCK)
    assert not any(echoes[speaking])
    assert all(echoes[-40:])


def test_it_learns_a_room_that_changes() -> None:
    said = noise(12, -20)
    half = len(said) // BLOCK // 2 * BLOCK
    before, after = room(said), room(said, delay=0.05)
    echo = np.concatenate([before[:half], after[half:]])
    clean, _ = through(Canceller(), echo, said)
    last = slice(-SAMPLE_RATE, None)
    assert level(clean[last]) < level(echo[last]) - 15


def test_it_follows_two_clocks_that_part() -> None:
    said = noise(10, -20)
    echo = room(said)
    at = np.arange(len(echo))
    parting = np.interp(at * (1 - 2e-5), at, echo).astype(np.float32)
    clean, _ = through(Canceller(), parting, said)
    last = slice(-SAMPLE_RATE, None)
    assert level(clean[last]) < level(echo[last]) - 6


def jumped(echo: Samples, at: int) -> Samples:
    """The echo, from a block on 30 ms later."""
    late = np.concatenate([np.zeros(480, np.float32), echo])[: len(echo)]
    return np.concatenate([echo[: at * BLOCK], late[at * BLOCK :]])


def test_a_jump_of_the_devices_is_no_voice_where_there_is_an_echo() -> None:
    said = noise(8, -20)
    canceller = Canceller()
    through(canceller, room(said), said)
    canceller.disturbed()
    _, echoes = through(canceller, noise(10, -26), noise(10, -20))
    learnt = PARTITIONS + ENOUGH + FUTILE + LESSONS  # it is not found again, but learnt anew
    assert all(echoes[: learnt - 5])
    assert not any(echoes[learnt + 5 :])


@pytest.mark.parametrize("decibels", [-6.0, -20.0])
def test_an_echo_that_jumped_is_found_under_the_voice_of_the_user(decibels: float) -> None:
    said = noise(12, -20)
    half = len(said) // BLOCK // 2
    echo = jumped(room(said, 0.05, decibels), half)
    canceller = Canceller()
    through(canceller, echo[: half * BLOCK], said[: half * BLOCK])
    canceller.disturbed()
    user = noise(12, -26)
    clean, echoes = through(canceller, (echo + user)[half * BLOCK :], said[half * BLOCK :])
    found = PARTITIONS - 1 + ENOUGH
    assert all(echoes[:found])
    assert not any(echoes[found + 3 :])
    both = slice((found + 3) * BLOCK, None)
    assert level(clean[both]) == pytest.approx(level(user), abs=0.5)


def test_who_cuts_in_is_heard_although_the_device_forgot_what_was_ahead() -> None:
    said = noise(8, -20)
    half = len(said) // BLOCK // 2
    said[half * BLOCK :] = 0
    echo, user = room(said), noise(8, -20)
    canceller = Canceller()
    through(canceller, echo[: half * BLOCK], said[: half * BLOCK])
    canceller.disturbed()
    _, echoes = through(canceller, (echo + user)[half * BLOCK :], said[half * BLOCK :])
    assert not any(echoes)


def test_an_echo_that_jumped_unnoticed_is_no_voice_and_a_louder_voice_is() -> None:
    said = noise(8, -20)
    after = slice(6 * SAMPLE_RATE // BLOCK * BLOCK, None)
    echo = room(said, 0.05, -20.0)
    echo[after] = np.roll(echo, 480)[after]  # 30 ms
    _, echoes = through(Canceller(), echo + noise(8, -70), said)
    assert all(echoes[LESSONS:])
    echo[after] += noise(8, -26)[after]
    _, echoes = through(Canceller(), echo + noise(8, -70), said)
    assert not any(echoes[after.start // BLOCK + 1 :])


def test_a_jump_of_the_devices_means_nothing_with_headphones() -> None:
    said = noise(6, -20)
    canceller = Canceller()
    through(canceller, noise(6, -30), said)
    canceller.disturbed()
    _, echoes = through(canceller, noise(1, -30), noise(1, -20))
    assert not any(echoes)
