"""Tables: take TOML tables apart and note every mistake with its line and its cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from repete.model import MOVES, Profile

_PROFILE_KEYS = tuple(item.name for item in fields(Profile))
_PLACEHOLDER = re.compile(r"\{(\w*)\}")

Address = tuple[str, ...]
"""Where a value stands in the file: the keys that lead to it."""

Table = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a scenario file, at a line (from 1), with its cure."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass
class Tables:
    """Reads values out of tables, and notes down what is wrong on the way.

    What cannot be read is given as an empty value, so that everything else is still looked at.
    """

    text: str
    mistakes: list[Mistake] = field(default_factory=list)
    all_moves: tuple[str, ...] = MOVES
    """The moves that may be named: the fifteen, and the scenario's own."""

    def wrong(self, at: Address, what: str, near: object = None) -> None:
        """Note a mistake at an address; on the line below it that holds `near`, where one does."""
        self.mistakes.append(Mistake(line_of(self.text, at, near), what))

    def keys(self, table: Table, at: Address, known: Sequence[str]) -> None:
        """Refuse every key that is not known."""
        for key in table:
            if key not in known:
                self.wrong((*at, key), f'unknown key "{key}": {cure(key, known)}', key)

    def table(self, table: Table, keys: Address, at: Address = ()) -> Table:
        """The table under the last of `keys`; empty when there is none."""
        value = table.get(keys[-1], {})
        if isinstance(value, dict):
            return value
        self.wrong(at or keys, f'"{keys[-1]}" is a table: write [{".".join(at or keys)}]')
        return {}

    def string(self, table: Table, at: Address) -> str:
        """The text under the last key of `at`, which must be there."""
        value = table.get(at[-1])
        if isinstance(value, str) and value.strip():
            self.placeholders(value, at)
            return value.strip()
        self.wrong(at, f'"{at[-1]}" is missing or empty: write {at[-1]} = "..."')
        return ""

    def lines(self, table: Table, at: Address) -> tuple[str, ...]:
        """The list of sentences under the last key of `at`."""
        value = table.get(at[-1], [])
        if isinstance(value, list) and all(isinstance(line, str) and line for line in value):
            return tuple(value)
        self.wrong(at, f'"{at[-1]}" is a list of sentences, such as ["Hello!", "Who are you?"]')
        return ()

    def strings(
        self, table: Table, at: Address, known: tuple[str, ...], *, every: bool = False
    ) -> dict[str, str]:
        """The texts in the table at `at`, under known keys; `every` one of them, or some."""
        part = self.table(table, at[-1:], at)
        self.keys(part, at, known)
        wanted = known if every else tuple(key for key in known if key in part)
        return {key: self.string(part, (*at, key)) for key in wanted}

    def moves(self, table: Table, at: Address) -> tuple[str, ...]:
        """The list of moves under the last key of `at`."""
        value = table.get(at[-1], [])
        if not isinstance(value, list):
            self.wrong(at, f'"{at[-1]}" is a list of moves, such as ["self_introduction"]')
            return ()
        return tuple(move for move in value if self.known("move", move, self.all_moves, at))

    def known(self, kind: str, name: object, all_known: Sequence[str], at: Address) -> bool:
        """Whether the name is one of the known ones; if not, that is a mistake."""
        if name in all_known:
            return True
        self.wrong(at, f'unknown {kind} "{name}": {cure(name, all_known)}', name)
        return False

    def placeholders(self, value: str, at: Address) -> None:
        """Refuse blanks that the profile does not fill."""
        for name in _PLACEHOLDER.findall(value):
            if name not in _PROFILE_KEYS:
                listed = ", ".join(f"{{{key}}}" for key in _PROFILE_KEYS)
                self.wrong(at, f"unknown blank {{{name}}}: use one of {listed}")


def cure(name: object, known: Sequence[str]) -> str:
    """What to write instead of an unknown name."""
    near = get_close_matches(str(name), known, 1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(known)}" if known else "there are none"


def line_of(text: str, at: Address, near: object = None) -> int:
    """The line (from 1) on which the value at `at` stands, or the nearest line above it.

    Where `near` is named, it is the first line from there on, of the same value, that holds it.
    """
    best, found, limit = 0, 1, 0
    for number, address in _addresses(text):
        shared = sum(1 for a, b in zip(address, at, strict=False) if a == b)
        if shared == len(address) and shared > best:
            best, found, limit = shared, number, 0
        elif best and not limit:
            limit = number
    if near is None:
        return found
    lines = text.splitlines()
    inside = range(found, (limit or len(lines) + 1))
    word = re.compile(rf"(?<![\w-]){re.escape(str(near))}(?![\w-])")
    return next((number for number in inside if word.search(lines[number - 1])), found)


def _addresses(text: str) -> Iterator[tuple[int, Address]]:
    """Each line that opens a table or sets a key, with the address that it sets."""
    table: Address = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?([\w\"' .-]+)\]\]?\s*(?:#|$)", line):
            table = tuple(part.strip(" \"'") for part in header.group(1).split("."))
            yield number, table
        elif setting := re.match(r"\s*([\w\"'.-]+)\s*=", line):
            yield number, (*table, *(part.strip("\"'") for part in setting.group(1).split(".")))
