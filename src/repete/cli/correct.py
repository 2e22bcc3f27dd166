"""`repete correct`: the speaker's own word on each filler that was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from repete.cli import options

if TYPE_CHECKING:
    from repete.correction import Judged
    from repete.model import Correction, Language, Session
    from repete.store import Store


@click.command()
@click.argument("name", metavar="SESSION", required=False, default="last")
@click.argument("take", type=click.IntRange(min=1), required=False)
@click.option("--right", type=int, multiple=True, metavar="N", help="It is a filler: count it.")
@click.option("--wrong", type=int, multiple=True, metavar="N", help="It is none: do not count it.")
@click.option("--forget", is_flag=True, help="Forget every mark of this take, the drill's too.")
@options.as_json
def correct(
    name: str, take: int | None, forget: bool, as_json: bool, **marks: tuple[int, ...]
) -> None:
    """Mark a filler right or wrong. Without a mark, list what was heard in a take, with numbers.

    The marks stand beside what was heard and count in every figure from then on; the other mark
    takes one back, and --forget all of them. SESSION is an id, its start, or "last"; TAKE is its
    last one unless given.
    """
    from repete.cli import screen
    from repete.correction import judged
    from repete.store import Store

    store = Store()
    session = store.find(name)
    number = _number(session, take)
    if forget:
        session = _kept(store, session, number, None)
    for mark, places in marks.items():
        for place in places:
            session = _marked(store, session, number, place, counts=mark == "right")
    found = session.takes[number - 1]
    if as_json:
        screen.json_line(found)
        return
    out = screen.console()
    out.print(f"[bold]{session.id}[/] [dim]{number}[/]", soft_wrap=True)
    for line in lines(judged(found), found.language):
        out.print(line, markup=False, soft_wrap=True)


def lines(found: tuple[Judged, ...], language: Language) -> list[str]:
    """What was heard, a filler a line: its number, its time, the word, whether it counts."""
    from repete.phrases import clock, phrase

    if not found:
        return [phrase(language, "screen", "no_filler")]
    return [
        f"{number:>3}  {clock(one.filler.start)}  {one.filler.text:<12} "
        + phrase(language, "screen", "counts" if one.counts else "counts_not")
        for number, one in enumerate(found, 1)
    ]


def _number(session: Session, take: int | None) -> int:
    """The take that is meant.

    Raises:
        UsageError: there is none.
    """
    from repete.errors import UsageError

    count = len(session.takes)
    if not count or (take or 1) > count:
        raise UsageError(f"The session {session.id} has {count} takes: name 1 to that.")
    return take or count


def _marked(store: Store, session: Session, number: int, place: int, *, counts: bool) -> Session:
    from datetime import datetime

    from repete.correction import marked

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return _kept(store, session, number, marked(session.takes[number - 1], place, counts, now))


def _kept(store: Store, session: Session, number: int, correction: Correction | None) -> Session:
    from contextlib import closing

    from repete.index import Index

    changed = store.correct(session.id, number, correction)
    with closing(Index(store)) as index:
        index.update(session.id)
    return changed
