"""`repete export`: a session in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from repete.export.sheet import Sheet
    from repete.intake import Intake
    from repete.model import Session
    from repete.store import Store

FORMATS = ("html", "json", "csv", "srt", "vtt", "textgrid", "audacity", "md")


@click.command()
@click.argument("name", metavar="SESSION")
@click.argument("take", type=click.IntRange(min=1), required=False)
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="html",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='Where to; "-" is standard output. Named after the session unless given.',
)
@click.option(
    "--sound/--no-sound",
    default=True,
    show_default=True,
    help="Put the sound into the HTML page.",
)
def export(name: str, take: int | None, kind: str, output: Path | None, sound: bool) -> None:
    """Write a session, or one TAKE of it, for another tool or another person.

    html is one page that can be mailed, with the sound inside; srt and vtt are captions, textgrid
    opens in Praat, audacity is a label track; json, csv and md are for everything else. SESSION
    is an id, its start, or "last".
    """
    from repete import profile, scenario
    from repete.cli import screen
    from repete.correction import retold
    from repete.export import ENDINGS, ONE_SOUND, TEXTS
    from repete.store import Store

    store = Store()
    session = store.find(name)
    numbers = _numbers(session, take, one=kind in ONE_SOUND)
    if kind != "json":  # which holds the marks beside what was heard
        session = retold(session, scenario.readable(), profile.load())
    text = TEXTS[kind](_sheets(store, session, numbers, sound=sound and kind == "html"))
    path = output or Path(_named(session.id, numbers, ENDINGS.get(kind, kind)))
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    _write(path, text)
    screen.console().print(f"Written to {path}", markup=False, soft_wrap=True)


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--scenario", metavar="ID", help="Judge them as replies to this scenario.")
@options.language
@options.goal
@options.model
def import_(files: tuple[Path, ...], scenario: str | None, **given: str) -> None:
    """Bring recordings into the library: files, or folders of them, in any format with sound.

    Each is judged and kept as a session; the file itself is left alone. What was imported before
    is passed over, so that an interrupted import goes on where it stopped.
    """
    from repete import intake
    from repete import profile as profiles
    from repete.cli import screen
    from repete.model import Brief
    from repete.store import Store
    from repete.transcribe.recognizer import Loading

    goal = options.goal_named(given["goal"])
    spoken = options.language_or_locale(given["language"])
    brief = options.brief_of(scenario, spoken, goal) if scenario else Brief.unplanned(spoken, goal)
    out = screen.console()
    loading = Loading(given["model"], lambda text: out.print(text, style="dim"))
    desk = intake.Intake(Store(), brief, profiles.load(), loading)
    _import_all(desk, list(intake.recordings(files)))


def _import_all(desk: Intake, paths: list[Path]) -> None:
    """Import each file; one that cannot be read hides no other.

    Raises:
        SystemExit: at least one could not be imported.
    """
    import sys

    from repete.cli import screen
    from repete.errors import RepeteError, UsageError
    from repete.intake import Recording

    if not paths:
        raise UsageError("There is no recording in there: name files, or another folder.")
    out = screen.console()
    failed = 0
    for number, path in enumerate(paths, 1):
        try:
            with screen.progress_bar(out, f"{number}/{len(paths)} {path.name}") as bar:
                taken = desk.take_in(Recording.of(path), bar)
        except RepeteError as error:
            screen.complain(str(error))
            failed += 1
            continue
        told = "imported as" if taken.is_new else "was imported before:"
        out.print(f"{path.name} {told} {taken.session}", markup=False, soft_wrap=True)
    if failed:
        sys.exit(2)


def _numbers(session: Session, take: int | None, *, one: bool) -> list[int]:
    """The takes to write: the one named, the last one where only one can be, else all.

    Raises:
        UsageError: there is none.
    """
    from repete.errors import UsageError

    count = len(session.takes)
    if not count or (take or 1) > count:
        raise UsageError(f"The session {session.id} has {count} takes: name 1 to that.")
    if take or one:
        return [take or count]
    return list(range(1, count + 1))


def _sheets(store: Store, session: Session, numbers: list[int], *, sound: bool) -> list[Sheet]:
    from repete.export.sheet import Sheet
    from repete.habits import baselines

    return [
        Sheet(
            session,
            number,
            store.sound(session, number).read_bytes() if sound else None,
            baselines(store, session.language, (session.id, number)),
        )
        for number in numbers
    ]


def _named(session: str, numbers: list[int], ending: str) -> str:
    take = f"-take-{numbers[0]:02}" if len(numbers) == 1 else ""
    return f"{session}{take}.{ending}"


def _write(path: Path, text: str) -> None:
    """Write the file so that only its owner reads it.

    Raises:
        StoreError: the disk refuses.
    """
    from repete.errors import StoreError

    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}): choose another place with --output."
        ) from error
