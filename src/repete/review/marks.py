"""Marks: what a take's picture and its words show, each at its second."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from repete.correction import corrected
from repete.model import MOVES, Move, Said, Span, Take, Word
from repete.script import script

HUES = 6
"""Colours that can be told apart on a light and on a dark page."""

Kind = Literal["move", "filler", "pause", "repetition", "own"]


@dataclass(frozen=True)
class Mark:
    """A stretch of the picture, in thousandths of the take's length."""

    kind: Kind
    x: float
    width: float
    hue: int | None = None


@dataclass(frozen=True)
class Zone:
    """A stretch in which the timer showed one light."""

    light: Literal["none", "green", "amber", "red"]
    x: float
    width: float


@dataclass(frozen=True)
class Shown:
    """A word, the classes that show what it is part of, and the pause before it.

    `moves` are the moves that it is part of; it may be a filler or a repetition too.
    """

    text: str
    start: float
    end: float
    kinds: tuple[str, ...]
    moves: tuple[str, ...]
    pause: Span | None


@dataclass(frozen=True)
class Sentence:
    """A sentence of the user's, or a line of the partner's (`said`), which has no words."""

    words: tuple[Shown, ...]
    said: Said | None = None


def hue(move: str) -> int:
    """The colour of a move, always the same."""
    return MOVES.index(move) % HUES if move in MOVES else 0


def seconds_of(take: Take) -> float:
    """How long the take's sound is."""
    return take.audio.seconds if take.audio else 0.0


def marks(take: Take) -> tuple[Mark, ...]:
    """Everything that the picture of a take marks."""
    whole = seconds_of(take)
    return tuple(_marks(take, whole)) if whole else ()


def zones(take: Take) -> tuple[Zone, ...]:
    """What the timer showed while the take was spoken; nothing without a target, nor
    in a play, where the clock stood still while the partner spoke."""
    whole, timing = seconds_of(take), take.timing
    if not whole or timing is None or timing.target is None or take.exchange:
        return ()
    least, most = timing.target
    begin = timing.onset
    edges = (begin, begin + least, begin + (least + most) / 2, begin + most, whole)
    lights = zip(("none", "green", "amber", "red"), edges, edges[1:], strict=False)
    cut = ((light, min(one, whole), min(other, whole)) for light, one, other in lights)
    return tuple(
        Zone(light, *_place(one, other, whole))  # type: ignore[arg-type]
        for light, one, other in cut
        if other > one
    )


def sentences(take: Take) -> tuple[Sentence, ...]:
    """The words of the take sentence by sentence, and the partner's lines between them."""
    around = _Around.of(take)
    before = 0.0
    found: list[Sentence] = []
    for passage in script(take):
        shown = []
        for word in passage.words:
            shown.append(around.shown(word, before))
            before = word.end
        found.append(Sentence(tuple(shown), passage.said))
    return tuple(found)


def _marks(take: Take, whole: float) -> Iterator[Mark]:
    for hit in take.moves:
        if hit.start is not None and hit.end is not None:
            yield Mark("move", *_place(hit.start, hit.end, whole), hue(hit.move))
    if take.delivery:
        for kind, stretches in _delivery(take):
            for start, end in stretches:
                yield Mark(kind, *_place(start, end, whole))
    if take.correction:
        for at in take.correction.fillers:
            yield Mark("own", *_place(at, at, whole))


def _delivery(take: Take) -> Iterator[tuple[Kind, list[tuple[float, float]]]]:
    """The stretches of each kind; what was not measured has none."""
    delivery = corrected(take).delivery
    yield "pause", [(one.start, one.end) for one in (delivery and delivery.pauses) or ()]
    yield "filler", [(one.start, one.end) for one in (delivery and delivery.fillers) or ()]
    yield "repetition", [(one.start, one.end) for one in (delivery and delivery.repetitions) or ()]


def _place(start: float, end: float, whole: float) -> tuple[float, float]:
    """Where a stretch begins and how wide it is: never too narrow to be seen."""
    width = max(3.0, 1000 * (end - start) / whole)
    return round(min(1000 * start / whole, 997.0), 1), round(width, 1)


@dataclass(frozen=True)
class _Around:
    """What lies around the words of a take, in the order of its time: half an hour of words is
    looked up in it."""

    moves: tuple[Move, ...]
    pauses: tuple[Span, ...]
    others: dict[Kind, tuple[Span, ...]]

    @classmethod
    def of(cls, take: Take) -> _Around:
        """The surroundings of a take's words."""
        found = {
            kind: tuple(sorted(Span(*one) for one in stretches))
            for kind, stretches in _delivery(take)
        }
        return cls(take.moves, found.pop("pause"), found)

    def shown(self, word: Word, before: float) -> Shown:
        """A word, where the one before it ended at `before`."""
        moves = tuple(hit for hit in self.moves if _within(word, hit.start, hit.end))
        kinds = [f"move hue-{hue(moves[0].move)}"] if moves else []
        middle = (word.start + word.end) / 2
        for kind, stretches in self.others.items():
            if (near := _last(stretches, middle)) and near.end >= middle:
                kinds.append(kind)
        pause = _last(self.pauses, word.start + 0.1)
        is_here = pause is not None and pause.start >= before - 0.3 and pause.end <= word.end
        return Shown(
            word.text, word.start, word.end, tuple(kinds), _names(moves), pause if is_here else None
        )


def _last(stretches: tuple[Span, ...], at: float) -> Span | None:
    """The last stretch that starts by then."""
    place = bisect_right(stretches, at, key=lambda one: one.start)
    return stretches[place - 1] if place else None


def _names(moves: tuple[Move, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.move for hit in moves))


def _within(word: Word, start: float | None, end: float | None) -> bool:
    """Whether the middle of the word lies in a stretch."""
    return start is not None and end is not None and start <= (word.start + word.end) / 2 <= end
