"""`repete sessions`, `show`, `play`, `delete`: what was kept."""

from __future__ import annotations

import click

from repete.cli import options

session = click.argument("name", metavar="SESSION", required=False, default="last")


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the index of the library again first.")
@options.as_json
def sessions(rebuild: bool, as_json: bool) -> None:
    """List the sessions, newest first."""
    from repete.cli import screen
    from repete.index import Index
    from repete.store import Store

    out = screen.console(aside=as_json)
    store = Store()
    if rebuild:
        count = Index(store).rebuild()
        out.print(f"The index holds {count} session{'s' if count != 1 else ''}.")
    out = screen.console()
    known = list(store.sessions())
    for kept in known:
        if as_json:
            screen.json_line(kept)
            continue
        seconds = sum(take.audio.seconds for take in kept.takes if take.audio)
        takes = f"{len(kept.takes)} take{'s' if len(kept.takes) != 1 else ''}"
        played = f"{kept.goal}, {kept.difficulty}" if kept.difficulty != "real" else kept.goal
        about = f"{kept.language}, {played}, {takes}, {seconds:.0f} s"
        out.print(f"[bold]{kept.id}[/] [dim]{about}[/]", soft_wrap=True)
    if not known and not as_json:
        out.print("No session yet: `repete rehearse` makes the first one.")


@click.command()
@session
@options.as_json
def show(name: str, as_json: bool) -> None:
    """Show a session: every take as it was judged. SESSION is an id, its start, or "last"."""
    from repete import profile as profiles
    from repete import scenario
    from repete.cli import screen
    from repete.cli.sitting import placed
    from repete.correction import retold
    from repete.habits import baselines
    from repete.store import Store

    store = Store()
    kept = store.find(name)
    out = screen.console()
    if not as_json:
        kept = retold(kept, scenario.readable(), profiles.load())
        out.print(f"[bold]{kept.id}[/] [dim]{store.path(kept)}[/]", soft_wrap=True)
    for number, take in enumerate(kept.takes, 1):
        found = placed(take, store.path(kept))
        if as_json:
            screen.json_line(found)
            continue
        out.rule(f"{number}")
        screen.take(out, take, baselines(store, take.language, (kept.id, number)))
        if take.transcript is None and found.audio:
            out.print(f"Interrupted: `repete analyse {found.audio.path}` judges it.", markup=False)


@click.command()
@session
@click.argument("take", type=click.IntRange(min=1), required=False)
@click.option("--output", metavar="DEVICE", help="Loudspeaker, see `repete devices`.")
def play(name: str, take: int | None, output: str | None) -> None:
    """Play a take aloud: the last one of the session unless its number is given."""
    from repete import clips, sound
    from repete.cli import screen
    from repete.store import Store

    store = Store()
    path = store.sound(store.find(name), take)
    clip = clips.read(path)
    screen.console().print(f"{path} [dim]({clip.seconds:.1f} s)[/]", soft_wrap=True)
    sound.play(clip, output)


@click.command()
@click.argument("name", metavar="SESSION")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Delete a session for good: its record and its sound."""
    from repete.cli import screen
    from repete.index import Index
    from repete.store import Store

    store = Store()
    kept = store.find(name)
    if not yes:
        click.confirm(f"Delete {kept.id} with its {len(kept.takes)} takes for good?", abort=True)
    store.delete(kept)
    index = Index(store)
    index.update(kept.id)
    index.scrub()
    screen.console().print(f"Deleted {kept.id}.")
