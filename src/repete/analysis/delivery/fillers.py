"""Fillers: filled pauses heard as words or as sound, filler words, and the doubtful ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from repete.analysis.lexicon import (
    FILLER_WORDS,
    FUNCTION_WORDS,
    FillerWord,
    ends_clause,
    is_filled_pause,
    plain,
)
from repete.model import Filler, Hum, Language, Quote, Span, Word

SAME = 0.25
"""Seconds between a filled pause in the transcript and one in the sound that are the same."""

APART = 0.2
"""Seconds of silence beside a word that set it apart as a comma does."""

INSIDE, TOO_LONG = 0.5, 0.4
"""Share of a sound that lies in words whose own vowel it is, and the seconds from which it is not
(set on the recordings that `benchmarks/labels.toml` names)."""

CERTAIN: dict[Language, float] = {"en": 0.95, "fr": 0.82}
"""Likelihood from which a sound is no word's vowel, however short: the vowels of the recordings in
`benchmarks/labels.toml` stay under it (English ones 0.94 at most, French ones 0.79 but for one of
0.87), four of ten short synthetic filled pauses that lie in words do not."""

GUESSED = 0.2
"""Probability under which a word is the recognizer's guess at what may be no word at all."""

EDGE, LEAST = 0.1, 0.05
"""Seconds from a word's edge within which a filled pause stands beside it and not in it, and those
that the word keeps."""

LENGTHENED = 0.2
"""Seconds for which a sound of a function word must be held to be a hesitation: three times the
vowel of a fluent one (Candea 2000 finds duration to be the main cue in French)."""

SOUND: dict[Language, str] = {"en": "um", "fr": "euh"}
"""How a filled pause is written that was heard as sound alone."""


def split(words: Sequence[Word], language: Language) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words that were meant, and the filled pauses among them."""
    filled = [is_filled_pause(word.text, language) for word in words]
    meant = tuple(word for word, is_pause in zip(words, filled, strict=True) if not is_pause)
    return meant, tuple(word for word, is_pause in zip(words, filled, strict=True) if is_pause)


def filled_pauses(
    words: Sequence[Word], sounds: Sequence[Hum], language: Language
) -> tuple[Filler, ...]:
    """The filled pauses in the transcript and, where it has none, those in the sound.

    A recognizer stretches a word over the "um" beside it, so one is looked for inside words too;
    but most of a short one inside a word is that word's vowel, unless it is beyond doubt.
    """
    meant, pauses = split(words, language)
    heard = [Filler(plain(word.text), word.start, word.end) for word in pauses]
    more = [
        Filler(SOUND[language], span.start, span.end, "sound")
        for span in sounds
        if not any(_gap(span, word) <= SAME for word in pauses)
        if not _is_vowel(span, meant, language)
    ]
    return tuple(sorted([*heard, *more], key=lambda filler: filler.start))


def parted(words: Sequence[Word], sounds: Sequence[Hum], language: Language) -> tuple[Word, ...]:
    """The words without the filled pauses that they were stretched over at either edge."""
    meant, _ = split(words, language)
    said = [sound for sound in sounds if not _is_vowel(sound, meant, language)]
    return tuple(
        word if is_filled_pause(word.text, language) else _parted(word, said) for word in words
    )


def filler_words(
    words: Sequence[Word], language: Language
) -> tuple[tuple[Filler, ...], tuple[Filler, ...]]:
    """The filler words, and the doubtful ones; `words` hold no filled pauses."""
    said = [plain(word.text) for word in words]
    marks = [True, *(ends_clause(word.text) for word in words)]
    edges = _edges(words, marks)
    taken: set[int] = set()
    found: dict[bool, list[Filler]] = {True: [], False: []}
    for rule in FILLER_WORDS[language]:
        size = len(rule.text.split())
        for at in range(len(words) - size + 1):
            place = set(range(at, at + size))
            if not place & taken and _fits(rule, said, (marks, edges), at):
                taken |= place
                run = words[at : at + size]
                found[rule.sure].append(
                    Filler(rule.text, run[0].start, run[-1].end, "transcript", "word")
                )
    sure, doubtful = (tuple(sorted(found[key], key=lambda hit: hit.start)) for key in (True, False))
    return sure, doubtful


def lengthened(
    words: Sequence[Word], held: Sequence[Span], language: Language
) -> tuple[Quote, ...]:
    """The function words of which a sound was held, but not at the end of a clause."""
    return tuple(
        Quote(word.text, word.start, word.end)
        for word in words
        if plain(word.text) in FUNCTION_WORDS[language] and not ends_clause(word.text)
        if any(_within(sound, word) >= LENGTHENED for sound in held)
    )


def _parted(word: Word, sounds: Sequence[Hum]) -> Word:
    start, end = word.start, word.end
    for sound in sounds:
        if sound.start <= start + EDGE and start < sound.end <= end - LEAST:
            start = sound.end
        elif sound.end >= end - EDGE and start + LEAST <= sound.start < end:
            end = sound.start
    return replace(word, start=start, end=end)


def _is_vowel(sound: Hum, words: Sequence[Word], language: Language) -> bool:
    """Whether a sound belongs to the words that it lies in; the times of numbers are too rough."""
    known = [word for word in words if word.probability >= GUESSED and not _is_number(word)]
    inside = sum(_within(sound, word) for word in known)
    is_plain = round(sound.seconds, 3) >= TOO_LONG or sound.likelihood >= CERTAIN[language]
    return not is_plain and inside >= INSIDE * sound.seconds


def _is_number(word: Word) -> bool:
    return not any(letter.isalpha() for letter in word.text)


def _fits(
    rule: FillerWord, said: Sequence[str], bounds: tuple[Sequence[bool], Sequence[bool]], at: int
) -> bool:
    """Whether the rule's words stand at `at`, in a context in which they mean nothing.

    `bounds` tells whether a mark, and whether a mark or a pause, stands before each word and after
    the last. Over a pause the neighbours still count: "do... you know one?" asks.
    """
    marks, edges = bounds
    parts = rule.text.split()
    end = at + len(parts)
    if list(said[at:end]) != parts or edges[at] + edges[end] < rule.bounds:
        return False
    before = "" if marks[at] else said[at - 1]
    after = "" if marks[end] or end == len(said) else said[end]
    return before not in rule.after and after not in rule.before


def _edges(words: Sequence[Word], marks: Sequence[bool]) -> list[bool]:
    """Whether a mark, a pause or the reply's edge stands before each word and after the last."""
    pauses = (after.start - word.end >= APART for word, after in pairwise(words))
    inner = [mark or pause for mark, pause in zip(marks[1:], pauses, strict=False)]
    return [True, *inner, True]


def _within(span: Span, word: Word) -> float:
    return max(0.0, min(span.end, word.end) - max(span.start, word.start))


def _gap(span: Span, word: Word) -> float:
    return max(0.0, word.start - span.end, span.start - word.end)
