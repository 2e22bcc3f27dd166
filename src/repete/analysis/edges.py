"""Edges: where exactly a stretch of speech starts and ends, and the silences inside it.

A voice activity detector knows speech from noise but not when: its steps are 32 ms, it lets go
some 50 ms late and closes short silences. The level of the sound knows when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import Floats
from repete.model import SAMPLE_RATE, Span, Word, joined

STEP = 0.005
"""Seconds between the levels that are compared."""

HOP = round(STEP * SAMPLE_RATE)
"""The same in samples."""

REACH = 0.16
"""Seconds around a detector's edge in which the true one is looked for: five of its blocks."""

MIN_SILENCE = 0.2
"""Seconds of quiet inside speech that part it in two; the closure of a stop is shorter."""

MIN_SPEECH = 0.1
"""Seconds under which a sound is a click, not speech."""

ABOVE_NOISE = 3.0
"""Decibels above what the noise hardly ever passes from which a sound is speech."""

NOISY = 25.0
"""Decibels between noise and loud speech under which weak sounds drown, so that the level no
longer tells an edge; the detector's own edges are kept."""

HOLD = 0.05
"""Seconds for which Silero holds on after speech (47 to 57 ms measured)."""

BELOW_SPEECH = 38.0
"""Decibels under the loud part of the speech at which its weakest sounds ([f], [h]) vanish."""


def sharpened(
    level: Floats, speech: Sequence[Span], in_noise: Sequence[Span] | None = None
) -> tuple[Span, ...]:
    """The stretches of speech with their true edges, parted where they hold a silence.

    `level` is the sound's, in dBFS, at every `STEP`. In noise it tells nothing: `in_noise`, the
    stretches of a stricter detector, are believed as they are.
    """
    if not speech:
        return ()
    loud = _loud(level, speech)
    if loud is None:
        strict = speech if in_noise is None else in_noise
        return tuple(_let_go(span) for span in _filled(strict, speech, level))
    limits = _limits(speech, len(level) * STEP)
    parts = [part for low, high in limits for part in _inside(loud, low, high)]
    return tuple(parts) if parts else tuple(speech)


def silences(level: Floats, speech: Sequence[Span]) -> tuple[Span, ...]:
    """Where a sound that holds `speech` is too quiet, for `MIN_SILENCE` and more, for any of it.

    At its end less is enough: there it was cut off, in a silence that goes on.
    `level` is as in `sharpened`. None in noise, where it tells nothing.
    """
    loud = _loud(level, speech) if speech else None
    if loud is None:
        return ()
    whole, sounds = Span(0.0, len(level) * STEP), tuple(_inside(loud, 0, len(loud)))
    gaps = _without(whole, sounds)
    return tuple(gap for gap in gaps if gap.seconds >= MIN_SILENCE or gap.end == whole.end)


def _loud(level: Floats, speech: Sequence[Span]) -> NDArray[np.bool_] | None:
    """Which steps are loud enough for speech; None in noise, where the level does not tell."""
    floor, peak = range_of(level, speech)
    return None if peak - floor < NOISY else level >= max(floor, peak - BELOW_SPEECH)


def without_silences(word: Word, silences: Sequence[Span]) -> Word:
    """The word without the silences that it reaches into; as it is if it lies in one."""
    parts = tuple(_without(Span(word.start, word.end), silences))
    if not parts:
        return word
    said = max(parts, key=lambda part: part.seconds)
    return replace(word, start=said.start, end=said.end)


def spoken(
    speech: Sequence[Span], words: Sequence[Word], silences: Sequence[Span]
) -> tuple[Span, ...]:
    """The stretches of speech when the words in it are known, and where surely nobody speaks.

    A detector misses weak and creaky words, and takes a breath for speech.
    """
    known = [*speech, *(Span(word.start, word.end) for word in words if word.end > word.start)]
    whole = joined(sorted(known, key=lambda span: span.start), MIN_SILENCE)
    return tuple(part for span in whole for part in _without(span, silences))


