"""Binding: bring the times of recognized words to where the sound says they are.

Whisper reads its times off attention: they come early, and smear over the silence beside a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from repete.model import Span, Word

EARLY_START, EARLY_END = 0.03, 0.045
"""Seconds by which Whisper's starts and ends come early (medians on synthetic and real speech)."""

STRAY = 0.3
"""Seconds that a word may lie outside all speech before it counts as invented."""

ORDINARY, MISSED = 0.6, 0.3
"""Seconds up to which a word is not smeared, and the share of it that must have been detected."""

SNAP = 0.3
"""Seconds from the edge of speech within which the word beside it reaches up to it.

A word further away has a neighbour that the recognizer left out, such as a filled pause.
"""

TOUCH = 0.15
"""Seconds between two words of one stretch under which they touch: no pause is that short."""


def joined(pieces: Iterable[Word]) -> Iterator[Word]:
    """Whole words: Whisper splits French ones at the apostrophe ("j", "'ai").

    A piece that does not start with a space belongs to the word before it.
    """
    word: Word | None = None
    for piece in pieces:
        if word and piece.text[:1] not in {" ", ""}:
            sure = min(word.probability, piece.probability)
            word = Word(word.text + piece.text, word.start, piece.end, sure)
        else:
            if word:
                yield replace(word, text=word.text.strip())
            word = piece
    if word:
        yield replace(word, text=word.text.strip())


def bind(words: Sequence[Word], speech: Sequence[Span]) -> tuple[Word, ...]:
    """The words at the times when they were said."""
    late = [
        replace(word, start=word.start + EARLY_START, end=word.end + EARLY_END) for word in words
    ]
    return tuple(_settled(hold(late, speech), speech))


def hold(words: Sequence[Word], speech: Sequence[Span]) -> tuple[Word, ...]:
    """The words with their times held within the stretches of speech.

    A word keeps the part of its time that lies in the stretch it shares most with; a word that is
    far from all is invented. One of ordinary length that hardly touches any is believed where it
    is: the detector missed it, as it does weak and creaky voices.
    """
    kept: list[Word] = []
    after = 0.0
    for word in words:
        said = Span(word.start, max(word.start, word.end))
        best = max(speech, key=said.overlap)
        if said.overlap(best) <= 0:
            best = min(speech, key=lambda span: _distance(span, said))
            if _distance(best, said) > STRAY:
                continue
        if said.seconds <= ORDINARY and said.overlap(best) < MISSED * said.seconds:
            best = said
        start = min(max(word.start, best.start, after), max(best.end, after))
        end = max(start, min(word.end, best.end))
        kept.append(Word(word.text, round(start, 3), round(end, 3), round(word.probability, 3)))
        after = end
    return tuple(kept)


def _settled(words: Sequence[Word], speech: Sequence[Span]) -> Iterator[Word]:
    """The words of each stretch, touching each other and its edges."""

    def home(word: Word) -> int:
        middle = Span(word.start, word.end)
        return max(range(len(speech)), key=lambda index: middle.overlap(speech[index]))

    for index, group in groupby(words, home):
        yield from _touching(list(group), speech[index])


def _touching(words: list[Word], span: Span) -> Iterator[Word]:
    starts, ends = [word.start for word in words], [word.end for word in words]
    if 0 < starts[0] - span.start <= SNAP:
        starts[0] = span.start
    if 0 < span.end - ends[-1] <= SNAP:
        ends[-1] = span.end
    for index, (before, after) in enumerate(pairwise(words)):
        if 0 < after.start - before.end <= TOUCH:
            middle = round((before.end + after.start) / 2, 3)
            ends[index] = starts[index + 1] = middle
    for word, start, end in zip(words, starts, ends, strict=True):
        yield replace(word, start=start, end=end)


def _distance(span: Span, other: Span) -> float:
    return max(0.0, other.start - span.end, span.start - other.end)
