"""Voice: pitch, loudness and noise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import STEP, Floats, Frames
from repete.analysis.lexicon import ends_sentence
from repete.model import SAMPLE_RATE, Row, Samples, Span, Voice, Word

ENOUGH = 1.0
"""Seconds of voice under which its pitch says nothing."""

OCTAVE = 8.0
"""Semitones from the median beyond which a pitch is taken for the tracker's error of an octave."""

RISE = 2.0
"""Semitones by which the pitch must rise over the last `TAIL` to be heard as a question (twice
the smallest movement that listeners report, 1.5 to 2: 't Hart 1981)."""

TAIL = 0.35
"""Seconds of an ending that are looked at."""

LONG_STRETCH = 1.0
"""Seconds from which a stretch of speech has a middle and an end."""

_GATE_ABSOLUTE, _GATE_RELATIVE = -70.0, -10.0
_BLOCK, _HOP = round(0.4 * SAMPLE_RATE), round(0.1 * SAMPLE_RATE)
_BLOCKS = 50

Mask = NDArray[np.bool_]


def voice(frames: Frames, speech: Sequence[Span], words: Sequence[Word] = ()) -> Voice:
    """The sound of the voice in the stretches of speech, the noise around it left out."""
    inside = mask(len(frames), speech)
    semitones = _semitones(frames.pitch, inside)
    pitch = _typical(frames.pitch[inside & (frames.pitch > 0)])
    return Voice(
        pitch_hertz=round(pitch, 1) if pitch else None,
        pitch_variation_semitones=_rounded(np.std(semitones)) if len(semitones) else None,
        loudness_variation=_loudness_variation(frames, inside),
        trailing_off=_trailing_off(frames, speech),
        rising_ends=tuple(_rising(frames, words)),
    )


def pitch_range(frames: Frames, speech: Sequence[Span]) -> float | None:
    """Semitones between the 5th and the 95th percentile of the pitch, as in a voice profile."""
    semitones = _semitones(frames.pitch, mask(len(frames), speech))
    if not len(semitones):
        return None
    low, high = np.percentile(semitones, [5, 95])
    return _rounded(high - low)


def mask(count: int, speech: Sequence[Span]) -> Mask:
    """Which of `count` frames lie in the stretches."""
    inside = np.zeros(count, bool)
    for span in speech:
        inside[round(span.start / STEP) : round(span.end / STEP) + 1] = True
    return inside


def loudness(samples: Row) -> float | None:
    """The loudness in LUFS by ITU-R BS.1770-4: K-weighted, gated at -70 LUFS and 10 LU under.

    None when every block of 0.4 s is under the gate, as in silence.
    """
    power = _block_powers(samples)
    loud = power[_lufs(power) > _GATE_ABSOLUTE]
    if not len(loud):
        return None
    gate = _lufs(loud.mean()) + _GATE_RELATIVE
    kept = loud[_lufs(loud) > gate]
    return round(float(_lufs(kept.mean())), 1)


def _semitones(pitch: Floats, inside: Mask) -> Floats:
    """The pitches of a voice in semitones from their median, without errors of an octave."""
    voiced = pitch[inside & (pitch > 0)]
    if len(voiced) * STEP < ENOUGH:
        return voiced[:0]
    semitones = 12 * np.log2(voiced / np.median(voiced))
    return np.asarray(semitones[np.abs(semitones) <= OCTAVE], np.float32)


def _typical(voiced: Floats) -> float | None:
    return float(np.median(voiced)) if len(voiced) * STEP >= ENOUGH else None


def _loudness_variation(frames: Frames, inside: Mask) -> float | None:
    """Standard deviation in dB of the level of 0.4 s of speech, silences left out."""
    size = round(0.4 / STEP)
    level = frames.level[inside]
    blocks = level[: len(level) // size * size].reshape(-1, size)
    if len(blocks) < 3:
        return None
    return _rounded(np.std(10 * np.log10(np.mean(10 ** (blocks / 10), axis=1))))


def _trailing_off(frames: Frames, speech: Sequence[Span]) -> float | None:
    """Median of the dB by which the voiced end of a stretch lies under the voice of all of it."""
    falls = []
    for span in speech:
        first, last = round(span.start / STEP), round(span.end / STEP) + 1
        voiced = frames.level[first:last][frames.pitch[first:last] > 0]
        if span.seconds >= LONG_STRETCH and len(voiced) > 2 * round(TAIL / STEP):
            falls.append(np.median(voiced) - np.median(voiced[-round(TAIL / STEP) :]))
    return _rounded(np.median(falls)) if falls else None


def _rising(frames: Frames, words: Sequence[Word]) -> list[Span]:
    """The ends of statements (not of questions) on which the pitch rises by `RISE`."""
    found = []
    for word in words:
        if ends_sentence(word.text) and not word.text.rstrip("\"'»” ").endswith("?"):
            start = max(0.0, word.end - TAIL)
            pitch = frames.pitch[round(start / STEP) : round(word.end / STEP) + 1]
            pitch = pitch[pitch > 0]
            if len(pitch) >= _TAIL_FRAMES and 2 * RISE + OCTAVE > _rise(pitch) >= RISE:
                found.append(Span(round(start, 3), word.end))
    return found


_TAIL_FRAMES = 12


def _rise(pitch: Floats) -> float:
    """Semitones from the first third to the last third."""
    third = len(pitch) // 3
    return float(12 * np.log2(np.median(pitch[-third:]) / np.median(pitch[:third])))


def _block_powers(samples: Row) -> NDArray[np.float64]:
    """The K-weighted mean square of blocks of 0.4 s, each 0.1 s after the one before."""
    count = max(0, (len(samples) - _BLOCK) // _HOP + 1)
    parts = [_weighted(_blocks(samples, first)) for first in range(0, count, _BLOCKS)]
    return np.concatenate([np.zeros(0), *parts])


def _blocks(samples: Row, first: int) -> Samples:
    """`_BLOCKS` blocks, or as many as there are, one a row."""
    start = first * _HOP
    stretch = samples[start : start + (_BLOCKS - 1) * _HOP + _BLOCK]
    return np.lib.stride_tricks.sliding_window_view(stretch, _BLOCK)[::_HOP]


def _weighted(blocks: Samples) -> NDArray[np.float64]:
    """The weighting is done on the spectrum: by Parseval its sum is the filtered mean square."""
    spectrum = np.fft.rfft(blocks - blocks.mean(axis=1, keepdims=True), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2) @ _k_weights()
    return np.asarray(2 * power / _BLOCK**2, np.float64)


@cache
def _k_weights() -> NDArray[np.float32]:
    """The power response of BS.1770's two filters, whose coefficients it gives at 48 kHz."""
    turn = np.exp(-2j * np.pi * np.arange(_BLOCK // 2 + 1) * SAMPLE_RATE / _BLOCK / 48_000)
    shelf = (1.53512485958697, -2.69169618940638, 1.19839281085285)
    shelf_under = (1.0, -1.69065929318241, 0.73248077421585)
    high = (1.0, -2.0, 1.0)
    high_under = (1.0, -1.99004745483398, 0.99007225036621)
    above = np.polyval(shelf[::-1], turn) * np.polyval(high[::-1], turn)
    under = np.polyval(shelf_under[::-1], turn) * np.polyval(high_under[::-1], turn)
    return np.asarray(np.abs(above / under) ** 2, np.float32)


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 1)
