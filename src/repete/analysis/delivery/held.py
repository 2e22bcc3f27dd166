"""Held sounds: stretches where the voice stays on one sound, as in "um", "euh" and "le::".

A filled pause is a voiced sound whose pitch and spectrum stand still (Goto 1999); speech in motion
changes both several times a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import STEP, Floats, Frames
from repete.model import Span

SHORTEST, LONGEST = 0.15, 1.5
"""Seconds that a held sound lasts: a stressed vowel is shorter, a hum at work longer."""

STEADY_BANDS = 2.6
"""Decibels by which the mean band may change within 60 ms in a sound that is held."""

STEADY_PITCH = 1.0
"""Semitones by which the pitch may move within 60 ms in a sound that is held."""

HOLE = 0.03
"""Seconds of unrest that do not end a held sound: one glitch of the pitch."""

_LAG = 3
_DYNAMIC = 45.0


@dataclass(frozen=True)
class Held:
    """A held sound: where, how steady (0 is still), and how loud against the speech around it."""

    span: Span
    unrest: float
    drift: float
    loudness: float
    pitch: float
    shape: tuple[float, ...]


def held_sounds(frames: Frames) -> tuple[Held, ...]:
    """Every held sound of a recording, in order."""
    bands = np.maximum(frames.bands, frames.bands.max(initial=-120.0) - _DYNAMIC)
    bands = _smooth(bands - bands.mean(axis=1, keepdims=True))
    unrest = _change(bands)
    drift = _drift(frames.pitch)
    still = (frames.pitch > 0) & (unrest < STEADY_BANDS) & (drift < STEADY_PITCH)
    voiced = frames.pitch > 0
    usual = float(np.median(frames.level[voiced])) if voiced.any() else 0.0
    typical = float(np.median(frames.pitch[voiced])) if voiced.any() else 1.0
    found = []
    for first, last in _runs(still):
        part = slice(first, last + 1)
        pitch = frames.pitch[part]
        found.append(
            Held(
                Span(round(first * STEP, 3), round((last + 1) * STEP, 3)),
                float(unrest[part].mean()),
                float(np.std(12 * np.log2(np.maximum(pitch[pitch > 0], 1)))),
                float(frames.level[part].mean()) - usual,
                float(12 * np.log2(np.median(pitch[pitch > 0]) / typical)),
                tuple(float(x) for x in bands[part].mean(axis=0)),
            )
        )
    return tuple(found)


def _smooth(bands: Floats) -> Floats:
    """The bands averaged over three frames."""
    padded = np.pad(bands, ((1, 1), (0, 0)), mode="edge")
    mean: Floats = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    return mean


def _change(bands: Floats) -> Floats:
    """By how many decibels the bands differ between `_LAG` frames before and after."""
    padded = np.pad(bands, ((_LAG, _LAG), (0, 0)), mode="edge")
    change: Floats = np.abs(padded[2 * _LAG :] - padded[: -2 * _LAG]).mean(axis=1)
    return change


def _drift(pitch: Floats) -> Floats:
    """By how many semitones the pitch moves around each frame; 0 beside silence."""
    padded = np.pad(pitch, _LAG, mode="edge")
    before, after = padded[: -2 * _LAG], padded[2 * _LAG :]
    both = (before > 0) & (after > 0)
    ratio = np.where(both, after, 1) / np.where(both, before, 1)
    drift: Floats = np.abs(12 * np.log2(ratio)).astype(np.float32)
    return drift


def _runs(still: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    at = np.flatnonzero(still)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > 1 + round(HOLE / STEP))
    firsts, lasts = [at[0], *at[breaks + 1]], [*at[breaks], at[-1]]
    for first, last in zip(firsts, lasts, strict=True):
        if SHORTEST <= (last + 1 - first) * STEP <= LONGEST:
            yield int(first), int(last)
