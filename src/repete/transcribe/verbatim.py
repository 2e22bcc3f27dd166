"""Verbatim: the filled pauses that a recognizer leaves out, from a second, primed reading.

Whisper writes "um" only when its prompt does. But a prompt leaks and loops, so of the primed
reading nothing is taken but filled pauses, each between words that both readings share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from repete.analysis.lexicon import is_filled_pause, plain
from repete.model import Language, Word

PROMPTS: dict[Language, str] = {
    "en": "Um, uh, hmm, er, ah.",
    "fr": "Euh, hum, ben euh.",
}
"""What primes the second reading: as short as works, for long ones leak and cut speech short."""

AROUND = 4
"""Words before and after a filled pause that are compared between the readings."""

ALIKE = 0.5
"""Share of them that both readings must have, or the primed one has lost its way there."""

LEAST_SHARED = 2
"""Words that both readings must share near it: one vouches for nothing (half a second of fluent
French, read as one word, got an "euh" of 0.07 s)."""

MOST_IN_A_ROW = 3
"""Filled pauses in a row after which the primed reading is looping."""


def merged(words: Sequence[Word], primed: Sequence[Word], language: Language) -> tuple[Word, ...]:
    """The plain reading with the filled pauses of the primed one, each at its place."""
    known = [word for word in words if _is_filled(word, language)]
    found: list[Word] = list(words)
    for place, word in reversed(list(_trusted(words, primed, language))):
        if not any(_meet(word, other) for other in known):
            found.insert(place, word)
    return tuple(_parted(found, language))


def _trusted(
    words: Sequence[Word], primed: Sequence[Word], language: Language
) -> Iterator[tuple[int, Word]]:
    """The filled pauses of the primed reading that stand where both readings agree.

    Each comes with the index of the plain word that it stands before.
    """
    places = [at for at, word in enumerate(words) if not _is_filled(word, language)]
    others = [plain(word.text) for word in primed if not _is_filled(word, language)]
    shared = _shared([plain(words[at].text) for at in places], others)
    place = in_a_row = 0
    for word in primed:
        if not _is_filled(word, language):
            place, in_a_row = place + 1, 0
            continue
        in_a_row += 1
        near = range(max(0, place - AROUND), min(len(others), place + AROUND))
        agree = sum(at in shared for at in near)
        if in_a_row <= MOST_IN_A_ROW and agree >= max(LEAST_SHARED, ALIKE * len(near)):
            yield _index(place, shared, places, (words, word)), word


def _shared(base: Sequence[str], others: Sequence[str]) -> dict[int, int]:
    """Which word of `base` each of `others` is."""
    blocks = SequenceMatcher(None, base, others, autojunk=False).get_matching_blocks()
    return {block.b + at: block.a + at for block in blocks for at in range(block.size)}


def _index(
    place: int,
    shared: dict[int, int],
    places: Sequence[int],
    timed: tuple[Sequence[Word], Word],
) -> int:
    """Before which plain word a filled pause stands: by its neighbours, else by its time."""
    if place in shared:
        return places[shared[place]]
    if place - 1 in shared:
        return places[shared[place - 1]] + 1
    words, word = timed
    return sum(other.start < word.start for other in words)


def _parted(words: Sequence[Word], language: Language) -> Iterator[Word]:
    """The words, those beside a filled pause giving back the time that was smeared over it."""
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        after = words[index + 1] if index + 1 < len(words) else None
        start, end = word.start, word.end
        if _is_filled(word, language):
            start = max(start, before.start + _LEAST) if before else start
        else:
            if before and _is_filled(before, language):
                start = max(start, before.end)
            if after and _is_filled(after, language):
                end = min(end, max(after.start, start))
        yield replace(word, start=round(start, 3), end=round(max(start, end), 3))


_LEAST = 0.05
"""Seconds that a word keeps before a filled pause."""


def _is_filled(word: Word, language: Language) -> bool:
    return is_filled_pause(word.text, language)


def _meet(word: Word, other: Word) -> bool:
    return min(word.end, other.end) - max(word.start, other.start) > -_SAME


_SAME = 0.25
"""Seconds between two filled pauses under which the readings speak of the same one."""
