"""What the network says of a reply, and the pure reading of it: windows, runs of words, hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repete.model import MOVES, PITCH_MOVES

Floats = NDArray[np.float32]

EDGE = 0.35
"""A word belongs to the evidence while its score is at least this share of the best word's."""

CROSSING = 0.8
"""The same for the word across the end of a sentence."""

REST = 3
"""At most so many weak words between the evidence and a comma or full stop are taken along."""

GAP = 1
"""So many weaker words may lie inside a quote."""

LONGEST = 30
"""Words of the longest quote."""

OPENING = MOVES.index("icebreaker")
"""The move that counts only in the opening, hence in the first window."""


@dataclass(frozen=True, eq=False)
class Scores:
    """For each move how surely it was made, `made` [15]; how surely each word proves it,
    `proof` [words, 15]. All are 0 to 1, and a move counts from 0.5."""

    words: tuple[str, ...]
    made: Floats
    proof: Floats

    @classmethod
    def none(cls, words: Sequence[str]) -> Scores:
        """The scores of what is no reply."""
        return cls(
            tuple(words),
            np.zeros(len(MOVES), np.float32),
            np.zeros((len(words), len(MOVES)), np.float32),
        )


@dataclass(frozen=True)
class Hit:
    """A move and the words that speak for it: `first` and `last` are counted from 0."""

    move: str
    first: int
    last: int
    confidence: float

    @property
    def counts(self) -> bool:
        """Whether the move was made."""
        return self.confidence >= 0.5


def windows(sizes: Sequence[int], room: int, shared: int) -> Iterable[tuple[int, int]]:
    """Stretches of words, each of at most `room` pieces, that share about `shared` pieces.

    `sizes` are the pieces of each word, none larger than `room - shared`.
    """
    first = 0
    while True:
        last, filled = first, 0
        while last < len(sizes) and filled + sizes[last] <= room:
            filled += sizes[last]
            last += 1
        yield first, last
        if last >= len(sizes):
            return
        back = 0
        first = last
        while back + sizes[first - 1] <= shared:
            first -= 1
            back += sizes[first]


def joined(words: Sequence[str], parts: Iterable[tuple[int, Floats, Floats]]) -> Scores:
    """One reply's scores from those of its windows: each window's first word, `made`, `proof`."""
    whole = Scores.none(words)
    for first, made, proof in parts:
        seen = made.copy()
        if first > 0:
            seen[OPENING] = 0
        np.maximum(whole.made, seen, out=whole.made)
        np.maximum(
            whole.proof[first : first + len(proof)],
            proof,
            out=whole.proof[first : first + len(proof)],
        )
    return whole


def run(scores: Floats, words: Sequence[str]) -> tuple[int, int]:
    """The first and last word of the stretch around the best word, made whole at its ends."""
    peak = int(scores.argmax())
    first = peak - _reach(scores[peak::-1], _stops(words[:peak][::-1]))
    last = peak + _reach(scores[peak : first + LONGEST], _stops(words[peak:]))
    return (
        first - _rest([_is_stop(word, ",;:") for word in words[:first][::-1]]),
        last + _rest([_is_stop(word, ",;:") for word in words[last:]], inside=True),
    )


def _reach(scores: Floats, stops: Sequence[bool]) -> int:
    """How many words the evidence goes on from the best one, the first of `scores`.

    `stops` tells of each step whether it crosses the end of a sentence.
    """
    far = 0
    for at in range(1, min(len(scores), LONGEST)):
        share = scores[at] / max(float(scores[0]), 1e-9)
        if stops[at - 1] and share < CROSSING:
            break
        if share >= EDGE:
            far = at
        elif at - far > GAP:
            break
    return far


def _stops(words: Sequence[str]) -> list[bool]:
    return [_is_stop(word) for word in words]


def _is_stop(word: str, more: str = "") -> bool:
    return word.endswith(tuple(f".!?…{more}"))


def _rest(stops: Sequence[bool], *, inside: bool = False) -> int:
    """How many words there are to the end of the clause; 0 when they are too many.

    With `inside` the first word is the evidence's own last, and the stopping word is taken along.
    """
    for at, stop in enumerate(stops[: REST + 1]):
        if stop:
            return at
    return len(stops) - int(inside) if len(stops) <= REST else 0


def nearest(scores: Scores) -> tuple[Hit, ...]:
    """For each move the words that come nearest to it, whether it counts or not."""
    if not scores.words:
        return ()
    return tuple(
        Hit(move, *run(scores.proof[:, at], scores.words), float(scores.made[at]))
        for at, move in enumerate(MOVES)
    )


def hits(scores: Scores, *, is_pitch: bool) -> tuple[Hit, ...]:
    """The moves that were made, in the order in which they were."""
    found = [
        hit for hit in nearest(scores) if hit.counts and (is_pitch or hit.move not in PITCH_MOVES)
    ]
    return tuple(sorted(found, key=lambda hit: (hit.first, hit.last)))
