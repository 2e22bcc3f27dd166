"""The reader: the text of a scenario file becomes a scenario, or all that is wrong with it.

`parse` is pure and says every mistake at once, each with its line and its cure.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from typing import Any

from repete.model import GOALS, LANGUAGES, MOVES, Goal, OwnMove, Profile, Scenario, Wording
from repete.scenario import beats
from repete.scenario.tables import Address, Mistake, Tables

_ROOT_KEYS = ("id", "target", "goals", "cast", "hooks", "beats", *LANGUAGES)
_WORDING_KEYS = tuple(item.name for item in fields(Wording))
_GOAL_KEYS = tuple(item.name for item in fields(Goal))
_OWN_KEYS = ("what", "examples", "counter_examples")
_PROFILE_KEYS = tuple(item.name for item in fields(Profile))
_ID = re.compile(r"[a-z][a-z0-9_-]*")

FEWEST_EXAMPLES = 5
"""Sentences that an own move needs, so that what they share can be heard."""


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


class _Reader(Tables):
    """Takes a scenario's table apart."""

    play: beats.Structure = beats.Structure()

    def scenario(self, table: dict[str, Any]) -> Scenario:
        self.keys(table, (), _ROOT_KEYS)
        name = self.string(table, ("id",))
        if name and not _ID.fullmatch(name):
            self.wrong(("id",), 'id takes small letters, digits, "-" and "_", such as "my-talk"')
        self.all_moves = (*MOVES, *_own_names(table))
        self.play = beats.structure(self, table)
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
        play = self.play
        target = self.target(table)
        return Scenario(name, target, goals, wordings, play.cast, play.beats, play.hooks)

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
            expects,
            essential,
            self.order(goal, (*at, "order")),
            self.moves(goal, (*at, "avoid")),
            self.by(goal, (*at, "by")),
        )

    def order(self, table: dict[str, Any], at: Address) -> tuple[tuple[str, str], ...]:
        pairs = table.get("order", [])
        if isinstance(pairs, list) and all(
            isinstance(pair, list) and len(pair) == 2 for pair in pairs
        ):
            for move in (move for pair in pairs for move in pair):
                self.known("move", move, self.all_moves, at)
            return tuple((first, second) for first, second in pairs)
        self.wrong(at, 'order takes pairs, such as [["self_introduction", "card_handoff"]]')
        return ()

    def by(self, table: dict[str, Any], at: Address) -> dict[str, int]:
        turns = table.get("by", {})
        if isinstance(turns, dict) and all(
            type(turn) is int and turn > 0 for turn in turns.values()
        ):
            return {
                move: turn
                for move, turn in turns.items()
                if self.known("move", move, self.all_moves, at)
            }
        self.wrong(at, "by takes the turn in which a move comes at the latest: { pivot = 2 }")
        return {}

    def wording(self, table: dict[str, Any], at: Address, goals: tuple[str, ...]) -> Wording:
        words = self.table(table, at)
        self.keys(words, at, _WORDING_KEYS)
        say = self.strings(words, (*at, "say"), self.all_moves)
        if self.play.beats and "partner" in words:
            self.wrong(
                (*at, "partner"), f"the lines of a play stand in [{at[0]}.lines]: move them there"
            )
        return Wording(
            title=self.string(words, (*at, "title")),
            setting=self.string(words, (*at, "setting")),
            partner=self.lines(words, (*at, "partner")),
            aim=self.strings(words, (*at, "aim"), goals, every=True),
            answer=self.strings(words, (*at, "answer"), goals, every=True),
            say=say,
            example=Profile(**self.strings(words, (*at, "example"), _PROFILE_KEYS)),
            moves=self.own_moves(words, (*at, "moves")),
            lines=beats.wordings(self, self.play, words, (*at, "lines")),
            hooks=beats.hook_words(self, self.play, words, (*at, "hooks")),
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


def _own_names(table: dict[str, Any]) -> tuple[str, ...]:
    """The names of the moves that the scenario brings in any language."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        words = table.get(language)
        own = words.get("moves") if isinstance(words, dict) else None
        found.update(dict.fromkeys(own if isinstance(own, dict) else ()))
    return tuple(found)
