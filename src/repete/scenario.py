"""Scenarios: find, read and check the files that describe a situation.

A scenario is one TOML file; `parse` is pure and says every mistake at once, each with its line
and its cure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from repete.errors import ScenarioError
from repete.model import GOALS, LANGUAGES, MOVES, Goal, OwnMove, Profile, Scenario, Wording
from repete.places import shipped, user_folder

_ROOT_KEYS = ("id", "target", "goals", *LANGUAGES)
_WORDING_KEYS = tuple(item.name for item in fields(Wording))
_GOAL_KEYS = tuple(item.name for item in fields(Goal))
_OWN_KEYS = ("what", "examples", "counter_examples")
_PROFILE_KEYS = tuple(item.name for item in fields(Profile))
_ID = re.compile(r"[a-z][a-z0-9_-]*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")

FEWEST_EXAMPLES = 5
"""Sentences that an own move needs, so that what they share can be heard."""

Address = tuple[str, ...]
"""Where a value stands in the file: the keys that lead to it."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a scenario file, at a line (from 1), with its cure."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


def find(name: str) -> Scenario:
    """The scenario with this id: the user's own first, then the shipped ones.

    Raises:
        ScenarioError: there is none, or its file has mistakes.
    """
    known = files()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(known)}."
        raise ScenarioError(f'There is no scenario "{name}". {hint}')
    return load(known[name])


def files() -> dict[str, Path]:
    """Every scenario file by its id (the file's name without `.toml`), shipped ones first."""
    folders = (shipped("scenarios"), user_folder() / "scenarios")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def readable() -> dict[str, Scenario]:
    """Every scenario without mistakes, by its id: one broken file hides no other."""
    found = {name: parse(read(path))[0] for name, path in files().items()}
    return {name: scenario for name, scenario in found.items() if scenario}


def load(path: Path) -> Scenario:
    """The scenario in a file.

    Raises:
        ScenarioError: the file cannot be read or has mistakes; the text names the first ones.
    """
    scenario, mistakes = parse(read(path))
    if scenario is None:
        listed = "; ".join(str(mistake) for mistake in mistakes[:3])
        raise ScenarioError(
            f"{path} is not a scenario: {listed}. "
            f"`repete scenarios check {path}` lists every mistake."
        )
    return scenario


