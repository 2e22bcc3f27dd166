"""`repete rehearse`, `repete pitch`, `repete demo`: the main job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from repete.model import Brief, Difficulty, GoalName

PRESETS = (15, 30, 45, 60, 90)
"""Seconds that elevator pitches usually have."""


@click.command()
@click.argument("scenario", required=False)
@options.difficulty
@options.only
@options.playing
def rehearse(
    scenario: str | None,
    language: str | None,
    goal: GoalName,
    difficulty: Difficulty,
    only: str | None,
    **given: object,
) -> None:
    """Play a situation: hear it, answer aloud, hear what worked and what to change.

    SCENARIO is one of `repete scenarios`; without it you choose from a menu. The others answer
    back; speak over them to cut in. Your turn ends when you have finished, or press Enter. Ctrl-C
    stops at any moment and keeps what was recorded.
    """
    from repete.cli.sitting import Choice, sit
    from repete.play import drilled

    def chosen() -> Brief:
        return options.brief_of(
            _menu(options.language_or_locale(language)), language, goal, difficulty
        )

    brief = options.brief_of(scenario, language, goal, difficulty) if scenario else chosen()
    choice = Choice(**given)  # type: ignore[arg-type]
    sit(drilled(brief, only) if only else brief, choice, chosen)


@click.command()
@click.option(
    "--seconds",
    type=click.IntRange(5, 1200),
    default=30,
    show_default=True,
    help=f"Length of the pitch, or of a talk; usual ones are {', '.join(map(str, PRESETS))}.",
)
@options.playing
def pitch(seconds: int, language: str | None, goal: GoalName, **given: object) -> None:
    """Time your elevator pitch: "So, what do you do?".

    The light is green from half of the time, amber from three quarters, red at the end, as the
    timers of Toastmasters have it.
    """
    from repete.cli.sitting import Choice, sit

    brief = options.brief_of("pitch", language, goal)
    sit(timed(brief, seconds), Choice(**given))  # type: ignore[arg-type]


@click.command()
@options.language
@options.goal
@click.option("--output", metavar="DEVICE|FILE|none", help="Loudspeaker, file, or none.")
@options.model
@options.as_json
def demo(
    language: str | None, goal: GoalName, output: str | None, model: str, as_json: bool
) -> None:
    """Show a whole rehearsal with a recorded reply standing in for the microphone."""
    from repete.cli.sitting import Choice, sit
    from repete.places import shipped

    brief = options.brief_of("interrupted", language, goal)
    sample = shipped("audio") / f"interrupted.{brief.language}.flac"
    sit(brief, Choice(source=str(sample), output=output, model=model, as_json=as_json, takes=1))


def timed(brief: Brief, seconds: float) -> Brief:
    """The brief with another length: the timer turns green at half of it."""
    return replace(brief, target=(seconds / 2, float(seconds)))


def _menu(language: str) -> str:
    """Ask which scenario to play.

    Raises:
        UsageError: nobody can be asked.
    """
    import sys

    from repete import scenario as scenarios
    from repete.cli.screen import console
    from repete.errors import UsageError
    from repete.phrases import phrases

    known = scenarios.readable()
    if not sys.stdin.isatty():
        raise UsageError(f"Name a scenario: {', '.join(known)}.")
    out = console()
    listed = list(known.values())
    for number, found in enumerate(listed, 1):
        wording = found.wordings.get(language) or next(iter(found.wordings.values()))
        out.print(f" [bold]{number}[/]  {found.id:<12} {wording.title}")
    numbers = [str(number) for number in range(1, len(listed) + 1)]
    asked = phrases("fr" if language == "fr" else "en")["screen"]["choose"]
    answer = click.prompt(
        asked, type=click.Choice([*numbers, *known]), default="1", show_choices=False
    )
    return listed[int(answer) - 1].id if answer in numbers else str(answer)
