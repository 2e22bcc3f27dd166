"""Pace: how fast it was said.

Words a minute compare within a language only: French words are shorter and more. Syllables a
second differ less, but still do: each language has its own norm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repete.analysis.delivery.syllables import syllables
from repete.model import Language, Span, Stretch, Word

MIN_SECONDS = 3.0
"""Seconds of speech under which a rate says nothing: two or three words decide it."""

WINDOW, STEP = 10.0, 1.0
"""Seconds of the sliding window and of its steps: a window holds some 25 words, so that one more
or less moves its rate by 4 %."""

MIN_WINDOWS = 2
"""Windows that a reply must be long before its fastest and slowest parts are told."""


def words_per_minute(words: Sequence[Word], seconds: float) -> float | None:
    """Words (fillers left out) in a minute, pauses counted in; None when too short to say."""
    if seconds < MIN_SECONDS or not words:
        return None
    return round(60 * len(words) / seconds, 1)


def articulation_rate(words: Sequence[Word], speaking: float, language: Language) -> float | None:
    """Syllables in a second of `speaking`, which has no pauses and no fillers in it."""
    if speaking < MIN_SECONDS or not words:
        return None
    return round(sum(syllables(word.text, language) for word in words) / speaking, 2)


def extremes(words: Sequence[Word], reply: Span) -> tuple[Stretch | None, Stretch | None]:
    """The fastest and the slowest `WINDOW` of a reply; None for a short one."""
    if reply.seconds < MIN_WINDOWS * WINDOW or not words:
        return None, None
    middles = np.sort([(word.start + word.end) / 2 for word in words])
    starts = np.arange(reply.start, reply.end - WINDOW + 1e-9, STEP)
    counts = np.searchsorted(middles, starts + WINDOW) - np.searchsorted(middles, starts)
    return _stretch(starts, counts, int(counts.argmax())), _stretch(
        starts, counts, int(counts.argmin())
    )


def _stretch(starts: np.ndarray, counts: np.ndarray, at: int) -> Stretch:
    start = round(float(starts[at]), 3)
    return Stretch(start, round(start + WINDOW, 3), round(60 / WINDOW * float(counts[at]), 1))
