"""`repete profile`: what the coach knows of the user."""

from __future__ import annotations

import click

from repete.cli import options


@click.command()
@click.option("--name", help="Your name, as you say it.")
@click.option("--company", help="Your company or organisation.")
@click.option("--what", help='What you do, as it goes on after "I ...".')
@click.option("--project", help="What you are working on now.")
@click.option("--clear", is_flag=True, help="Forget everything.")
@options.as_json
def profile(clear: bool, as_json: bool, **given: str | None) -> None:
    """Show or set your name, company, what you do and your project.

    All of it is optional and stays on this computer. It fills the words that the feedback and the
    model answers suggest, and sets names right in transcripts.
    """
    from dataclasses import asdict, replace

    from repete import profile as profiles
    from repete.cli import screen

    if clear:
        profiles.clear()
    known = profiles.load()
    changed = {key: value.strip() for key, value in given.items() if value is not None}
    if changed:
        known = replace(known, **changed)
        profiles.save(known)
    if as_json:
        screen.json_line(known)
        return
    out = screen.console()
    for key, value in asdict(known).items():
        out.print(f"{key:<8}", value or "-", markup=False)
    out.print(f"[dim]{profiles.path()}[/]", soft_wrap=True)
