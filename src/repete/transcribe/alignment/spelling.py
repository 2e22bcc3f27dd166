"""Spelling: the sounds that a word's letters stand for, in French and in English.

A small network reads each letter with its neighbours. A wrong sound now and then does no harm:
the words only have to be found in the sound, not spoken.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from repete.model import Language
from repete.transcribe.alignment.sounds import SOUNDS, weights_of

LETTERS = "'abcdefghijklmnopqrstuvwxyzàâäçèéêëîïñôöùûüÿœæ"
"""What words are spelled with; anything else in them is left out."""

REACH = 4
"""Letters on each side of one that say how it is pronounced."""

EACH = 2
"""Sounds that a letter stands for at most ("x", "u" in "use")."""


def sounds_of(word: str, language: Language) -> tuple[int, ...]:
    """The indices in `SOUNDS` of what a word sounds like; none for one without letters ("2014")."""
    return _sounds("".join(plain(word)), language)


def plain(word: str) -> str:
    """The letters of a word."""
    return "".join(letter for letter in word.casefold().replace("’", "'") if letter in LETTERS)


@cache
def _sounds(letters: str, language: Language) -> tuple[int, ...]:
    if not letters:
        return ()
    weights = weights_of(f"spelling-{language}")
    hidden = weights["in"][windows(letters)].sum(axis=1) + weights["in_bias"]
    found = np.maximum(hidden, 0) @ weights["out"] + weights["out_bias"]
    spoken = found.reshape(-1, len(SOUNDS)).argmax(axis=1)
    return tuple(int(sound) for sound in spoken if sound)


def windows(letters: str) -> NDArray[np.intp]:
    """For each letter, the rows of the first layer that it and its neighbours stand for."""
    size = len(LETTERS) + 1
    ids = np.array([LETTERS.index(letter) + 1 for letter in letters], np.intp)
    padded = np.pad(ids, REACH)
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * REACH + 1)
    return near + size * np.arange(2 * REACH + 1)
