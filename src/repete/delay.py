"""How late a sound comes back, and how loud."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    at = int(np.argmax(likeness))
    if likeness[at] <= PLAIN * float(np.sqrt(np.mean(likeness**2))):
        return None
    power = 10 ** (level(heard[at : at + len(said)]) / 10) - 10 ** (level(before) / 10)
    least = (likeness[at] / float(np.dot(said, said))) ** 2 * 10 ** (level(said) / 10)
    decibels = 10 * float(np.log10(max(power, least))) - level(said)
    return Echo(round(decibels, 1), at / SAMPLE_RATE)


def sweep(seconds: float = 0.8, decibels: float = -20.0) -> Samples:
    """A rising tone from 300 Hz to 5 kHz, soft at both ends: every frequency of a voice once."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    rate = np.log(5000 / 300) / seconds
    tone = np.sin(2 * np.pi * 300 * (np.exp(rate * at) - 1) / rate)
    tone *= np.minimum(1, np.minimum(at, seconds - at) / 0.05)
    return np.asarray(tone * np.sqrt(2) * 10 ** (decibels / 20), np.float32)
