"""What the loudspeaker remembers of what was said, without a device: blocks are taken by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from repete.model import SAMPLE_RATE, Clip, Samples
from repete.sound.output import LATENCY, PATIENT, SPARE, Loudspeaker
from repete.voice_activity import BLOCK

SAID = np.arange(1, SAMPLE_RATE + 1, dtype=np.float32)


class Clock:
    """Time that passes only where somebody waits; `device` is called when it has."""

    def __init__(self) -> None:
        self.now = 100.0
        self.device: Callable[[float], object] = lambda now: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.device(self.now)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The loudspeaker's clock: how busy the machine is does not matter here."""
    clock = Clock()
    monkeypatch.setattr("repete.sound.output.time", clock)
    return clock


def talking(taken: int) -> Loudspeaker:
    speaker = Loudspeaker(SAMPLE_RATE, LATENCY)
    speaker.add(SAID)
    speaker.next(taken)
    return speaker


def is_whole(samples: Samples) -> bool:
    return bool((np.diff(samples) == 1).all())


def test_what_was_heard_is_what_left_the_buffer_by_then(clock: Clock) -> None:
    speaker = talking(8000)
    heard = speaker.hear(BLOCK, clock.now)
    late = round((LATENCY + SPARE) * SAMPLE_RATE)
    assert is_whole(heard)
    assert heard[-1] == 8000 - late
    assert speaker.slips == 0


def test_a_loudspeaker_that_is_behind_is_heard_late_and_not_in_pieces(clock: Clock) -> None:
    speaker = talking(8000)
    first = speaker.hear(BLOCK, clock.now + 0.2)
    speaker.next(BLOCK)
    second = speaker.hear(BLOCK, clock.now + 0.2)
    assert is_whole(np.concatenate([first, second]))
    assert speaker.slips == 1


def test_a_loudspeaker_that_is_a_moment_late_is_waited_for(clock: Clock) -> None:
    speaker = talking(8000)
    first = speaker.hear(BLOCK, clock.now + 0.05)
    late = clock.now + 0.01
    clock.device = lambda now: now >= late and speaker.next(BLOCK)
    second = speaker.hear(BLOCK, clock.now + 0.1)
    assert is_whole(np.concatenate([first, second]))
    assert speaker.slips == 0


def test_clocks_that_have_parted_are_set_together_and_it_is_told(clock: Clock) -> None:
    speaker = talking(8000)
    speaker.hear(BLOCK, clock.now)
    slips = []
    for _ in range(100):  # the device takes as much as is heard, and 0.1 s at once before
        speaker.next(BLOCK if slips else BLOCK + 1600)
        speaker.hear(BLOCK, clock.now)
        slips.append(speaker.slips)
    assert slips[0] == 0
    assert slips[-1] == 1


def test_clocks_that_go_together_are_left_alone(clock: Clock) -> None:
    speaker = talking(8000)
    for _ in range(300):
        speaker.next(BLOCK)
        clock.now += BLOCK / SAMPLE_RATE
        speaker.hear(BLOCK, clock.now)
    assert speaker.slips == 0


def test_no_word_is_given_to_a_device_that_throws_it_away() -> None:
    speaker = talking(800)
    thrown = [speaker.give(160, is_late=True) for _ in range(100)]
    kept = speaker.give(160, is_late=False)
    assert not np.concatenate(thrown).any()
    assert is_whole(kept)
    assert kept[0] == 801
    assert speaker.stutters == 100


def patient() -> tuple[Loudspeaker, list[float]]:
    """A loudspeaker that keeps much ahead, and with what latency it was opened again."""
    asked: list[float] = []

    def open_with(latency: float) -> None:
        asked.append(latency)
        speaker.latency = round(latency * speaker.rate)

    speaker = Loudspeaker(SAMPLE_RATE, PATIENT)
    speaker.open = open_with
    return speaker, asked


def test_a_patient_loudspeaker_is_hastened_once() -> None:
    speaker, asked = patient()
    speaker.hasten()
    speaker.hasten()
    assert asked == [LATENCY]
    assert speaker.slips == 1


def test_a_slow_device_is_not_opened_again() -> None:
    speaker, asked = patient()
    speaker.hasten()
    speaker.latency = round(PATIENT * SAMPLE_RATE)  # it takes more ahead than it was asked to
    speaker.say(Clip(SAID))
    assert asked == [LATENCY]


def test_what_a_patient_loudspeaker_says_does_not_wait_behind_silence() -> None:
    speaker, asked = patient()
    speaker.say(Clip(SAID))
    speaker.say(Clip(SAID))
    assert asked == [PATIENT]
    speaker.hasten()
    speaker.next(2 * SAMPLE_RATE)
    speaker.say(Clip(SAID))
    assert asked == [PATIENT, LATENCY]


def test_a_clip_that_is_stopped_is_silent_at_once(clock: Clock) -> None:
    speaker = Loudspeaker(SAMPLE_RATE, LATENCY)
    restarted: list[int] = []
    speaker.restart = lambda: restarted.append(speaker.clock)
    playing = speaker.add(SAID)
    speaker.next(8000)
    clock.now += 0.02
    heard = 8000 - round((LATENCY - 0.02) * SAMPLE_RATE)
    assert playing.stop() == pytest.approx(heard / SAMPLE_RATE)
    assert restarted == [8000]
    assert speaker.slips == 1
    assert not speaker.next(BLOCK).any()
    assert playing.is_over
    assert not speaker.hear(BLOCK, clock.now).any()  # what was thrown away has no echo
    playing.stop()
    assert restarted == [8000]


def test_a_clip_that_never_began_is_stopped_without_a_word_of_another_lost() -> None:
    speaker = talking(800)
    speaker.restart = pytest.fail
    assert speaker.add(SAID).stop() == 0
    assert speaker.next(160)[0] == 801
