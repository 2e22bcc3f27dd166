"""`repete analyse`: the same checks on any recording, or on text."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from repete.model import Brief, GoalName, Near, Take
    from repete.norms import Baseline
    from repete.transcribe.recognizer import Loading


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", help='Judge this reply instead of a recording; "-" reads standard input.')
@click.option("--scenario", metavar="ID", help="Judge it as a reply to this scenario.")
@options.language
@options.goal
@options.model
@click.option(
    "--explain",
    is_flag=True,
    help="Say for each expected move which words come nearest, and why they count or not.",
)
@options.as_json
def analyse(
    files: tuple[Path, ...],
    text: str | None,
    scenario: str | None,
    language: str | None,
    goal: GoalName,
    **given: object,
) -> None:
    """Judge recordings: phone memo, video, mp3, anything with sound. Nothing is changed or stored.

    Without --scenario every move is looked for and none is missed.
    """
    from repete.cli import screen
    from repete.errors import RepeteError, UsageError
    from repete.model import Brief

    if bool(files) == (text is not None):
        raise UsageError("Name one or more recordings, or give a reply with --text, not both.")
    if scenario:
        brief = options.brief_of(scenario, language, goal)
    else:
        brief = Brief.unplanned(options.language_or_locale(language), goal)
    if text is not None:
        judged = _judged_text(sys.stdin.read() if text == "-" else text, brief)
        _print(judged, given, explained=_explained(judged, brief, given))
        return
    failed = False
    judge = _Judge(brief, str(given["model"]), aside=bool(given["as_json"]))
    for path in files:
        try:
            found = judge.take(path)
            _print(found, given, path, explained=_explained(found, brief, given))
        except RepeteError as error:
            if len(files) == 1:
                raise
            screen.complain(str(error))
            failed = True
    if failed:
        sys.exit(2)


class _Judge:
    """Judges recordings one after another with one recognizer."""

    def __init__(self, brief: Brief, model: str, *, aside: bool) -> None:
        from repete import profile as profiles
        from repete.cli import screen

        self._brief = brief
        self._model = model
        self._profile = profiles.load()
        self._out = screen.console(aside=aside)

    @cached_property
    def _loading(self) -> Loading:
        """The recognizer, which starts to load once there is something to read."""
        from repete.transcribe.recognizer import Loading

        return Loading(self._model, lambda text: self._out.print(text, style="dim"))

    def take(self, path: Path) -> Take:
        """Everything that can be said of one recording."""
        from dataclasses import replace

        from repete import clips
        from repete.cli import screen
        from repete.intake import hear

        with screen.progress_bar(self._out, path.name) as bar:
            clip = clips.read(path, lambda share: bar(share * 0.05))
            found = hear(
                clip, self._brief, self._profile, self._loading,
                lambda share: bar(0.05 + share * 0.95),
            )  # fmt: skip
        return replace(found, audio=replace(found.audio, path=str(path))) if found.audio else found


def _judged_text(text: str, brief: Brief) -> Take:
    from repete import profile as profiles
    from repete.judging import judge_text
    from repete.model import Transcript

    plain = text.encode("utf-8", "replace").decode()
    return judge_text(Transcript(" ".join(plain.split())), brief, profiles.load())


def _explained(found: Take, brief: Brief, given: dict[str, object]) -> tuple[Near, ...] | None:
    """Why each expected move was or was not counted, where that was asked for."""
    from repete.analysis import moves
    from repete.model import MOVES, PITCH_MOVES, Transcript

    if not given["explain"]:
        return None
    setting = moves.Setting.of(brief)
    every = [move for move in MOVES if setting.is_pitch or move not in PITCH_MOVES]
    transcript = found.transcript or Transcript("")
    return moves.explain(transcript, setting, brief.plan.expects or every)


def _print(
    found: Take,
    given: dict[str, object],
    path: Path | None = None,
    *,
    explained: tuple[Near, ...] | None = None,
) -> None:
    from contextlib import suppress

    import msgspec

    from repete.cli import screen
    from repete.errors import StoreError
    from repete.habits import baselines
    from repete.store import Store

    if given["as_json"]:
        if explained is None:
            screen.json_line(found)
        else:
            screen.json_line({**msgspec.to_builtins(found), "explained": explained})
        return
    out = screen.console()
    if path:
        out.rule(str(path), align="left")
    own: dict[str, Baseline] = {}
    with suppress(StoreError):  # a recording can be judged where no library can be kept
        own = baselines(Store(), found.language)
    screen.take(out, found, own)
    if explained is not None:
        screen.explanation(out, explained, found.language)
