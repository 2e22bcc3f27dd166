"""Frames: the sound in steps of 10 ms: how loud, which pitch, which spectrum.

Everything that is measured in the sound starts from here, so that it is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from repete.model import SAMPLE_RATE, Row, Samples

STEP = 0.01
"""Seconds from one frame to the next."""

LOWEST, HIGHEST = 65.0, 450.0
"""Hertz between which a speaking voice lies (a bass's creak to a child's emphasis)."""

BANDS = 20
"""Mel bands from 100 to 4000 Hz, the range of a telephone, so that one does not change them."""

_HOP = round(STEP * SAMPLE_RATE)
_WINDOW = 720
"""Samples that a frame looks at: 45 ms, three periods of the lowest voice (Boersma 1993)."""

_SIZE = 2048
_CHUNK = 250
_HALF_RATE = SAMPLE_RATE // 2
_FLOOR = 1e-12

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frames:
    """The sound in steps of `STEP`; frame `i` is centred on `i * STEP` seconds.

    `level` in dBFS; `pitch` in hertz, 0 where there is no voice; `strength` is how periodic the
    frame is (0 to 1); `bands` are the mel bands in dB.
    """

    level: Floats
    pitch: Floats
    strength: Floats
    bands: Floats

    def __len__(self) -> int:
        return len(self.level)


def frames_of(samples: Row) -> Frames:
    """The frames of a stretch of sound."""
    count = 1 + len(samples) // _HOP
    level, bands = np.empty(count, np.float32), np.empty((count, BANDS), np.float32)
    lags, strengths = np.empty((2, count, 3), np.float32)
    for start in range(0, count, _CHUNK):
        part = slice(start, min(start + _CHUNK, count))
        rows = _rows(samples, part)
        level[part], bands[part], lags[part], strengths[part] = _measured(rows)
    chosen = _best_path(lags, strengths)
    index = np.arange(count)
    strength = strengths[index, chosen]
    pitch = np.where(strength > 0, _HALF_RATE / lags[index, chosen], 0)
    return Frames(level, pitch.astype(np.float32), strength, bands)


def powers(samples: Samples, hop: int) -> NDArray[np.float64]:
    """The mean square of each whole `hop` samples."""
    blocks = samples[: len(samples) // hop * hop].reshape(-1, hop)
    return np.asarray(np.einsum("ij,ij->i", blocks, blocks), np.float64) / hop


def levels(power: NDArray[np.float64]) -> Floats:
    """The level in dBFS around each step's beginning: of the step before it and the step after it,
    by the `powers` of all steps."""
    sides = np.concatenate([power[:1], power, power[-1:]])
    mean = (sides[:-1] + sides[1:]) / 2 if len(power) else np.zeros(1)
    return np.asarray(10 * np.log10(np.maximum(mean, _FLOOR)), np.float32)


def _rows(samples: Row, frames: slice) -> Samples:
    """The windows of some frames, silence before and after the recording."""
    start = frames.start * _HOP - _WINDOW // 2
    stop = start + (frames.stop - frames.start - 1) * _HOP + _WINDOW
    inside = samples[max(0, start) : max(0, stop)]
    before = max(0, -start)
    padded = np.pad(inside, (before, stop - start - before - len(inside)))
    return np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]


def _measured(rows: Samples) -> tuple[Floats, Floats, Floats, Floats]:
    """Level, mel bands, and pitch candidates (lags and strengths) of some frames."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(rows * _hann(), _SIZE, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    level = 10 * np.log10(np.maximum(np.mean(np.square(rows), axis=1), _FLOOR))
    bands = 10 * np.log10(np.maximum(power @ _mel().T, _FLOOR))
    lags, strengths = _candidates(power[:, : _SIZE // 4 + 1])
    return level.astype(np.float32), bands.astype(np.float32), lags, strengths


def _candidates(power: Floats) -> tuple[Floats, Floats]:
    """The three best lags (in samples at 8 kHz) and how periodic the sound is at each.

    The autocorrelation divided by the window's own (Boersma 1993), from the spectrum under 4 kHz.
    """
    auto = np.fft.irfft(power, axis=1)
    auto = auto / np.maximum(auto[:, :1], _FLOOR) / _window_shape()
    first, last = int(_HALF_RATE / HIGHEST), int(_HALF_RATE / LOWEST) + 2
    near = auto[:, first - 1 : last + 1].astype(np.float32)
    middle = near[:, 1:-1]
    is_peak = (middle > near[:, :-2]) & (middle >= near[:, 2:]) & (middle > _VOICED)
    lags = np.arange(first, first + middle.shape[1])
    favour = _SHORT_LAG * np.log2(HIGHEST * lags / _HALF_RATE)
    scores = np.where(is_peak, middle - favour, 0)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    found = np.take_along_axis(scores, best, 1)
    return _between(near, best) + first, np.clip(found, 0, 1).astype(np.float32)


_VOICED = 0.45
"""Periodicity from which a frame is voiced (Praat's default)."""

_SHORT_LAG = 0.02
"""Periodicity that a lag loses for each octave, or every voice would be heard octaves low."""


def _between(near: Floats, best: NDArray[np.intp]) -> Floats:
    """The peaks' places between two lags, by the parabola through three points."""
    before, here, after = (np.take_along_axis(near, best + shift, 1) for shift in (0, 1, 2))
    bend = before - 2 * here + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0)
    return np.asarray(best + np.clip(shift, -0.5, 0.5), np.float32)


def _best_path(lags: Floats, strengths: Floats) -> NDArray[np.intp]:
    """The candidate of each frame that makes the pitch strong and smooth (Viterbi)."""
    voiced = strengths > 0
    total = -strengths[0].astype(np.float64)
    back = np.zeros(lags.shape, np.int8)
    for at, cost in enumerate(_jumps(lags, voiced), 1):
        if not voiced[at, 0]:
            total = np.full(3, total.min())
            continue
        ways = cost + total
        back[at] = ways.argmin(axis=1)
        total = ways.min(axis=1) - strengths[at] + np.where(voiced[at], 0, _ABSENT)
    return _followed(back, voiced[:, 0], int(total.argmin()))


def _jumps(lags: Floats, voiced: NDArray[np.bool_]) -> Iterator[Floats]:
    """What it costs to go from each candidate of a frame to each of the next, frame after frame."""
    height = np.log2(np.maximum(lags, 1))
    for start in range(0, len(lags) - 1, _CHUNK):
        here, before = height[start + 1 :][:_CHUNK, :, None], height[start:-1][:_CHUNK, None, :]
        both = voiced[start + 1 :][:_CHUNK, :, None] & voiced[start:-1][:_CHUNK, None, :]
        yield from np.where(both, _JUMP * np.abs(here - before), np.float32(0))


_JUMP = 0.35
"""Periodicity that a jump of an octave between frames must win (Praat's default)."""

_ABSENT = 10.0


def _followed(back: NDArray[np.int8], voiced: NDArray[np.bool_], last: int) -> NDArray[np.intp]:
    chosen = np.zeros(len(back), np.intp)
    for at in range(len(back) - 1, -1, -1):
        chosen[at] = last if voiced[at] else 0
        last = int(back[at, last]) if voiced[at] else 0
    return chosen


@cache
def _hann() -> Floats:
    return np.hanning(_WINDOW).astype(np.float32)


@cache
def _window_shape() -> Floats:
    """The autocorrelation of the window itself, at 8 kHz."""
    spectrum = np.abs(np.fft.rfft(_hann(), _SIZE)) ** 2
    auto = np.fft.irfft(spectrum[: _SIZE // 4 + 1])
    return np.asarray(np.maximum(auto / auto[0], 1e-3), np.float32)


@cache
def _mel() -> Floats:
    """Triangular mel filters (O'Shaughnessy 1987), one a row, each with a sum of 1."""
    edges = 700 * (10 ** (np.linspace(_to_mel(100), _to_mel(4000), BANDS + 2) / 2595) - 1)
    hertz = np.arange(_SIZE // 2 + 1) * SAMPLE_RATE / _SIZE
    rise = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0, np.minimum(rise, fall))
    return np.asarray(filters / filters.sum(axis=1, keepdims=True), np.float32)


def _to_mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
