"""`repete moves`: judge the detector on your own labelled replies."""

from __future__ import annotations

from pathlib import Path

import click

from repete.cli import options


@click.group()
def moves() -> None:
    """The moves that Repete hears: `test FILE` judges it on your own replies."""


@moves.command()
@click.argument("file", type=click.Path(path_type=Path))
@options.as_json
def test(file: Path, as_json: bool) -> None:
    """Compare what is found with your labels: one reply a line of FILE, as JSON.

    \b
    {"text": "...", "lang": "en", "situation": "pitch", "partner": "...",
     "moves": ["proof"], "spans": {"proof": ["..."]}, "optional": [], "traps": []}

    Prints precision, recall, F1 and false alarms on traps for each move. With --json: one
    object for each reply, in the order of the file, with the moves that were found.
    """
    from repete import labelled
    from repete.analysis.moves import find
    from repete.analysis.moves.scoring import score
    from repete.cli import screen
    from repete.model import Transcript

    replies = labelled.read(file)
    found = []
    with screen.progress_bar(screen.console(aside=as_json), file.name) as bar:
        for at, reply in enumerate(replies, 1):
            found.append(find(Transcript(" ".join(reply.text.split())), reply.setting))
            bar(at / len(replies))
    if as_json:
        for reply, made in zip(replies, found, strict=True):
            screen.json_line({"text": reply.text, "moves": made})
        return
    screen.scores(screen.console(), score(replies, found))
