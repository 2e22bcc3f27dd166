"""Language: what the words tell of the delivery: sentences, repeated words, hedges, I and you."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from repete.analysis.lexicon import (
    FIRST_PERSON,
    HEDGES,
    SECOND_PERSON,
    STOPWORDS,
    ends_sentence,
    plain,
)
from repete.model import Language, Quote, Tally, Usage, Word

OFTEN = 3
"""Times from which a content word is heard as repeated."""

MOST = 5
"""Repeated words that are told."""


def usage(words: Sequence[Word], language: Language) -> Usage:
    """The language of a reply whose fillers were taken out."""
    tokens = [token for word in words for token in re.split(r"['\s-]", plain(word.text)) if token]
    whole = [plain(word.text) for word in words]
    counts = Counter(token for token in tokens if token not in STOPWORDS[language])
    often = [Tally(text, count) for text, count in counts.most_common() if count >= OFTEN]
    return Usage(
        longest_sentence=max(_lengths(words), default=0),
        repeated=tuple(tally for tally in often if len(tally.text) > 1)[:MOST],
        first_person=_named(whole, tokens, language, FIRST_PERSON[language]),
        second_person=_named(whole, tokens, language, SECOND_PERSON[language]),
    )


def hedges(words: Sequence[Word], language: Language) -> tuple[Quote, ...]:
    """The words that take back a part of what is said, in order."""
    said = [plain(word.text) for word in words]
    found = [
        Quote(phrase, words[at].start, words[at + len(parts) - 1].end)
        for phrase in HEDGES[language]
        for parts in (phrase.split(),)
        for at in range(len(words) - len(parts) + 1)
        if said[at : at + len(parts)] == parts
    ]
    return tuple(sorted(found, key=lambda quote: quote.start))


def _lengths(words: Sequence[Word]) -> Iterator[int]:
    """How many words each sentence has."""
    count = 0
    for word in words:
        count += 1
        if ends_sentence(word.text):
            yield count
            count = 0
    if count:
        yield count


def _named(
    whole: Sequence[str], tokens: Sequence[str], language: Language, names: frozenset[str]
) -> int:
    """How often one of `names` was said: English keeps "I'm" whole, French parts "j'ai"."""
    return sum(word in names for word in (whole if language == "en" else tokens))
