"""Moves that a scenario brings itself: found by their likeness to a few examples.

Sentences are placed in a space whose directions are evened out (whitened, as Huang et al. 2021,
"WhiteningBERT"), so that a few examples tell what they share. A move is a direction there: from its
counter-examples to its examples. How far along it a sentence must lie is told by the examples
themselves, each judged by the others, and by everyday sentences that make no such move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from repete.analysis.moves.scores import Floats, Hit
from repete.model import OwnMove

COUNTER = 0.5
"""How much the counter-examples weigh against the examples."""

EVERYDAY = 0.9
"""The share of everyday sentences that must lie below the threshold's lower mark."""

SHARPNESS = 4.0
"""How fast the confidence grows from the lower mark to the examples."""

CLAUSE = 14
"""Words of the longest clause; a longer one is read in stretches of so many words."""
STEP = 5

Words = Sequence[str]
States = Callable[[Words], Floats]
"""Gives the vector of each word."""


@dataclass(frozen=True, eq=False)
class Space:
    """The evened-out space: its centre, the matrix that evens it, everyday sentences in it."""

    centre: Floats
    even: Floats
    everyday: Floats

    def place(self, vectors: Floats) -> Floats:
        """Where these sentences [sentences, size] lie, on a sphere of radius 1."""
        placed = (vectors - self.centre) @ self.even
        length = np.linalg.norm(placed, axis=-1, keepdims=True)
        found: Floats = placed / np.maximum(length, 1e-6)
        return found


@dataclass(frozen=True, eq=False)
class Likeness:
    """A move as a direction, with the marks below which it is absent and at which it is sure."""

    move: str
    direction: Floats
    low: float
    high: float

    def confidence(self, placed: Floats) -> Floats:
        """How surely each placed sentence makes the move: 0.5 halfway between the marks."""
        share = (placed @ self.direction - self.low) / max(self.high - self.low, 1e-3)
        sure: Floats = 1 / (1 + np.exp(-SHARPNESS * 2 * (share - 0.5)))
        return sure


def learn(own: OwnMove, space: Space, states: States) -> Likeness:
    """The likeness that an own move's examples tell."""
    yes, no = (_placed(texts, space, states) for texts in (own.examples, own.counter_examples))
    against = COUNTER * no.mean(axis=0) if len(no) else np.zeros_like(space.centre)
    direction = yes.mean(axis=0) - against
    others = [_without(yes, at) - against for at in range(len(yes))]
    high = float(np.mean([one @ other for one, other in zip(yes, others, strict=True)]))
    refused = [one @ (yes.mean(axis=0) - COUNTER * _without(no, at)) for at, one in enumerate(no)]
    everyday = float(np.quantile(space.everyday @ direction, EVERYDAY))
    low = max(everyday, float(np.mean(refused))) if refused else everyday
    return Likeness(own.name, direction.astype(np.float32), low, high)


def told_apart(own: OwnMove, space: Space, states: States) -> bool:
    """Whether most examples lie above most counter-examples when each is judged by the others."""
    yes, no = (_placed(texts, space, states) for texts in (own.examples, own.counter_examples))
    if not len(no):
        return True
    right = [one @ _without(yes, at) - one @ no.mean(axis=0) for at, one in enumerate(yes)] + [
        one @ _without(no, at) - one @ yes.mean(axis=0) for at, one in enumerate(no)
    ]
    return float(np.mean(np.array(right) > 0)) >= 0.7


def find(
    likenesses: Sequence[Likeness], words: Words, space: Space, states: States
) -> Iterator[Hit]:
    """For each own move the clause that comes nearest to it."""
    stretches = list(clauses(words))
    sums = np.concatenate([np.zeros((1, len(space.centre)), np.float32), states(words)]).cumsum(0)
    means = np.array([(sums[last] - sums[first]) / (last - first) for first, last in stretches])
    placed = space.place(means)
    for likeness in likenesses:
        sure = likeness.confidence(placed)
        best = int(sure.argmax())
        first, last = stretches[best]
        yield Hit(likeness.move, first, last - 1, float(sure[best]))


def clauses(words: Words) -> Iterator[tuple[int, int]]:
    """Stretches of words that may say one thing: sentences, and parts of those that are long."""
    first = 0
    for at, word in enumerate(words, 1):
        if at == len(words) or re.search(r"[.!?…;]$", word):
            yield from _parts(words, first, at)
            first = at


def _parts(words: Words, first: int, last: int) -> Iterator[tuple[int, int]]:
    if last - first <= CLAUSE:
        yield first, last
    else:
        starts = range(first, last - CLAUSE + STEP, STEP)
        yield from ((at, min(at + CLAUSE, last)) for at in starts)
    commas = [at for at in range(first + 1, last) if words[at - 1].endswith((",", ":"))]
    edges = [first, *commas, last]
    for start, end in pairwise(edges):
        if commas and end - start >= 3:
            yield start, end


def _placed(texts: Sequence[str], space: Space, states: States) -> Floats:
    if not texts:
        return np.zeros((0, len(space.centre)), np.float32)
    return space.place(np.array([states(text.split()).mean(axis=0) for text in texts]))


def _without(placed: Floats, at: int) -> Floats:
    rest: Floats = np.delete(placed, at, axis=0)
    mean: Floats = rest.mean(axis=0) if len(rest) else np.zeros(placed.shape[1], np.float32)
    return mean
