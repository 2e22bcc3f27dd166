"""Progress: months of practice as a few figures, and what to practise next.

What comes next is chosen by Leitner's boxes (Leitner 1972, *So lernt man lernen*): a situation
that went well moves up a box and comes back later, one that did not goes back to the first box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import fmean

from repete.index import Figures
from repete.norms import norm

BOXES = (1, 2, 4, 8, 16)
"""Days after which a situation in each box comes back."""

Plans = Mapping[tuple[str, str], Sequence[str]]
"""The moves that each scenario expects for each goal."""

RECENT = 5
"""Takes that say what is weak now."""


@dataclass(frozen=True)
class Point:
    """One sitting in figures: the means of its takes. What was not measured is None.

    `made` is the share of the expected moves that were made; `in_time` the share of the takes
    that met their target.
    """

    day: date
    session: str
    made: float | None
    fillers_per_minute: float | None
    words_per_minute: float | None
    in_time: float | None
    seconds: float | None


@dataclass(frozen=True)
class Standing:
    """Where a situation stands: its box (from 1), its last day, the day it is due, the move that
    is missed most, and in how many of the last `of` takes."""

    scenario: str
    box: int
    last: date
    due: date
    weakest: str | None
    missed: int
    of: int

    def overdue(self, today: date) -> int:
        """How many days it should have been practised; negative while it may rest."""
        return (today - self.due).days


@dataclass(frozen=True)
class Progress:
    """All of it: `next_up` first in `standings`, `fresh` were never played."""

    points: tuple[Point, ...]
    by_scenario: dict[str, tuple[Point, ...]]
    standings: tuple[Standing, ...]
    fresh: tuple[str, ...]
    streak: int
    best_streak: int
    sessions: int
    takes: int
    days: int


def progress(figures: Sequence[Figures], plans: Plans, today: date) -> Progress:
    """The picture that takes make, oldest first, for someone who could play what is planned."""
    played = sorted({one.scenario for one in figures if one.scenario})
    by_scenario = {name: _of(figures, name) for name in played}
    days = sorted({_day(one) for one in figures})
    standings = [standing(name, by_scenario[name]) for name in played]
    standings.sort(key=lambda one: (one.due, one.box, one.last))
    return Progress(
        points=points(figures, plans),
        by_scenario={name: points(takes, plans) for name, takes in by_scenario.items()},
        standings=tuple(standings),
        fresh=tuple(dict.fromkeys(name for name, _ in plans if name not in by_scenario)),
        streak=_streak(days, today),
        best_streak=max((len(run) for run in _runs(days)), default=0),
        sessions=len({one.session for one in figures}),
        takes=len(figures),
        days=len(days),
    )


def points(figures: Sequence[Figures], plans: Plans) -> tuple[Point, ...]:
    """One point a session, in the order of the takes."""
    return tuple(
        _point(list(takes), plans) for _, takes in groupby(figures, lambda one: one.session)
    )


def standing(scenario: str, figures: Sequence[Figures]) -> Standing:
    """Where a situation stands after these takes, which are at least one.

    The last take of each day decides: several in one evening are one repetition.
    """
    box = 1
    for _, takes in groupby(figures, _day):
        box = min(box + 1, len(BOXES)) if went_well(list(takes)[-1]) else 1
    last = _day(figures[-1])
    recent = figures[-RECENT:]
    missed = Counter(move for one in recent for move in one.missed)
    weakest, times = missed.most_common(1)[0] if missed else (None, 0)
    due = last + timedelta(days=BOXES[box - 1])
    return Standing(scenario, box, last, due, weakest, times, len(recent))


def went_well(one: Figures) -> bool:
    """Whether every expected move was made, in time, without fillers that hurt."""
    in_time = one.verdict in (None, "on_time")
    return not one.missed and in_time and not _hesitant(one)


def _hesitant(one: Figures) -> bool:
    """Whether there were as many fillers as were measured to hurt, in any language."""
    known = norm("fillers_per_minute", "en", one.seconds or 0)
    rate = one.fillers_per_minute
    return known is not None and rate is not None and known.judge(rate) == "harm"


def share_made(one: Figures, plans: Plans) -> float | None:
    """The share of the expected moves that were made; None when none was expected."""
    expected = plans.get((one.scenario or "", one.goal), ())
    return len(set(expected) & set(one.made)) / len(expected) if expected else None


def _of(figures: Sequence[Figures], scenario: str) -> list[Figures]:
    return [one for one in figures if one.scenario == scenario]


def _day(one: Figures) -> date:
    return date.fromisoformat(one.started[:10])


def _point(takes: Sequence[Figures], plans: Plans) -> Point:
    targeted = [float(one.verdict == "on_time") for one in takes if one.verdict]
    return Point(
        _day(takes[0]),
        takes[0].session,
        _mean(share_made(one, plans) for one in takes),
        _mean(one.fillers_per_minute for one in takes),
        _mean(one.words_per_minute for one in takes),
        _mean(targeted),
        _mean(one.seconds for one in takes),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _runs(days: Sequence[date]) -> list[list[date]]:
    """The days in runs without a gap."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _streak(days: Sequence[date], today: date) -> int:
    """How many days in a row were practised, up to today or yesterday."""
    runs = _runs(days)
    return len(runs[-1]) if runs and today - runs[-1][-1] <= timedelta(days=1) else 0
