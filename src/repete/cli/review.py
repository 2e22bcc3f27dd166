"""`repete review`: the local page where takes are heard, seen and compared."""

from __future__ import annotations

import click

from repete.cli import options


@click.command()
@click.argument("name", metavar="SESSION", required=False)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@options.model
def review(name: str | None, no_browser: bool, model: str) -> None:
    """Open the page of a session, or of the whole library, in the browser.

    Only this computer can reach it, and only through the address that is opened, once. SESSION is
    an id, its start, or "last". Ctrl-C ends it.
    """
    from repete.cli import screen
    from repete.index import Index
    from repete.review.serve import Library, server
    from repete.store import Store

    store = Store()
    to = f"/session/{store.find(name).id}" if name else "/"
    Index(store).refresh()
    opened = server(Library(store, model), to)
    out = screen.console()
    out.print(f"Review at {opened.address}", markup=False, soft_wrap=True)
    out.print("Ctrl-C ends it.", style="dim")
    if not no_browser:
        _open(opened.address)
    opened.run()


def _open(address: str) -> None:
    """Open the browser once the server answers."""
    import threading
    import webbrowser

    threading.Timer(0.5, webbrowser.open, [address]).start()