def _without(span: Span, silences: Sequence[Span]) -> Iterator[Span]:
    start = span.start
    for silence in silences:
        if silence.end > start and silence.start < span.end:
            if silence.start - start >= _MIN_SOUND:
                yield Span(start, silence.start)
            start = max(start, silence.end)
    if span.end - start >= _MIN_SOUND:
        yield Span(start, span.end)


def range_of(level: Floats, speech: Sequence[Span]) -> tuple[float, float]:
    """Levels in dBFS: what the noise hardly ever passes, and the loud part of the speech."""
    inside, near = _mask(len(level), speech), _mask(len(level), speech, REACH)
    if not inside.any():
        return 0.0, 0.0
    peak = float(np.percentile(level[inside], 95))
    quiet = level[~near]
    if len(quiet) > _ENOUGH:
        return float(np.percentile(quiet, 90)) + ABOVE_NOISE, peak
    return float(np.percentile(level, 5)) + 3 * ABOVE_NOISE, peak


def _filled(strict: Sequence[Span], wide: Sequence[Span], level: Floats) -> Iterator[Span]:
    """The strict stretches, joined over gaps that the wide ones span and that are no silence."""
    quiet = level[~_mask(len(level), wide, REACH)]
    noise = float(np.median(quiet)) if len(quiet) > _ENOUGH else float(np.percentile(level, 10))
    last: Span | None = None
    for span in strict:
        if last and _is_spanned(last.end, span.start, wide):
            gap = level[round(last.end / STEP) : round(span.start / STEP)]
            if len(gap) and float(np.median(gap)) > noise + WEAK:
                last = Span(last.start, span.end)
                continue
        if last:
            yield last
        last = span
    if last:
        yield last


WEAK = 4.0
"""Decibels above the noise at which a gap that the detector doubts holds weak speech."""


def _is_spanned(start: float, end: float, wide: Sequence[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in wide)


def _mask(count: int, spans: Sequence[Span], reach: float = 0.0) -> NDArray[np.bool_]:
    """Which of `count` steps lie in the stretches, or within `reach` of one."""
    inside = np.zeros(count, bool)
    for span in spans:
        first = max(0, round((span.start - reach) / STEP))
        inside[first : round((span.end + reach) / STEP)] = True
    return inside


def _let_go(span: Span) -> Span:
    """A detector's stretch without the time for which it holds on."""
    return Span(span.start, max(span.start, round(span.end - HOLD, 3)))


_ENOUGH = 40
"""Steps (0.2 s) of quiet that tell the noise; with less, the quietest of everything does."""


def _limits(speech: Sequence[Span], seconds: float) -> Iterator[tuple[int, int]]:
    """The steps in which each stretch may lie: `REACH` beyond it, but half-way to the next."""
    for index, span in enumerate(speech):
        before = speech[index - 1].end if index else -span.start
        after = speech[index + 1].start if index + 1 < len(speech) else 2 * seconds - span.end
        low = max(span.start - REACH, (before + span.start) / 2, 0.0)
        high = min(span.end + REACH, (span.end + after) / 2, seconds)
        yield round(low / STEP), round(high / STEP)


def _inside(loud: NDArray[np.bool_], low: int, high: int) -> Iterator[Span]:
    """The stretches of sound between two steps, joined over silences under `MIN_SILENCE`."""
    steps = np.flatnonzero(loud[low : high + 1]) + low
    if not len(steps):
        return
    breaks = np.flatnonzero(np.diff(steps) * STEP > MIN_SILENCE)
    starts = [steps[0], *steps[breaks + 1]]
    ends = [*steps[breaks], steps[-1]]
    for start, end in zip(starts, ends, strict=True):
        if (end - start) * STEP >= _MIN_SOUND:
            yield Span(round(float(start) * STEP, 3), round(float(end) * STEP, 3))


_MIN_SOUND = 0.04
"""Seconds under which a sound inside a stretch is a click of the lips."""
