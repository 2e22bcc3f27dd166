"""`repete scenarios`: list, show and check the situations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from repete.model import Difficulty, GoalName


@click.group(invoke_without_command=True)
@options.language
@options.as_json
@click.pass_context
def scenarios(context: click.Context, language: str | None, as_json: bool) -> None:
    """List the situations; `show ID` tells one whole, `check FILE` checks your own.

    Your own files go into the folder that this command names, and work like the shipped ones.
    """
    if context.invoked_subcommand:
        return
    from repete import scenario as known
    from repete.cli import screen
    from repete.places import user_folder

    spoken = options.language_or_locale(language)
    out = screen.console()
    working = known.readable()
    for name, path in known.files().items():
        if name not in working:
            screen.complain(f"{path} has mistakes: `repete scenarios check {path}` lists them.")
            continue
        found = working[name]
        if as_json:
            screen.json_line(found)
            continue
        wording = found.wordings.get(spoken) or next(iter(found.wordings.values()))
        least, most = found.target
        about = f"{'/'.join(found.wordings)}, {'/'.join(found.goals)}, {least:g}-{most:g} s"
        out.print(f"[bold]{name:<12}[/] {wording.title} [dim]({about})[/]", soft_wrap=True)
    if not as_json:
        out.print(f"[dim]Your own: {user_folder() / 'scenarios'}[/]", soft_wrap=True)


@scenarios.command()
@click.argument("name", metavar="ID")
@options.language
@options.goal
@options.difficulty
@options.as_json
def show(
    name: str, language: str | None, goal: GoalName, difficulty: Difficulty, as_json: bool
) -> None:
    """Tell a situation whole: the setting, the play as a tree, the moves, a model answer."""
    from repete import profile as profiles
    from repete.cli import screen
    from repete.cli.tree import tree
    from repete.phrases import move_name, phrases
    from repete.wording import fill

    brief = options.brief_of(name, language, goal, difficulty)
    if as_json:
        screen.json_line(brief)
        return
    out = screen.console()
    says = phrases(brief.language)
    screen.situation(out, brief)
    out.print(tree(brief))
    for move in brief.plan.expects:
        mark = "●" if move in brief.plan.essential else "○"
        out.print(f" {mark} {move_name(brief.language, move)}")
    answer = fill(brief.wording.answer[brief.goal], profiles.load(), brief.wording.example)
    out.print(f"\n[bold]{says['screen']['model_answer']}[/]")
    out.print(answer, markup=False)


@scenarios.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check scenario files: every mistake with its file, line and cure.

    In a play no beat may be out of reach, none may be without a way out, and each needs its lines
    in every language.
    """
    from repete import scenario as known
    from repete.analysis.moves import cannot_be_told_apart

    wrong = 0
    for path in files:
        found, mistakes = known.parse(known.read(path))
        for mistake in mistakes:
            click.echo(f"{path}:{mistake.line}: {mistake.text}")
        if not mistakes:
            click.echo(f"{path}: ok")
        for wording in found.wordings.values() if found else ():
            for name in cannot_be_told_apart(wording.moves):
                click.echo(
                    f"{path}: warning: the examples and counter-examples of {name} cannot be told "
                    "apart: write them less alike, or add some."
                )
        wrong += len(mistakes)
    if wrong:
        sys.exit(2)
