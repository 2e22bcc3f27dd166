"""What the meter shows while the user speaks and thinks."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from repete.cli import screen
from repete.conversation import Progress
from repete.endpoint import State
from repete.model import Brief


def at(state: State, left: float) -> Progress:
    return Progress(state, 4.0, -20.0, left)


@pytest.mark.parametrize(("left", "cells"), [(4.0, 16), (2.0, 8), (0.7, 3), (0.01, 1), (30, 24)])
def test_the_bar_of_silence_shrinks_with_what_is_left(left: float, cells: int) -> None:
    assert screen.silence_bar(at("paused", left)).plain.strip() == "━" * cells


@pytest.mark.parametrize("progress", [at("speaking", 2.0), at("paused", float("inf"))])
def test_there_is_no_bar_while_one_speaks_or_where_no_silence_ends_it(progress: Progress) -> None:
    assert not screen.silence_bar(progress)


def test_the_bar_changes_colour_when_the_end_is_near() -> None:
    assert (
        screen.silence_bar(at("paused", 1.5)).style != screen.silence_bar(at("paused", 0.5)).style
    )


def test_a_pipe_is_told_once_in_each_pause_that_the_end_is_near() -> None:
    out = io.StringIO()
    moments = [("speaking", 2.0), ("paused", 1.5), ("paused", 1.0), ("paused", 0.5)]
    with screen.meter(Console(file=out), Brief.unplanned("fr", "network")) as show:
        for state, left in [*moments, *moments]:
            show(at(state, left))  # type: ignore[arg-type]
    assert out.getvalue() == "encore 1 s de silence et la réponse se termine\n" * 2


def test_a_terminal_sees_the_bar_and_in_push_to_talk_which_key() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120)
    with screen.meter(console, Brief.unplanned("en", "network"), "push_to_talk") as show:
        show(at("waiting", float("inf")))
    assert "press Enter, speak" in out.getvalue()
    out.truncate(0)
    with screen.meter(console, Brief.unplanned("en", "network")) as show:
        show(at("paused", 2.0))
    assert "━" * 8 in out.getvalue()
