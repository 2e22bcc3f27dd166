"""The tree of a play: what is said, and where it goes from there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from repete.model import END
from repete.phrases import move_name, phrase, phrases

if TYPE_CHECKING:
    from repete.model import Beat, Brief, Language, Way


def tree(brief: Brief) -> Tree:
    """The play from its first beat; a beat that was drawn before is only named again."""
    known = {beat.id: beat for beat in brief.play}
    first = brief.play[0]
    root = Tree(_heading(brief, first))
    drawn = {first.id}
    _grow(root, brief, known, drawn, first)
    return root


def _grow(root: Tree, brief: Brief, known: dict[str, Beat], drawn: set[str], beat: Beat) -> None:
    """Draw the lines of a beat, and every way out of it."""
    told = partial(phrase, brief.language, "play")
    for line in beat.lines:
        words = Text(f"» {line.text}", "cyan")
        if line.hook:
            words.append(f"  [{line.hook}]", "yellow")
        root.add(words)
    if beat.mode == "closes":
        return
    outs = [(_condition(way, brief.language), way.to) for way in beat.ways]
    outs.append((told("otherwise" if beat.ways else "then"), beat.otherwise))
    for way, to in outs:
        label = Text(f"{way} → ")
        if to == END:
            root.add(label.append(told("end"), "bold"))
        elif to in drawn:
            root.add(label.append(to, "bold").append(f" ({told('above')})", "dim"))
        else:
            drawn.add(to)
            _grow(
                root.add(label.append_text(_heading(brief, known[to]))),
                brief, known, drawn, known[to],
            )  # fmt: skip


def _heading(brief: Brief, beat: Beat) -> Text:
    mode = phrase(brief.language, "play", beat.mode, seconds=beat.after)
    return Text(beat.id, "bold").append(f" ({mode})", "dim not bold")


def _condition(way: Way, language: Language) -> str:
    """Everything that a way asks for, in words."""
    return ", ".join(_asked(way, language))


def _asked(way: Way, language: Language) -> Iterator[str]:
    told = partial(phrase, language, "play")
    for key in ("all_of", "any_of", "all_now", "any_now"):
        moves = getattr(way, key)
        if moves:
            joined = phrases(language)["play"]["or" if key.startswith("any") else "and"]
            names = f" {joined} ".join(_named(move, language) for move in moves)
            yield told("now" if key.endswith("now") else "so_far", moves=names)
    if way.hook:
        yield told("hook", hooks=", ".join(way.hook))
    if way.silent is not None:
        yield told("silent" if way.silent else "not_silent")
    if way.spoken is not None:
        yield told("spoken", seconds=way.spoken)
    if way.turns is not None:
        yield told("turns", turns=way.turns)


def _named(move: str, language: Language) -> str:
    return phrase(language, "screen", "quoted", text=move_name(language, move))
