"""Phrases: every sentence that Repete says or shows in the user's language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from repete.model import Language


@cache
def phrases(language: Language) -> dict[str, dict[str, str]]:
    """The sentences of a language, by table and key (see `en.toml`)."""
    path = Path(__file__).with_name(f"{language}.toml")
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: dict(part) for name, part in table.items()}


def phrase(language: Language, table: str, key: str, **blanks: object) -> str:
    """One sentence with its blanks filled; a float is written as `number` does."""
    written = {
        name: number(language, value) if isinstance(value, float) else value
        for name, value in blanks.items()
    }
    return phrases(language)[table][key].format(**written)


def number(language: Language, value: float) -> str:
    """A number with one decimal at most, after the point or the comma of its language."""
    written = f"{round(value, 1):g}"
    return written.replace(".", ",") if language == "fr" else written


def move_name(language: Language, move: str) -> str:
    """How a move is listed; a scenario's own move by the name that it was given."""
    return phrases(language)["move"].get(move, move.replace("_", " "))
