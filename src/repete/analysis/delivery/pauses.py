"""Pauses: the silences, told apart by where they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from repete.analysis.floor import MIN_PAUSE
from repete.analysis.lexicon import ends_clause, ends_sentence
from repete.model import Pause, Place, Span, Word


def pauses(speech: Sequence[Span], words: Sequence[Word] = ()) -> tuple[Pause, ...]:
    """The silences of at least `MIN_PAUSE` between the first sound of speech and the last."""
    middles = [(word.start + word.end) / 2 for word in words]

    def found() -> Iterator[Pause]:
        for before, after in pairwise(speech):
            if round(after.start - before.end, 3) >= MIN_PAUSE:
                index = bisect_right(middles, (before.end + after.start) / 2) - 1
                word = words[index].text if 0 <= index < len(words) - 1 else None
                yield Pause(before.end, after.start, place(word))

    return tuple(found())


def place(word: str | None) -> Place:
    """Where a pause stands that follows `word`; unknown without one."""
    if word is None:
        return "unknown"
    if ends_sentence(word):
        return "sentence"
    return "clause" if ends_clause(word) else "inside"
