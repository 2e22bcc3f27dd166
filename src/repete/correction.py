"""Correction: the speaker's own word on each filler that was heard, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from repete import feedback
from repete.errors import UsageError
from repete.model import (
    Analysis,
    Brief,
    Correction,
    Course,
    Filler,
    Profile,
    Scenario,
    Session,
    Take,
    Transcript,
)

REACTION = (-0.3, 1.5)
"""Seconds around a filler's start in which a key pressed for it falls: nobody presses before it is
heard, and a listener needs a second."""

UNHEARD = "…"
"""How a filler is written that its speaker alone heard: nobody knows which it was."""

_EXACT = (-0.001, 0.001)


@dataclass(frozen=True)
class Judged:
    """A filler that was heard; whether it was counted or doubtful, and whether it counts now."""

    filler: Filler
    is_sure: bool
    counts: bool


def pairs(fillers: Sequence[float], marks: Sequence[float]) -> dict[int, int]:
    """Which mark (its place) stands for which filler (its place).

    A mark at a filler's very start is its own; each other goes to the first filler without one
    that it can stand for.
    """
    found: dict[int, int] = {}
    free = sorted(range(len(marks)), key=lambda at: marks[at])
    for earliest, latest in (_EXACT, REACTION):
        for mark in tuple(free):
            for place, start in enumerate(fillers):
                if place not in found and earliest <= marks[mark] - start <= latest:
                    found[place] = mark
                    free.remove(mark)
                    break
    return found


def judged(take: Take) -> tuple[Judged, ...]:
    """Every filler that was heard in a take, counted or doubtful, in the order of its time."""
    heard = _heard(take)
    meant = set(range(len(_sure(take)))) if take.correction is None else set(_marked(take))
    found = [
        Judged(filler, is_sure, place in meant) for place, (filler, is_sure) in enumerate(heard)
    ]
    return tuple(sorted(found, key=lambda one: (one.filler.start, one.filler.end)))


def marked(take: Take, number: int, counts: bool, now: str) -> Correction | None:
    """The take's correction once a filler (from 1, as `judged` lists them) counts or does not.

    None when everything is again as it was heard. `now` is local time, ISO 8601.

    Raises:
        UsageError: there is no such filler.
    """
    every = judged(take)
    if not 1 <= number <= len(every):
        raise UsageError(f"{len(every)} fillers were heard in this take: name 1 to {len(every)}.")
    wanted = every[number - 1]
    sure = [filler.start for filler in _sure(take)]
    times = list(take.correction.fillers) if take.correction else sure[:]
    if counts and not wanted.counts:
        times.append(wanted.filler.start)
    elif wanted.counts and not counts:
        place = next(at for at, (one, _) in enumerate(_heard(take)) if one is wanted.filler)
        mark = _marked(take)[place] if take.correction else place
        del times[mark]
    times.sort()
    return None if times == sorted(sure) else Correction(tuple(times), now)


def corrected(take: Take) -> Take:
    """The take with the fillers that its speaker marked in the place of those that were heard."""
    if take.correction is None or take.delivery is None:
        return take
    every = judged(take)
    paired = set(_marked(take).values())
    own = (at for place, at in enumerate(take.correction.fillers) if place not in paired)
    told = [one.filler for one in every if one.counts]
    told += [Filler(UNHEARD, at, at, "speaker") for at in own]
    delivery = replace(
        take.delivery,
        fillers=tuple(sorted(told, key=lambda filler: filler.start)),
        fillers_per_minute=take.fillers_per_minute,
        doubtful=tuple(one.filler for one in every if not one.is_sure and not one.counts),
    )
    return replace(take, delivery=delivery)


def retold(session: Session, scenarios: Mapping[str, Scenario], profile: Profile) -> Session:
    """The session with the feedback that follows from its speaker's marks."""
    takes = (_retold(take, scenarios, profile) for take in session.takes)
    return replace(session, takes=tuple(takes))


def _retold(take: Take, scenarios: Mapping[str, Scenario], profile: Profile) -> Take:
    if take.correction is None or take.feedback is None:
        return take
    analysis = Analysis(take.timing, corrected(take).delivery, take.moves, take.missed)
    said = take.transcript or Transcript("")
    course = Course(take.exchange, take.turns)
    told = feedback.give(_brief(take, scenarios), said, analysis, profile, course)
    return replace(take, feedback=told)


def _brief(take: Take, scenarios: Mapping[str, Scenario]) -> Brief:
    known = scenarios.get(take.scenario or "")
    if known and take.language in known.wordings and take.goal in known.goals:
        return known.brief(take.language, take.goal, take.difficulty)
    return Brief.unplanned(take.language, take.goal)


def _sure(take: Take) -> tuple[Filler, ...]:
    return take.delivery.fillers or () if take.delivery else ()


def _heard(take: Take) -> list[tuple[Filler, bool]]:
    """The counted fillers, then the doubtful ones."""
    doubtful = take.delivery.doubtful or () if take.delivery else ()
    return [(one, True) for one in _sure(take)] + [(one, False) for one in doubtful]


def _marked(take: Take) -> dict[int, int]:
    """Which of the speaker's marks stands for which filler that was heard."""
    marks = take.correction.fillers if take.correction else ()
    return pairs([filler.start for filler, _ in _heard(take)], marks)
