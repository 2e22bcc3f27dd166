"""Progress: Leitner's boxes, streaks, and trends, on toys."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from repete.cli.trends import lines, spark
from repete.index import Figures
from repete.progress import BOXES, progress, standing

TODAY = date(2026, 3, 20)
PLANS = {("pitch", "network"): ("proof", "what_i_do"), ("circulate", "network"): ("split_up",)}
GOOD = Figures(
    "s", 1, "2026-03-20T09:00:00+01:00", "pitch", "network", 25.0, 150.0, 2.0,
    (20.0, 30.0), "on_time", ("proof", "what_i_do", "icebreaker"), (),
)  # fmt: skip
BAD = replace(GOOD, made=("proof",), missed=("what_i_do",))


def on(figures: Figures, days_ago: int) -> Figures:
    day = TODAY - timedelta(days=days_ago)
    return replace(figures, session=f"s{days_ago}", started=f"{day}T09:00:00+01:00")


def test_what_goes_well_moves_up_and_what_does_not_starts_again() -> None:
    well = [on(GOOD, days) for days in (9, 8, 6)]
    assert standing("pitch", well).box == 4
    assert standing("pitch", well).due == TODAY - timedelta(days=6) + timedelta(days=BOXES[3])
    assert standing("pitch", [*well, on(BAD, 1)]).box == 1
    assert standing("pitch", [on(GOOD, days) for days in range(20, 0, -1)]).box == len(BOXES)


def test_several_takes_of_a_day_are_one_repetition_and_the_last_decides() -> None:
    assert standing("pitch", [on(BAD, 1), on(GOOD, 1), on(GOOD, 1)]).box == 2
    assert standing("pitch", [on(GOOD, 1), on(BAD, 1)]).box == 1


def test_too_long_or_too_many_fillers_is_not_well() -> None:
    for wrong in (replace(GOOD, verdict="long"), replace(GOOD, fillers_per_minute=20.0)):
        assert standing("pitch", [on(wrong, 1)]).box == 1


def test_the_most_overdue_comes_first_with_its_weakness() -> None:
    other = replace(on(BAD, 9), scenario="circulate", missed=("split_up",), made=())
    found = progress([other, on(GOOD, 3)], PLANS, TODAY)
    assert [one.scenario for one in found.standings] == ["circulate", "pitch"]
    assert found.standings[0].weakest == "split_up"
    assert found.standings[0].overdue(TODAY) == 8
    assert found.fresh == ()


def test_streaks() -> None:
    days = (12, 11, 10, 2, 1)
    found = progress([on(GOOD, day) for day in days], PLANS, TODAY)
    assert (found.streak, found.best_streak, found.days) == (2, 3, 5)
    assert progress([on(GOOD, 3)], PLANS, TODAY).streak == 0
    assert progress([], PLANS, TODAY).streak == 0
    assert progress([], PLANS, TODAY).fresh == ("pitch", "circulate")


def test_only_expected_moves_count() -> None:
    (point,) = progress([on(BAD, 1)], PLANS, TODAY).points
    assert point.made == 0.5
    assert point.in_time == 1.0


def test_the_terminal_tells_it_in_both_languages() -> None:
    found = progress([on(BAD, 4), on(GOOD, 1)], PLANS, TODAY)
    english, french = ("\n".join(lines(found, one, TODAY)) for one in ("en", "fr"))  # type: ignore[arg-type]
    assert "Moves made" in english
    assert "Gestes réussis" in french
    assert "{" not in english + french
    assert spark([0, 5, 10]) == "▁▅█"
