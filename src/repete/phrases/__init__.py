"""Phrases: every sentence that Repete says or shows in the user's language."""

from __future__ import annotations

import re
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
    return _ONE[language].sub(r"\1", phrases(language)[table][key].format(**written))


_ONE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<![\d.])(1 second)s\b"),
    "fr": re.compile(r"(?<![\d,])([01] seconde)s\b"),
}
"""A single second has no plural; French has none for zero either."""


def number(language: Language, value: float, digits: int = 1) -> str:
    """A number as its language writes it, with that many decimals at most."""
    written = f"{value:.{digits}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return written.replace(".", ",") if language == "fr" else written


def clock(seconds: float) -> str:
    """Seconds as 0:07."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def move_name(language: Language, move: str) -> str:
    """How a move is listed; a scenario's own move by the name that it was given."""
    return phrases(language)["move"].get(move, move.replace("_", " "))
