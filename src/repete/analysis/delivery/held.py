"""Held sounds: stretches where the voice stays on one sound, as in "um", "euh" and "le::".

A filled pause is a voiced sound whose pitch and spectrum stand still (Goto 1999); speech in motion
changes both several times a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Held:
    """A held sound and what tells a filled pause from a vowel that is merely long.

    `unrest` is the mean change of its bands (dB in 60 ms), `drift` the standard deviation of its
    pitch (semitones); `loudness` (dB) and `pitch` (semitones) are against the speaker's median.
    """

    span: Span
    unrest: float
    drift: float
    loudness: float
    pitch: float


def held_sounds(frames: Frames) -> tuple[Held, ...]:
    """Every held sound of a recording, in order."""
    heard = frames.level > np.percentile(frames.level, 95) - AUDIBLE
    voiced = (frames.pitch > 0) & heard
    if not voiced.any():
        return ()
    unrest = _change(_smooth(_shape(frames.bands)))
    still = voiced & (unrest < STEADY_BANDS) & (_drift(frames.pitch) < STEADY_PITCH)
    usual = float(np.median(frames.level[voiced]))
    typical = float(np.median(frames.pitch[voiced]))
    return tuple(
        _held(frames, unrest, slice(first, last + 1), (usual, typical))
        for first, last in _runs(still)
    )


def is_filled_pause(held: Held, covered: float, shortest: float) -> bool:
    """Whether a held sound of at least `shortest` seconds is a filled pause.

    `covered` is the share of it that words explain.

    The limits were set on the recordings that `benchmarks/labels.toml` names: a filled pause lies
    low in the voice, is steadier than a vowel in a word and not much weaker.
    """
    return (
        held.span.seconds >= shortest
        and held.pitch <= FILLED_PITCH
        and held.drift < FILLED_DRIFT
        and held.unrest < FILLED_UNREST
        and held.loudness > FILLED_LOUDNESS
        and (covered <= FILLED_COVER or held.span.seconds >= TOO_LONG)
    )


FILLED_SECONDS = 0.18
FILLED_PITCH = 0.5
FILLED_DRIFT = 1.7
FILLED_UNREST = 2.0
FILLED_LOUDNESS = -12.0
FILLED_COVER = 0.6

TOO_LONG = 0.45
"""Seconds from which a held sound is a hesitation though a word seems to explain it: the last
vowel of a sentence is held for less."""

SLOW, ENOUGH = 1.5, 4
"""How many times the median of a speaker's held sounds (when there are so many) a filled pause
lasts: one who speaks slowly holds every vowel."""


def shortest(held: Sequence[Held]) -> float:
    """Seconds that a filled pause of this speaker lasts at least."""
    lengths = [sound.span.seconds for sound in held]
    usual = float(np.median(lengths)) if len(lengths) >= ENOUGH else 0.0
    return max(FILLED_SECONDS, SLOW * usual)


def _held(frames: Frames, unrest: Floats, part: slice, usual: tuple[float, float]) -> Held:
    pitch = frames.pitch[part]
    pitch = pitch[pitch > 0]
    return Held(
        Span(round(part.start * STEP, 3), round(part.stop * STEP, 3)),
        float(unrest[part].mean()),
        float(np.std(12 * np.log2(pitch))),
        float(frames.level[part].mean()) - usual[0],
        float(12 * np.log2(np.median(pitch) / usual[1])),
    )


def _shape(bands: Floats) -> Floats:
    """The bands without their overall level, their weakest parts cut off with the noise."""
    cut = np.maximum(bands, bands.max(initial=-120.0) - _DYNAMIC)
    shape: Floats = cut - cut.mean(axis=1, keepdims=True)
    return shape


def _smooth(bands: Floats) -> Floats:
    """The bands averaged over three frames."""
    padded = np.pad(bands, ((1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3, np.float32)


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
