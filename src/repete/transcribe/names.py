"""Names: set right the proper names that a recognizer could only guess.

The user's own name and company are known from the profile; a run of words that sounds nearly the
same is that name. No prompt is given to the recognizer, since its words leak into transcripts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from repete.model import Transcript, Word, text_of

LIKENESS = 0.8
"""Likeness of letters (0 to 1) from which a run of words is taken for the name."""

_SHORTEST = 4
"""Letters under which a name is too short to be told from an ordinary word."""


def correct(transcript: Transcript, names: Iterable[str]) -> Transcript:
    """The transcript with the names spelled as the user spells them; times are kept."""
    words = list(transcript.words)
    for name in names:
        for part in (name, *name.split()):
            if len(_folded(part)) >= _SHORTEST:
                words = _corrected(words, part)
    if tuple(words) == transcript.words:
        return transcript
    text = text_of(words)
    return replace(transcript, text=text, words=tuple(words))


def _corrected(words: Sequence[Word], name: str) -> list[Word]:
    size = len(name.split())
    done: list[Word] = []
    index = 0
    while index < len(words):
        run = words[index : index + size]
        if len(run) == size and _alike(text_of(run), name):
            done += [_spelled(word, part) for word, part in zip(run, name.split(), strict=True)]
            index += size
        else:
            done.append(words[index])
            index += 1
    return done


def _alike(heard: str, name: str) -> bool:
    one, other = _folded(heard), _folded(name)
    if not one or one[0] != other[0] or not heard.strip(".,!?").istitle():
        return False  # recognizers write what they take for a name with a capital
    return SequenceMatcher(None, one, other).ratio() >= LIKENESS


def _spelled(word: Word, part: str) -> Word:
    tail = word.text[len(word.text.rstrip(".,;:!?")) :]
    return replace(word, text=part + tail)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalpha())
