"""`repete progress`: months of practice in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from repete.model import Language
    from repete.progress import Progress, Standing

BARS = "▁▂▃▄▅▆▇█"


@click.command()
@options.language
@options.as_json
def progress(language: str | None, as_json: bool) -> None:
    """Show how practice goes: moves, fillers, pace, time, and what to practise next.

    What comes next is chosen by Leitner's boxes: what goes well comes back later, what does not
    comes back tomorrow.
    """
    from contextlib import closing
    from datetime import date

    from repete import scenario
    from repete.cli import screen
    from repete.index import Index
    from repete.progress import progress as measured
    from repete.store import Store

    plans = {
        (name, goal): plan.expects
        for name, found in scenario.readable().items()
        for goal, plan in found.goals.items()
    }
    with closing(Index(Store())) as index:
        index.refresh()
        found = measured(index.takes(), plans, date.today())
    if as_json:
        screen.json_line(found)
        return
    for line in lines(found, options.language_or_locale(language), date.today()):
        screen.console().print(line, markup=False, soft_wrap=True)


def lines(found: Progress, language: Language, today: date) -> list[str]:
    """What is printed, line by line."""
    from repete.phrases import phrase

    if not found.takes:
        return [phrase(language, "review", "nothing_yet")]
    says = [f"{phrase(language, 'review', 'sessions')}: {found.sessions}"]
    says.append(f"{phrase(language, 'review', 'all_takes')}: {found.takes}")
    says.append(f"{phrase(language, 'review', 'streak')}: {found.streak}")
    told = ["   ".join(says), ""]
    for name in ("made", "in_time", "fillers_per_minute", "words_per_minute"):
        values = [value for one in found.points if (value := getattr(one, name)) is not None]
        if values:
            label = phrase(language, "review", f"chart_{name}")
            told.append(f"{label:<26} {spark(values)}  {_shown(name, values[-1])}")
    told += ["", phrase(language, "review", "next_title")]
    return [*told, *(f"  {_standing(one, language, today)}" for one in found.standings)]


def spark(values: Sequence[float]) -> str:
    """The last figures as a row of bars."""
    recent = values[-30:]
    most = max(recent) or 1.0
    return "".join(BARS[round(value / most * (len(BARS) - 1))] for value in recent)


def _shown(name: str, value: float) -> str:
    return f"{value:.0%}" if name in ("made", "in_time") else f"{value:.1f}"


def _standing(one: Standing, language: Language, today: date) -> str:
    from repete.phrases import move_name, phrase

    days = one.overdue(today)
    key = "due_today" if days == 0 else "overdue" if days > 0 else "may_rest"
    key = f"{key}_one" if abs(days) == 1 else key
    says = [f"{one.scenario}:", phrase(language, "review", key, days=abs(days))]
    if one.weakest:
        move = move_name(language, one.weakest)
        says.append(phrase(language, "review", "weakest", move=move, missed=one.missed, of=one.of))
    return " ".join([*says, phrase(language, "review", "box", box=one.box, boxes=5)])