def read(path: Path) -> str:
    """The text of a scenario file.

    Raises:
        ScenarioError: it is missing or is not UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path} is not text in UTF-8: save it as UTF-8.") from error


def parse(text: str) -> tuple[Scenario | None, tuple[Mistake, ...]]:
    """The scenario that `text` describes, or None and everything that is wrong with it."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        what = str(error).split(" (at", maxsplit=1)[0]
        return None, (Mistake(line, f"this is not TOML: {what[0].lower()}{what[1:]}"),)
    reader = _Reader(text)
    scenario = reader.scenario(table)
    mistakes = tuple(sorted(reader.mistakes, key=lambda mistake: mistake.line))
    return (None if mistakes else scenario), mistakes


@dataclass
class _Reader:
    """Takes a TOML table apart and notes down what is wrong on the way."""

    text: str
    mistakes: list[Mistake] = field(default_factory=list)
    all_moves: tuple[str, ...] = MOVES
    """The moves that may be named: the fifteen, and the scenario's own."""

    def wrong(self, at: Address, what: str) -> None:
        self.mistakes.append(Mistake(_line_of(self.text, at), what))

    def scenario(self, table: dict[str, Any]) -> Scenario:
        self.keys(table, (), _ROOT_KEYS)
        name = self.string(table, ("id",))
        if name and not _ID.fullmatch(name):
            self.wrong(("id",), 'id takes small letters, digits, "-" and "_", such as "my-talk"')
        self.all_moves = (*MOVES, *_own_names(table))
        goals_table = self.table(table, ("goals",))
        self.keys(goals_table, ("goals",), GOALS)
        if not goals_table:
            self.wrong(("goals",), "add [goals.network] or [goals.friend], with `expects`")
        goals: dict[str, Goal] = {
            key: self.goal(goals_table, ("goals", key)) for key in GOALS if key in goals_table
        }
        wordings: dict[str, Wording] = {
            language: self.wording(table, (language,), tuple(goals))
            for language in LANGUAGES
            if language in table
        }
        if not wordings:
            self.wrong((), "add the words: a table [en], [fr], or both")
        return Scenario(name, self.target(table), goals, wordings)

    def target(self, table: dict[str, Any]) -> tuple[float, float]:
        match table.get("target"):
            case [int() | float() as least, int() | float() as most] if 0 < least < most:
                return float(least), float(most)
        self.wrong(("target",), "target takes two numbers of seconds, such as [10, 30]")
        return 1.0, 2.0

    def goal(self, table: dict[str, Any], at: Address) -> Goal:
        goal = self.table(table, at[-1:], at)
        self.keys(goal, at, _GOAL_KEYS)
        expects = self.moves(goal, (*at, "expects"))
        if not expects:
            self.wrong((*at, "expects"), "name at least one move in `expects`")
        essential = self.moves(goal, (*at, "essential"))
        for move in essential:
            if move not in expects:
                self.wrong((*at, "essential"), f'"{move}" is essential: add it to `expects`')
        return Goal(
            expects, essential, self.order(goal, (*at, "order")), self.moves(goal, (*at, "avoid"))
        )

    def order(self, table: dict[str, Any], at: Address) -> tuple[tuple[str, str], ...]:
        pairs = table.get("order", [])
        if isinstance(pairs, list) and all(
            isinstance(pair, list) and len(pair) == 2 for pair in pairs
        ):
            for move in (move for pair in pairs for move in pair):
                self.known(move, at)
            return tuple((first, second) for first, second in pairs)
        self.wrong(at, 'order takes pairs, such as [["self_introduction", "card_handoff"]]')
        return ()

    def wording(self, table: dict[str, Any], at: Address, goals: tuple[str, ...]) -> Wording:
        words = self.table(table, at)
        self.keys(words, at, _WORDING_KEYS)
        say = self.strings(words, (*at, "say"), self.all_moves)
        return Wording(
            title=self.string(words, (*at, "title")),
            setting=self.string(words, (*at, "setting")),
            partner=self.lines(words, (*at, "partner")),
            aim=self.strings(words, (*at, "aim"), goals, every=True),
            answer=self.strings(words, (*at, "answer"), goals, every=True),
            say=say,
            example=Profile(**self.strings(words, (*at, "example"), _PROFILE_KEYS)),
            moves=self.own_moves(words, (*at, "moves")),
        )

    def own_moves(self, table: dict[str, Any], at: Address) -> tuple[OwnMove, ...]:
        """The moves that the scenario brings itself: `[en.moves.my_move]`."""
        part = self.table(table, at[-1:], at)
        return tuple(self.own_move(part, (*at, name)) for name in part)

    def own_move(self, table: dict[str, Any], at: Address) -> OwnMove:
        name = at[-1]
        if name in MOVES or not _ID.fullmatch(name):
            self.wrong(
                at, f'"{name}" cannot name a move of your own: use new small letters and "_"'
            )
        body = self.table(table, at[-1:], at)
        self.keys(body, at, _OWN_KEYS)
        examples = self.lines(body, (*at, "examples"))
        if len(examples) < FEWEST_EXAMPLES:
            self.wrong((*at, "examples"), f"give {FEWEST_EXAMPLES} or more sentences in `examples`")
        return OwnMove(
            name,
            self.string(body, (*at, "what")),
            examples,
            self.lines(body, (*at, "counter_examples")),
        )

    def keys(self, table: dict[str, Any], at: Address, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                cure = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
                self.wrong((*at, key), f'unknown key "{key}": {cure}')

    def table(self, table: dict[str, Any], keys: Address, at: Address = ()) -> dict[str, Any]:
        value = table.get(keys[-1], {})
        if isinstance(value, dict):
            return value
        self.wrong(at or keys, f'"{keys[-1]}" is a table: write [{".".join(at or keys)}]')
        return {}

    def string(self, table: dict[str, Any], at: Address) -> str:
        value = table.get(at[-1])
        if isinstance(value, str) and value.strip():
            self.placeholders(value, at)
            return value.strip()
        self.wrong(at, f'"{at[-1]}" is missing or empty: write {at[-1]} = "..."')
        return ""

    def lines(self, table: dict[str, Any], at: Address) -> tuple[str, ...]:
        value = table.get(at[-1], [])
        if isinstance(value, list) and all(isinstance(line, str) and line for line in value):
            return tuple(value)
        self.wrong(at, f'"{at[-1]}" is a list of sentences, such as ["Hello!", "Who are you?"]')
        return ()

    def strings(
        self, table: dict[str, Any], at: Address, known: tuple[str, ...], *, every: bool = False
    ) -> dict[str, str]:
        part = self.table(table, at[-1:], at)
        self.keys(part, at, known)
        wanted = known if every else tuple(key for key in known if key in part)
        return {key: self.string(part, (*at, key)) for key in wanted}

    def moves(self, table: dict[str, Any], at: Address) -> tuple[str, ...]:
        value = table.get(at[-1], [])
        if not isinstance(value, list):
            self.wrong(at, f'"{at[-1]}" is a list of moves, such as ["self_introduction"]')
            return ()
        return tuple(move for move in value if self.known(move, at))

    def known(self, move: object, at: Address) -> bool:
        if move in self.all_moves:
            return True
        near = get_close_matches(str(move), self.all_moves, 1)
        cure = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(self.all_moves)}"
        self.wrong(at, f'unknown move "{move}": {cure}')
        return False

    def placeholders(self, value: str, at: Address) -> None:
        for name in _PLACEHOLDER.findall(value):
            if name not in _PROFILE_KEYS:
                listed = ", ".join(f"{{{key}}}" for key in _PROFILE_KEYS)
                self.wrong(at, f"unknown blank {{{name}}}: use one of {listed}")


def _own_names(table: dict[str, Any]) -> tuple[str, ...]:
    """The names of the moves that the scenario brings in any language."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        words = table.get(language)
        own = words.get("moves") if isinstance(words, dict) else None
        found.update(dict.fromkeys(own if isinstance(own, dict) else ()))
    return tuple(found)


def _line_of(text: str, at: Address) -> int:
    """The line (from 1) on which the value at `at` stands, or the nearest line above it."""
    best, line_found = 0, 1
    for number, address in _addresses(text):
        shared = sum(1 for a, b in zip(address, at, strict=False) if a == b)
        if shared == len(address) and shared > best:
            best, line_found = shared, number
    return line_found


def _addresses(text: str) -> Iterator[tuple[int, Address]]:
    """Each line that opens a table or sets a key, with the address that it sets."""
    table: Address = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?([^\]]+)\]", line):
            table = tuple(part.strip(" \"'") for part in header.group(1).split("."))
            yield number, table
        elif setting := re.match(r"\s*([\w\"'.-]+)\s*=", line):
            yield number, (*table, *(part.strip("\"'") for part in setting.group(1).split(".")))
