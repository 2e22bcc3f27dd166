"""Verbatim: the filled pauses that a recognizer leaves out, from a second, primed reading.

Whisper writes "um" only when its prompt does. But a prompt leaks and loops, so of the primed
reading nothing is taken but filled pauses, each between words that both readings share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from repete.analysis.lexicon import FILLED_PAUSES, plain
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

MOST_IN_A_ROW = 3
"""Filled pauses in a row after which the primed reading is looping."""


def merged(words: Sequence[Word], primed: Sequence[Word], language: Language) -> tuple[Word, ...]:
    """The plain reading with the filled pauses of the primed one, in order of time."""
    known = [word for word in words if _is_filled(word, language)]
    added = [
        word
        for word in _trusted(words, primed, language)
        if not any(_meet(word, other) for other in known)
    ]
    return tuple(_parted(sorted([*words, *added], key=lambda word: (word.start, word.end))))


def _trusted(words: Sequence[Word], primed: Sequence[Word], language: Language) -> Iterator[Word]:
    """The filled pauses of the primed reading that stand where both readings agree."""
    others = [plain(word.text) for word in primed if not _is_filled(word, language)]
    base = [plain(word.text) for word in words if not _is_filled(word, language)]
    matcher = SequenceMatcher(None, base, others, autojunk=False)
    shared = {block.b + at for block in matcher.get_matching_blocks() for at in range(block.size)}
    place = in_a_row = 0
    for word in primed:
        if not _is_filled(word, language):
            place, in_a_row = place + 1, 0
            continue
        in_a_row += 1
        near = range(max(0, place - AROUND), min(len(others), place + AROUND))
        agree = sum(at in shared for at in near)
        if in_a_row <= MOST_IN_A_ROW and near and agree >= ALIKE * len(near):
            yield word


def _parted(words: Sequence[Word]) -> Iterator[Word]:
    """The words with the time of a filled pause taken from the neighbour it was smeared over."""
    for word, after in pairwise([*words, None]):
        assert word is not None
        if after and word.start < after.start < word.end:
            yield Word(word.text, word.start, after.start, word.probability)
        else:
            yield word


def _is_filled(word: Word, language: Language) -> bool:
    return plain(word.text) in FILLED_PAUSES[language]


def _meet(word: Word, other: Word) -> bool:
    return min(word.end, other.end) - max(word.start, other.start) > -_SAME


_SAME = 0.25
"""Seconds between two filled pauses under which the readings speak of the same one."""
