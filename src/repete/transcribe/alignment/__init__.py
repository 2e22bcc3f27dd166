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

from repete.model import Language, Span, Word
from repete.transcribe.alignment.path import NEVER, best_path
from repete.transcribe.alignment.sounds import (
    SOUNDS,
    STEP,
    Encoded,
    Floats,
    silences,
)
from repete.transcribe.alignment.spelling import sounds_of

__all__ = ["Encoded", "align", "silences"]

BETWEEN = -2.5
"""How well any sound fits the time between two words: a breath, a filled pause left out."""

UNKNOWN = -1.5
"""How much less than the best sound a word fits whose sounds are unknown, such as "2014"."""

SHORT = -4.0
"""What a sound of a single step costs, so that no word is squeezed into a few of them."""

LONGEST = 6000
"""Steps (a minute) that are looked at together; memory grows with their square."""

FAR = 0.08
"""Seconds by which a word may reach over an edge of speech, which is where its sound gets loud."""

ROUGH, STRAY = 0.5, 1.5
"""Seconds by which a word may lie outside its rough time, and what each more of them costs."""


def align(
    words: Sequence[Word], speech: Sequence[Span], encoded: Encoded, language: Language
) -> tuple[Word, ...]:
    """The words at the times when they were said, in order and within what is `encoded`.

    `words` have rough times in seconds of the clip, as `binding.bind` leaves them. They keep those
    when another model than `base` encoded the sound, or when there is too little of it for them.
    A word that reaches out of its stretch of `speech` ends at the edge: what follows is breath.
    """
    return tuple(_within(word, speech) for word in _laid(words, encoded, language))


def _laid(words: Sequence[Word], encoded: Encoded, language: Language) -> tuple[Word, ...]:
    if not words or not encoded.is_known:
        return tuple(words)
    if 2 * len(encoded.frames) > LONGEST and len(words) > 1:
        half = len(words) // 2
        before, after = encoded.parted((words[half - 1].end + words[half].start) / 2)
        return _laid(words[:half], before, language) + _laid(words[half:], after, language)
    fit = encoded.fit
    states = _states([sounds_of(word.text, language) for word in words])
    if len(fit) < len(states.sound):
        return tuple(words)
    times = encoded.times(np.arange(len(fit)))
    path = best_path(_fit(fit, states, words, times), states.leap)
    owner = states.word[path]
    return tuple(_timed(word, times[owner == index]) for index, word in enumerate(words))


def _within(word: Word, speech: Sequence[Span]) -> Word:
    """The word cut to the stretch that holds most of it; one that was missed there stays whole."""
    said = Span(word.start, word.end)
    best = max(speech, key=said.overlap, default=said)
    if said.overlap(best) < said.seconds / 2:
        return word
    start = best.start if best.start - word.start > FAR else word.start
    end = best.end if word.end - best.end > FAR else word.end
    return replace(word, start=start, end=max(start, end))


@dataclass(frozen=True, eq=False)
class _States:
    """The states of a row of words: `sound` is one of `SOUNDS`, or one of the two after them;
    `word` the index of its word, -1 between words."""

    sound: NDArray[np.intp]
    word: NDArray[np.intp]
    leap: Floats


_GAP, _ANY = len(SOUNDS), len(SOUNDS) + 1


def _states(spoken: Sequence[Sequence[int]]) -> _States:
    """The states of words whose sounds are given: two for each sound, one between two words."""
    sound, word, leap = [_GAP], [-1], [NEVER]
    for index, sounds in enumerate(spoken):
        for place, heard in enumerate(sounds or (_ANY,)):
            sound += [heard, heard]
            word += [index, index]
            leap += [SHORT if place else 0.0, NEVER]
        sound.append(_GAP)
        word.append(-1)
        leap.append(SHORT)
    leap[1] = NEVER
    return _States(np.array(sound, np.intp), np.array(word, np.intp), np.array(leap, np.float32))


def _fit(
    fit: Floats, states: _States, words: Sequence[Word], times: NDArray[np.floating]
) -> Floats:
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


def _timed(word: Word, times: NDArray[np.floating]) -> Word:
    if not len(times):
        return word
    return replace(word, start=round(float(times[0]), 3), end=round(float(times[-1]) + STEP, 3))
