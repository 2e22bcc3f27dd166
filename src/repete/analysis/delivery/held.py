"""Held sounds: stretches where the voice stays on one sound, as in a lengthened "le::" or "the::".

Pitch and spectrum stand still in them (Goto 1999); speech in motion changes both several times a
second.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import STEP, Floats, Frames
from repete.model import Span

SHORTEST, LONGEST = 0.12, 1.5
"""Seconds that a held sound lasts: a stressed vowel is shorter, a hum at work longer."""

STEADY_BANDS = 2.6
"""Decibels by which the mean band may change within 60 ms in a sound that is held."""

STEADY_PITCH = 1.8
"""Semitones by which the pitch may move within 60 ms in a sound that is held."""

AUDIBLE = 32.0
"""Decibels under the loud part of the recording at which a sound no longer counts."""

HOLE = 0.06
"""Seconds of unrest that do not end a held sound: the lips closing in "um"."""

_LAG = 3
_DYNAMIC = 45.0


def held_sounds(frames: Frames) -> tuple[Span, ...]:
    """Every held sound of a recording, in order."""
    heard = frames.level > np.percentile(frames.level, 95) - AUDIBLE
    voiced = (frames.pitch > 0) & heard
    if not voiced.any():
        return ()
    unrest = _unrest(frames.bands)
    still = voiced & (unrest < STEADY_BANDS) & (_drift(frames.pitch) < STEADY_PITCH)
    return tuple(
        Span(round(first * STEP, 3), round((last + 1) * STEP, 3)) for first, last in _runs(still)
    )


def _unrest(bands: Floats) -> Floats:
    """By how many decibels the shape of the bands differs between `_LAG` frames before and
    after each, a part at a time."""
    least, last = bands.max(initial=-120.0) - _DYNAMIC, len(bands) - 1
    starts = range(0, len(bands), _PART)
    around = (np.arange(at - _LAG - 1, min(at + _PART, len(bands)) + _LAG + 1) for at in starts)
    shapes = (_shape(bands[np.clip(rows, 0, last)], least) for rows in around)
    return np.concatenate([_change(_smooth(shape)) for shape in shapes])


_PART = 5000


def _shape(bands: Floats, least: float) -> Floats:
    """The bands without their overall level, their weakest parts cut off with the noise."""
    cut = np.maximum(bands, np.float32(least))
    shape: Floats = cut - cut.mean(axis=1, keepdims=True)
    return shape


def _smooth(bands: Floats) -> Floats:
    """The bands averaged over three frames."""
    return np.asarray((bands[:-2] + bands[1:-1] + bands[2:]) / 3, np.float32)


def _change(bands: Floats) -> Floats:
    """By how many decibels the bands differ between `_LAG` frames before and after."""
    change: Floats = np.abs(bands[2 * _LAG :] - bands[: -2 * _LAG]).mean(axis=1)
    return change


def _drift(pitch: Floats) -> Floats:
    """By how many semitones the pitch moves around each frame; 0 beside silence."""
    padded = np.pad(pitch, _LAG, mode="edge")
    before, after = padded[: -2 * _LAG], padded[2 * _LAG :]
    both = (before > 0) & (after > 0)
    ratio = np.where(both, after, np.float32(1)) / np.where(both, before, np.float32(1))
    return np.asarray(np.abs(12 * np.log2(ratio)), np.float32)


def _runs(still: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    at = np.flatnonzero(still)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > 1 + round(HOLE / STEP))
    firsts, lasts = [at[0], *at[breaks + 1]], [*at[breaks], at[-1]]
    for first, last in zip(firsts, lasts, strict=True):
        if SHORTEST <= (last + 1 - first) * STEP <= LONGEST:
            yield int(first), int(last)
