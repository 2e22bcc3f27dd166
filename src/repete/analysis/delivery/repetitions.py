"""Repetitions: words said twice in a row, words broken off, words taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from repete.analysis.lexicon import CORRECTIONS, MEANT_TWICE, ends_sentence, plain
from repete.model import Language, Repetition, Word, text_of

LONGEST = 4
"""Words in a row that are compared: longer repetitions are meant."""

_CUT = ("-", "–", "—")


def repetitions(words: Sequence[Word], language: Language) -> tuple[Repetition, ...]:
    """The repetitions and restarts in words from which the fillers were taken."""
    found = [*_repeated(words, language), *_restarts(words, language)]
    return tuple(sorted(found, key=lambda hit: hit.start))


def _repeated(words: Sequence[Word], language: Language) -> Iterator[Repetition]:
    """The longest run that follows itself, from each place on; none across a sentence's end."""
    said = [plain(word.text) for word in words]
    at = 0
    while at < len(words):
        size = next(
            (n for n in range(LONGEST, 0, -1) if _follows_itself(said[at : at + 2 * n], n)), 0
        )
        run = words[at : at + 2 * size]
        meant = size == 1 and said[at] in MEANT_TWICE[language]
        if run and not meant and not any(ends_sentence(word.text) for word in run[: 2 * size - 1]):
            yield Repetition(text_of(run), run[0].start, run[-1].end)
        at += max(1, size)


def _follows_itself(said: Sequence[str], size: int) -> bool:
    return len(said) == 2 * size and all(said) and said[:size] == said[size:]


def _restarts(words: Sequence[Word], language: Language) -> Iterator[Repetition]:
    """Words broken off ("sm- small") and phrases that take something back."""
    for before, after in pairwise(words):
        if before.text.endswith(_CUT) and plain(before.text):
            yield Repetition(text_of([before, after]), before.start, after.end, "restart")
    said = [plain(word.text) for word in words]
    for phrase in CORRECTIONS[language]:
        parts = phrase.split()
        for at in range(1, len(words) - len(parts)):
            if said[at : at + len(parts)] == parts:
                run = words[at : at + len(parts) + 1]
                yield Repetition(text_of(run), run[0].start, run[-1].end, "restart")
