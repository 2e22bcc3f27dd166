"""Filled pauses made longer, lower and creakier than a voice speaks them, by the WORLD vocoder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyworld
from numpy.typing import NDArray

from repete.model import SAMPLE_RATE, Samples

Doubles = NDArray[np.float64]
STEP = 5.0
"""Milliseconds from one of the vocoder's frames to the next."""


@dataclass(frozen=True, eq=False)
class Analysed:
    """A sound as the vocoder sees it: pitch (hertz, 0 unvoiced), envelope, aperiodicity."""

    pitch: Doubles
    envelope: Doubles
    noise: Doubles


@cache
def analysed(path: Path) -> Analysed:
    """The voiced part of a hum."""
    sound = np.load(path).astype(np.float64)
    rough, at = pyworld.dio(sound, SAMPLE_RATE, f0_floor=60, f0_ceil=450, frame_period=STEP)
    pitch = pyworld.stonemask(sound, rough, at, SAMPLE_RATE)
    envelope = pyworld.cheaptrick(sound, pitch, at, SAMPLE_RATE)
    noise = pyworld.d4c(sound, pitch, at, SAMPLE_RATE)
    loud = envelope.sum(axis=1)
    kept = np.flatnonzero((pitch > 0) & (loud > 0.01 * np.percentile(loud, 90)))
    part = slice(kept[0], kept[-1] + 1) if len(kept) else slice(0, 0)
    return Analysed(pitch[part], envelope[part], noise[part])


def is_usable(hum: Analysed) -> bool:
    """Whether the voice said something voiced that is long enough to be stretched."""
    return len(hum.pitch) >= 20 and bool(np.mean(hum.pitch > 0) > 0.7)


def sung(hum: Analysed, seconds: float, hertz: float, rng: np.random.Generator) -> Samples:
    """The hum in another length, around another pitch, flat or falling, sometimes creaky.

    The envelope moves through the hum at its own pace at both ends and stands still between them,
    as in speech; a filter a few per cent off makes another throat of it.
    """
    count = max(20, round(1000 * seconds / STEP))
    source = _paced(len(hum.pitch), count, rng)
    envelope = _throat(_at(hum.envelope, source), rng)
    fall = rng.choice([0.0, 1.0]) * rng.uniform(-4, 1) * np.linspace(0, 1, count)
    sway = np.convolve(rng.normal(0, 1, count + 40), np.hanning(41) / 20, "valid")
    pitch = hertz * 2 ** ((fall - fall.mean() + rng.uniform(0, 0.4) * sway) / 12)
    noise = _at(hum.noise, source)
    if rng.random() < 0.25:
        pitch, envelope = _creaky(pitch, envelope, rng)
    noise = np.clip(noise ** rng.uniform(0.6, 1.3), 0, 1)
    sound = pyworld.synthesize(pitch, envelope, noise, SAMPLE_RATE, STEP)
    return _edged(np.asarray(sound, np.float32), rng)


def cropped(sound: Samples, seconds: float, factor: float, rng: np.random.Generator) -> Samples:
    """A hum as it was spoken, faster and higher by `factor`, cut to so many seconds at most."""
    at = np.arange(0, len(sound) - 1, factor)
    heard = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    size = min(len(heard), round(seconds * SAMPLE_RATE))
    first = rng.integers(len(heard) - size + 1)
    return _edged(heard[first : first + size].copy(), rng)


def vocoded(sound: Samples) -> Samples:
    """Speech through the vocoder and back, or the vocoder itself would give a filled pause away."""
    doubles = sound.astype(np.float64)
    rough, at = pyworld.dio(doubles, SAMPLE_RATE, f0_floor=60, f0_ceil=450, frame_period=STEP)
    pitch = pyworld.stonemask(doubles, rough, at, SAMPLE_RATE)
    envelope = pyworld.cheaptrick(doubles, pitch, at, SAMPLE_RATE)
    noise = pyworld.d4c(doubles, pitch, at, SAMPLE_RATE)
    heard = pyworld.synthesize(pitch, envelope, noise, SAMPLE_RATE, STEP)
    return np.asarray(heard[: len(sound)], np.float32)


def breath(hum: Analysed, seconds: float, rng: np.random.Generator) -> Samples:
    """The hum without a voice: air through the same throat, which is no filled pause."""
    count = max(20, round(1000 * seconds / STEP))
    envelope = _throat(_at(hum.envelope, _paced(len(hum.pitch), count, rng)), rng)
    sound = pyworld.synthesize(np.zeros(count), envelope, np.ones_like(envelope), SAMPLE_RATE, STEP)
    return _edged(np.asarray(sound, np.float32), rng)


def _paced(frames: int, count: int, rng: np.random.Generator) -> Doubles:
    """Which of the hum's frames each new one is."""
    if count <= frames:
        first = rng.uniform(0, frames - count)
        return np.linspace(first, first + count - 1, count)
    edge = min(frames // 2 - 1, 12)
    middle = np.linspace(edge, frames - 1 - edge, count - 2 * edge)
    return np.concatenate([np.arange(edge), middle, np.arange(frames - edge, frames)])


def _at(rows: Doubles, places: Doubles) -> Doubles:
    low = np.clip(places.astype(int), 0, len(rows) - 1)
    high = np.clip(low + 1, 0, len(rows) - 1)
    part = (places - low)[:, None]
    mixed: Doubles = np.exp(
        (1 - part) * np.log(rows[low] + 1e-16) + part * np.log(rows[high] + 1e-16)
    )
    return np.ascontiguousarray(mixed)


def _throat(envelope: Doubles, rng: np.random.Generator) -> Doubles:
    """The envelope with its formants moved and its tilt changed a little."""
    bins = np.arange(envelope.shape[1])
    moved = np.clip(bins * rng.uniform(0.88, 1.14), 0, len(bins) - 1)
    low = moved.astype(int)
    tilt = 10 ** (rng.uniform(-6, 4) / 10 * np.log2(1 + bins / 32) / 4)
    return np.ascontiguousarray(envelope[:, low] * tilt)


def _creaky(pitch: Doubles, envelope: Doubles, rng: np.random.Generator) -> tuple[Doubles, Doubles]:
    """The end of the sound an octave down with uneven pulses."""
    first = int(len(pitch) * rng.uniform(0.1, 0.7))
    uneven = np.exp(rng.normal(0, 0.12, len(pitch) - first))
    low = np.concatenate([pitch[:first], np.maximum(40, pitch[first:] * 0.55 * uneven)])
    loud = np.exp(rng.normal(0, 0.3, (len(pitch), 1)))
    loud[:first] = 1
    return low, np.ascontiguousarray(envelope * loud)


def _edged(sound: Samples, rng: np.random.Generator) -> Samples:
    """The sound with a rise and a fall, and a slow change of level."""
    size = len(sound)
    rise, fall = (round(rng.uniform(0.01, 0.08) * SAMPLE_RATE) for _ in range(2))
    shape = np.ones(size, np.float32)
    shape[: min(rise, size)] *= np.linspace(0, 1, min(rise, size), dtype=np.float32)
    shape[-min(fall, size) :] *= np.linspace(1, 0, min(fall, size), dtype=np.float32)
    slope = np.linspace(0, rng.uniform(-6, 2), size)
    return np.asarray(sound * shape * 10 ** (slope / 20), np.float32)
