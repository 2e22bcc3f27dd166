"""Delivery: how it was said, as far as words and voice activity tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from repete.model import Delivery, Filler, Language, Repetition, Span, Transcript, Word

MIN_PAUSE = 0.25
"""Seconds from which a silence is a pause (Hincks 2005, the usual cut for fluency)."""

MIN_MINUTES = 0.05
"""Minutes of speech (3 s) under which a rate says nothing."""

FILLED_PAUSES: dict[Language, frozenset[str]] = {
    "en": frozenset({"um", "umm", "uh", "uhm", "er", "erm", "hm", "hmm", "mm"}),
    "fr": frozenset({"euh", "heu", "hum", "hem", "mh", "mmh"}),
}
"""Sounds that are never words. A recognizer leaves most of them out: the count is a least."""


def measure(transcript: Transcript, speech: Sequence[Span], language: Language) -> Delivery | None:
    """How the reply was said; None when nobody spoke."""
    if not speech:
        return None
    minutes = (speech[-1].end - speech[0].start) / 60
    fillers = tuple(_fillers(transcript.words, language))
    words = len(transcript.words) - len(fillers)
    measurable = minutes >= MIN_MINUTES and words > 0
    return Delivery(
        words_per_minute=round(words / minutes, 1) if measurable else None,
        pauses=pauses(speech),
        fillers=fillers,
        fillers_per_minute=round(len(fillers) / minutes, 1) if measurable else None,
        repetitions=tuple(_repetitions(transcript.words)),
    )


def pauses(speech: Sequence[Span]) -> tuple[Span, ...]:
    """The silences of at least `MIN_PAUSE` between the first sound of speech and the last."""
    gaps = ((before.end, after.start) for before, after in pairwise(speech))
    return tuple(Span(start, end) for start, end in gaps if end - start >= MIN_PAUSE)


def plain(word: str) -> str:
    """A word without capitals and punctuation around it."""
    return word.casefold().strip(".,;:!?…\"'()«»“”’- ")


def _fillers(words: Sequence[Word], language: Language) -> Iterator[Filler]:
    for word in words:
        if plain(word.text) in FILLED_PAUSES[language]:
            yield Filler(plain(word.text), word.start, word.end)


def _repetitions(words: Sequence[Word]) -> Iterator[Repetition]:
    for first, second in pairwise(words):
        said = plain(first.text)
        if said and said == plain(second.text) and said not in _MEANT_TWICE:
            yield Repetition(f"{first.text} {second.text}", first.start, second.end)


_MEANT_TWICE = frozenset({"no", "yes", "very", "really", "non", "oui", "très", "nous", "vous"})
"""Words that people say twice on purpose, or that French grammar doubles."""
