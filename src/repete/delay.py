"""How late a sound comes back, and how loud."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repete.analysis.condition import level
from repete.model import SAMPLE_RATE, Samples


@dataclass(frozen=True)
class Echo:
    """What comes back of what was played: its level under it in dB, and how late in seconds."""

    decibels: float
    delay: float


PLAIN = 8.0
"""How far the correlation with what was played must stand out of its own noise: chance reaches 5
in two seconds of sound."""


def find(heard: Samples, said: Samples, before: Samples) -> Echo | None:
    """The echo of a sound with many frequencies in a recording of the same moment; None for none.

    `before` is the room without it, which is taken off the level.
    """
    size = 1 << (len(heard) + len(said)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    likeness = np.abs(np.fft.irfft(spectrum, size)[: len(heard)])
    at = _peak(likeness)
    if at is None:
        return None
    power = 10 ** (level(heard[at : at + len(said)]) / 10) - 10 ** (level(before) / 10)
    least = (likeness[at] / float(np.dot(said, said))) ** 2 * 10 ** (level(said) / 10)
    decibels = 10 * float(np.log10(max(power, least))) - level(said)
    return Echo(round(decibels, 1), at / SAMPLE_RATE)


def _peak(likeness: NDArray[np.floating[Any]]) -> int | None:
    """Where a correlation stands out of its own noise; None where it does not."""
    at = int(np.argmax(likeness))
    return at if likeness[at] > PLAIN * float(np.sqrt(np.mean(likeness**2))) else None


def sweep(seconds: float = 0.8, decibels: float = -20.0) -> Samples:
    """A rising tone from 300 Hz to 5 kHz, soft at both ends: every frequency of a voice once."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    rate = np.log(5000 / 300) / seconds
    tone = np.sin(2 * np.pi * 300 * (np.exp(rate * at) - 1) / rate)
    tone *= np.minimum(1, np.minimum(at, seconds - at) / 0.05)
    return np.asarray(tone * np.sqrt(2) * 10 ** (decibels / 20), np.float32)


RECENT, ENOUGH = 24, 8
"""Blocks of sound in which a jump is looked for (0.8 s), and how many of them (a quarter of a
second) must hold something that was said."""

SAME = 2
"""Samples by which two looks may differ that say the same: one look is sometimes led astray by the
period of a voice."""

FARTHEST = SAMPLE_RATE // 10
"""Samples by which an echo may have jumped: the devices' buffers hold no more."""

_WHITE = np.float32(0.01)
"""Share of the mean power under which a frequency counts for less."""

_RAMP = 256
"""Samples over which a sound starts and ends softly: two that are cut off at the same moment would
be alike in that."""


class Jump:
    """Follows an echo whose delay has jumped, until it is plain how far; feed it every block.

    `has_begun` tells whether something was said since: until then all that comes back is of
    before.
    """

    def __init__(self, reach: int) -> None:
        """`reach` is how many blocks later what was said before may still come back."""
        self.has_begun = False
        self._old = reach
        self._said = 0
        self._seen: int | None = None
        self._heard: deque[Samples] = deque(maxlen=RECENT)
        self._expected: deque[Samples] = deque(maxlen=RECENT)

    @property
    def tried(self) -> int:
        """The blocks of something said in which it was looked for in vain."""
        return max(0, self._said - ENOUGH + 1)

    def process(self, heard: Samples, expected: Samples, is_said: bool) -> int | None:
        """By how many samples the echo comes later than expected; None while nobody can tell."""
        self._old = max(0, self._old - 1)
        self.has_begun = self.has_begun or is_said
        if self._old or not self.has_begun:
            return None
        self._said += is_said
        self._heard.append(heard)
        self._expected.append(expected)
        if self._said < ENOUGH:
            return None
        before = self._seen
        self._seen = shift(np.concatenate(self._heard), np.concatenate(self._expected))
        if self._seen is None or before is None or abs(self._seen - before) > SAME:
            return None
        return self._seen


def shift(heard: Samples, expected: Samples) -> int | None:
    """By how many samples an echo comes later than expected; None where it is not plain.

    By the phase transform of Knapp and Carter, "The generalized correlation method for estimation
    of time delay", IEEE Transactions on Acoustics, Speech, and Signal Processing 24, 1976: all
    frequencies count the same, so that a voice over the echo hides it in the few that are its own.
    """
    size = 1 << (2 * len(heard) - 1).bit_length()
    ramp = np.minimum(1, np.arange(len(expected)) / _RAMP)
    soft = expected * ramp * ramp[::-1]
    crossed = _whitened(heard, size) * np.conj(_whitened(soft, size))
    likeness = np.roll(np.fft.irfft(crossed), FARTHEST)[: 2 * FARTHEST + 1]
    at = _peak(likeness)
    return None if at is None else at - FARTHEST


def _whitened(samples: Samples, size: int) -> NDArray[np.complexfloating]:
    spectrum = np.fft.rfft(samples, size)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(spectrum / np.sqrt(power + _WHITE * power.mean() + np.float32(1e-12)))
