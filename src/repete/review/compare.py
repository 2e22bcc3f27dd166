"""Compare: what changed from one take to another, and which take is the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from repete.correction import pairs
from repete.model import Take

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Change:
    """From one take to another: moves gained and lost; figures as later minus earlier, None when
    one of the two was not measured."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    pace: float | None
    fillers: int | None
    seconds: float | None


@dataclass(frozen=True)
class Awareness:
    """A drill's outcome, in seconds: fillers that both noticed, that only Repete heard, and marks
    where Repete heard none."""

    both: tuple[float, ...]
    only_heard: tuple[float, ...]
    only_marked: tuple[float, ...]


def change(before: Take, after: Take) -> Change:
    """What changed from one take to a later one."""
    had, has = _made(before), _made(after)
    return Change(
        gained=tuple(move for move in has if move not in had),
        lost=tuple(move for move in had if move not in has),
        pace=_less(_pace(after), _pace(before)),
        fillers=_less(after.fillers, before.fillers),
        seconds=_less(_total(after), _total(before)),
    )


def best(takes: Sequence[Take]) -> int | None:
    """The place (from 0) of the best take: fewest expected moves missed, then in time, then
    fewest fillers a minute, then the latest. None when none was judged."""
    judged = [at for at, take in enumerate(takes) if take.timing]
    return max(judged, key=lambda at: (_merit(takes[at]), at), default=None)


def awareness(fillers: Sequence[float], marks: Sequence[float]) -> Awareness:
    """Each mark goes to the earliest filler without one that it can stand for."""
    heard, pressed = sorted(fillers), sorted(marks)
    found = pairs(heard, pressed)
    return Awareness(
        tuple(at for place, at in enumerate(heard) if place in found),
        tuple(at for place, at in enumerate(heard) if place not in found),
        tuple(at for place, at in enumerate(pressed) if place not in found.values()),
    )


def _merit(take: Take) -> tuple[int, bool, float]:
    in_time = take.timing is not None and take.timing.verdict in (None, "on_time")
    return -len(take.missed), in_time, -(take.fillers_per_minute or 0.0)


def _made(take: Take) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.move for hit in take.moves))


def _pace(take: Take) -> float | None:
    return take.delivery.words_per_minute if take.delivery else None


def _total(take: Take) -> float | None:
    return take.timing.total if take.timing else None


def _less(one: Number | None, other: Number | None) -> Number | None:
    return None if one is None or other is None else one - other
