"""Alignment: when each word was said, by the sounds that its letters stand for.

The words are known, so are roughly their times: what is left is to lay their sounds, in order,
over the moments that fit them best (forced alignment), with silence or a sound that nobody wrote
down between any two words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from repete.model import Language, Word
from repete.transcribe.alignment.path import NEVER, best_path
from repete.transcribe.alignment.sounds import (
    LATE,
    SOUNDS,
    STEP,
    Encoded,
    Floats,
    silences,
)
from repete.transcribe.alignment.spelling import sounds_of

Times = NDArray[np.floating]

__all__ = ["Encoded", "align", "silences"]

BETWEEN = -2.0
"""How badly any sound fits the time between two words: a breath, a filled pause left out."""

UNKNOWN = -1.5
"""How much less than the best sound fits a word whose sounds are unknown, such as "2014"."""

LEFT_OUT = -4.0
"""What it costs to leave out a sound of a word, as fast speakers do."""

ROUGH, STRAY = 0.35, 8.0
"""Seconds by which a word may lie outside its rough time, and what each more of them costs."""


def align(words: Sequence[Word], encoded: Encoded, language: Language) -> tuple[Word, ...]:
    """The words at the times when they were said, in order and within what is `encoded`.

    `words` have rough times in seconds of the clip, as `binding.bind` leaves them. They keep those
    when another model than `base` encoded the sound, or when there is too little of it for them.
    """
    if not words or not encoded.is_known:
        return tuple(words)
    fit = encoded.fit
    states = _states([sounds_of(word.text, language) for word in words])
    if len(fit) < len(states.sound):
        return tuple(words)
    times = encoded.start - LATE + STEP * np.arange(len(fit))
    path = best_path(_fit(fit, states, words, times), states.leap)
    owner = states.word[path]
    return tuple(_timed(word, times[owner == index]) for index, word in enumerate(words))


@dataclass(frozen=True, eq=False)
class _States:
    """The states of a row of words: `sound` is one of `SOUNDS`, or one of the two after them;
    `word` the index of its word, -1 between words."""

    sound: NDArray[np.intp]
    word: NDArray[np.intp]
    leap: Floats


_GAP, _ANY = len(SOUNDS), len(SOUNDS) + 1


def _states(spoken: Sequence[Sequence[int]]) -> _States:
    sound, word = [_GAP], [-1]
    for index, sounds in enumerate(spoken):
        sound += [*(sounds or (_ANY,)), _GAP]
        word += [index] * max(1, len(sounds)) + [-1]
    owner = np.array(word, np.intp)
    leap = np.full(len(owner), NEVER, np.float32)
    over = owner[1:-1]
    leap[2:][over < 0] = 0.0
    leap[2:][(over >= 0) & ((over == owner[:-2]) | (over == owner[2:]))] = LEFT_OUT
    return _States(np.array(sound, np.intp), owner, leap)


def _fit(fit: Floats, states: _States, words: Sequence[Word], times: Times) -> Floats:
    """How well each state fits each time, by its sound and by its word's rough time."""
    between = np.maximum(fit[:, :1], BETWEEN)
    unknown = fit[:, 1:].max(axis=1, keepdims=True) + UNKNOWN
    found = np.concatenate([fit, between, unknown], axis=1)[:, states.sound]
    starts = np.array([word.start - ROUGH for word in words])
    ends = np.array([word.end + ROUGH for word in words])
    away = np.maximum(starts - times[:, None], times[:, None] - ends).clip(0)
    inside = states.word >= 0
    found[:, inside] -= STRAY * away[:, states.word[inside]]
    return np.asarray(found, np.float32)


def _timed(word: Word, times: Times) -> Word:
    if not len(times):
        return word
    return replace(word, start=round(float(times[0]), 3), end=round(float(times[-1]) + STEP, 3))
