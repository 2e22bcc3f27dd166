"""Options that several commands share."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from repete.model import Brief, Difficulty, GoalName, Language

Command = TypeVar("Command", bound=Callable[..., Any])

language = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "fr"]),
    help="Language of the rehearsal; the system's unless named.",
)
goal = click.option(
    "--goal",
    type=click.Choice(["network", "friend"]),
    default="network",
    show_default=True,
    help="What the reply is judged by.",
)
difficulty = click.option(
    "--difficulty",
    type=click.Choice(["easy", "real", "hard"]),
    default="real",
    show_default=True,
    help="How long they cling, how little they give, what they ask.",
)
model = click.option(
    "--model",
    default="base",
    show_default=True,
    metavar="NAME|FOLDER",
    help="Speech recognition model: a size such as base or small, or a folder.",
)
as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON alone, one object per line."
)


def playing(command: Command) -> Command:
    """The options of every command that speaks and listens."""
    for option in reversed(
        (
            language,
            goal,
            click.option(
                "--takes",
                type=click.IntRange(1, 50),
                help="Do this many takes without asking in between.",
            ),
            click.option(
                "--input",
                "source",
                metavar="DEVICE|FILE",
                help="Microphone (see `repete devices`), or a recording that stands in for it.",
            ),
            click.option(
                "--output",
                metavar="DEVICE|FILE|none",
                help="Loudspeaker, a .wav or .flac file to speak into, or none.",
            ),
            model,
            as_json,
        )
    ):
        command = option(command)
    return command


def language_or_locale(named: str | None) -> Language:
    """The language named, or the system's: French for a French locale, else English."""
    if named == "fr":
        return "fr"
    if named == "en":
        return "en"
    told = next(
        (os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), ""
    )
    told = told or locale.getlocale()[0] or ""
    return "fr" if told.lower().startswith("fr") else "en"


def goal_named(name: str) -> GoalName:
    """The goal with this name; the first one for any other."""
    return "friend" if name == "friend" else "network"


def brief_of(
    scenario: str, named: str | None, goal_name: GoalName, level: Difficulty = "real"
) -> Brief:
    """The scenario, in the language named (or the system's), for the goal, so difficult.

    Raises:
        ScenarioError: it does not exist, or is not written in that language or for that goal.
    """
    from repete import scenario as scenarios
    from repete.errors import ScenarioError

    found = scenarios.find(scenario)
    spoken = language_or_locale(named)
    if spoken not in found.wordings:
        raise ScenarioError(
            f'The scenario "{found.id}" has no words in {spoken}: '
            f"use --lang {next(iter(found.wordings))}."
        )
    if goal_name not in found.goals:
        raise ScenarioError(
            f'The scenario "{found.id}" has no goal "{goal_name}": '
            f"use --goal {next(iter(found.goals))}."
        )
    return found.brief(spoken, goal_name, level)
