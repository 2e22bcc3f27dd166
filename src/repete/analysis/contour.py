"""Contour: the outline of a recording, as the eye wants it: peaks, loudness, pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repete.model import SAMPLE_RATE, Clip, Samples

PEAKS = 50
"""Peaks a second: more than a screen shows of a short reply, little for a long one."""

STEPS = 10
"""Values a second of the loudness and pitch curves: syllables come at four to eight a second."""

LOWEST, HIGHEST = 65.0, 420.0
"""Hertz between which a speaking voice lies (Baken & Orlikoff 2000)."""

VOICED = 0.5
"""Correlation with itself one period later from which a sound has a pitch."""

AUDIBLE = -50.0
"""Level in dBFS under which no pitch is looked for."""

_WINDOW = 1024
_BATCH = 256


@dataclass(frozen=True)
class Contour:
    """`peaks` are 0 to 100, `PEAKS` a second; `loudness` in dBFS and `pitch` in hertz come
    `STEPS` a second, and are None where there is none."""

    seconds: float
    peaks: tuple[int, ...]
    loudness: tuple[float | None, ...]
    pitch: tuple[float | None, ...]
    peaks_a_second: int = PEAKS
    steps_a_second: int = STEPS


def contour(clip: Clip) -> Contour:
    """The outline of the clip."""
    loudness = _loudness(clip.samples)
    pitch = _pitch(clip.samples)
    return Contour(
        round(clip.seconds, 3),
        tuple(int(peak) for peak in _peaks(clip.samples)),
        tuple(round(float(level), 1) if level > -80 else None for level in loudness),
        tuple(
            round(float(hertz), 1) if hertz > 0 and level > AUDIBLE else None
            for hertz, level in zip(pitch, loudness, strict=True)
        ),
    )


def _blocks(samples: Samples, a_second: int) -> Samples:
    """The samples in rows of one step each, the last one filled with silence."""
    size = SAMPLE_RATE // a_second
    padded = np.pad(samples, (0, -len(samples) % size))
    return padded.reshape(-1, size)


def _peaks(samples: Samples) -> NDArray[np.int64]:
    """The peaks, the loudest one of the clip at 100."""
    found = np.abs(_blocks(samples, PEAKS)).max(axis=1, initial=0.0)
    most = float(found.max(initial=0.0))
    scaled: NDArray[np.int64] = np.round(100 * found / (most or 1.0)).astype(np.int64)
    return scaled


def _loudness(samples: Samples) -> NDArray[np.float64]:
    power = np.mean(np.square(_blocks(samples, STEPS), dtype=np.float64), axis=1)
    level: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12))
    return level


def _pitch(samples: Samples) -> NDArray[np.float64]:
    """The pitch at each step in hertz, 0 where the sound has none: autocorrelation of a window of
    64 ms, normalized by the window's own (Boersma 1993)."""
    rows = _blocks(samples, STEPS)[:, :_WINDOW].astype(np.float64)
    parts = [_pitches(rows[at : at + _BATCH]) for at in range(0, len(rows), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _pitches(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    window = np.hanning(_WINDOW)
    shape = _correlation(window[np.newaxis])[0]
    found = _correlation((rows - rows.mean(axis=1, keepdims=True)) * window)
    energy = np.maximum(found[:, :1], 1e-12)
    shortest, longest = int(SAMPLE_RATE / HIGHEST), int(SAMPLE_RATE / LOWEST)
    alike = (found / energy / (shape / shape[0]))[:, shortest : longest + 1]
    # a period's double fits as well as the period: the first that is nearly the best is taken
    near = alike >= 0.9 * alike.max(axis=1, keepdims=True)
    peak = near & (alike >= np.roll(alike, 1, axis=1)) & (alike >= np.roll(alike, -1, axis=1))
    at = np.argmax(peak, axis=1)
    best = alike[np.arange(len(alike)), at]
    return np.where((best >= VOICED) & (at > 0), SAMPLE_RATE / (at + shortest), 0.0)


def _correlation(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(rows, 2 * _WINDOW, axis=1)
    return np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :_WINDOW]
