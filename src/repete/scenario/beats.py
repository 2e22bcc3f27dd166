"""The beats of a scenario: the shape of its play, and the lines that give it words.

The shape is written once (`[cast]`, `[hooks]`, `[beats.NAME]`), the lines in each language
(`[en.lines]`, `[en.hooks]`). A play never comes back to a beat, so it always ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, cast, get_args

from repete.model import (
    DIFFICULTIES,
    END,
    GOALS,
    MODES,
    PARTNER,
    Beat,
    Difficulty,
    GoalName,
    Line,
    Mode,
    Sex,
    Way,
)
from repete.scenario.tables import Address, Table, Tables

_BEAT_KEYS = ("mode", "voice", "after", "ways", "otherwise")
_WAY_KEYS = tuple(item.name for item in fields(Way))
_LINE_KEYS = ("say", "hook", "voice")
_MOVE_KEYS = ("all_of", "any_of", "all_now", "any_now")

AFTER = 4.0
"""Seconds of the user's speech after which a partner breaks in, where the file names none."""


@dataclass(frozen=True)
class Structure:
    """The shape of a play; without beats the scenario is a play of one beat."""

    cast: dict[str, Sex] = field(default_factory=dict)
    hooks: dict[str, tuple[Difficulty, ...]] = field(default_factory=dict)
    beats: tuple[Beat, ...] = ()

    @property
    def voices(self) -> tuple[str, ...]:
        """The characters who may speak."""
        return tuple(dict.fromkeys((PARTNER, *self.cast)))


def structure(tables: Tables, table: Table) -> Structure:
    """The shape of the play in a scenario's table."""
    people = {
        name: sex
        for name, sex in tables.table(table, ("cast",)).items()
        if tables.known("character", sex, get_args(Sex), ("cast", name))
    }
    hooks = {
        name: cast(tuple[Difficulty, ...], _names(tables, given, ("hooks", name), DIFFICULTIES))
        for name, given in tables.table(table, ("hooks",)).items()
    }
    shape = Structure(people, hooks)
    listed = tables.table(table, ("beats",))
    found = tuple(_beat(tables, shape, listed, name) for name in listed)
    _check(tables, found)
    return Structure(people, hooks, found)


def wordings(
    tables: Tables, play: Structure, words: Table, at: Address
) -> dict[str, tuple[tuple[Line, ...], ...]]:
    """The lines of every beat in one language: for each its wordings, mostly one."""
    part = tables.table(words, at[-1:], at)
    for name in part:
        tables.known("beat", name, [beat.id for beat in play.beats], (*at, name))
    found = {beat.id: _lines(tables, play, beat, part.get(beat.id), at) for beat in play.beats}
    given = {line.hook for all_of in found.values() for one in all_of for line in one}
    for hook in play.hooks:
        if hook not in given:
            tables.wrong(at, f'no line holds the hook "{hook}": mark one, hook = "{hook}"')
    return found


def hook_words(
    tables: Tables, play: Structure, words: Table, at: Address
) -> dict[str, tuple[str, ...]]:
    """The words by which each hook is known in one language."""
    part = tables.table(words, at[-1:], at)
    for name in part:
        tables.known("hook", name, tuple(play.hooks), (*at, name))
    for name in play.hooks:
        if not part.get(name):
            tables.wrong(at, f'the hook "{name}" has no words: write {name} = ["...", "..."]')
    return {name: tables.lines(part, (*at, name)) for name in play.hooks}


def _beat(tables: Tables, play: Structure, listed: Table, name: str) -> Beat:
    at = ("beats", name)
    body = tables.table(listed, (name,), at)
    tables.keys(body, at, _BEAT_KEYS)
    mode = body.get("mode", "answer")
    voice = body.get("voice", PARTNER)
    if name == END:
        tables.wrong(at, f'"{END}" is where a play ends: give the beat another name')
    tables.known("mode", mode, MODES, (*at, "mode"))
    tables.known("character", voice, play.voices, (*at, "voice"))
    known = (*listed, END)
    ways = tuple(_way(tables, play, way, at, known) for way in _list(tables, body, (*at, "ways")))
    otherwise = body.get("otherwise", END)
    if mode == "closes":
        if ways or "otherwise" in body:
            tables.wrong(at, f'"{name}" closes the play: take its `ways` and `otherwise` away')
    elif "otherwise" not in body:
        tables.wrong(at, f'"{name}" has no way out: end it with otherwise = "{END}"')
    if not tables.known("beat", otherwise, known, (*at, "otherwise")):
        otherwise = END
    after = _number(tables, body, (*at, "after"), AFTER if mode == "breaks_in" else 0.0)
    return Beat(name, cast(Mode, mode), voice, after, ways, otherwise)


def _way(tables: Tables, play: Structure, way: Any, beat: Address, known: Sequence[str]) -> Way:
    at = (*beat, "ways")
    if not isinstance(way, dict):
        tables.wrong(at, 'a way is a table: { any_now = ["pivot"], to = "goodbye" }')
        return Way(END)
    tables.keys(way, at, _WAY_KEYS)
    if "to" not in way:
        tables.wrong(at, 'the way leads nowhere: add to = "..."')
    elif len(way) == 1:
        tables.wrong(at, "a way without a condition: write it as `otherwise`", way["to"])
    to = way.get("to", END)
    if not tables.known("beat", to, known, at):
        to = END
    silent = way.get("silent")
    if silent not in (None, True, False):
        tables.wrong(at, "silent is true or false", "silent")
    turns = way.get("turns")
    if turns is not None and (type(turns) is not int or turns < 1):
        tables.wrong(at, "turns is a whole number from 1", "turns")
    moves = {
        key: _names(tables, way.get(key, []), at, tables.all_moves, "move") for key in _MOVE_KEYS
    }
    return Way(
        to,
        **moves,
        hook=_names(tables, way.get("hook", []), at, tuple(play.hooks), "hook"),
        silent=silent,
        spoken=_number(tables, way, (*at, "spoken"), 0.0) if "spoken" in way else None,
        turns=turns,
        goal=cast(tuple[GoalName, ...], _names(tables, way.get("goal", []), at, GOALS, "goal")),
        difficulty=cast(
            tuple[Difficulty, ...], _names(tables, way.get("difficulty", []), at, DIFFICULTIES)
        ),
    )


def _lines(
    tables: Tables, play: Structure, beat: Beat, given: Any, at: Address
) -> tuple[tuple[Line, ...], ...]:
    """The wordings of a beat: a list of sentences, or a list of such lists.

    An empty list is an answer to nothing: the partner is silent and the user begins.
    """
    where = (*at, beat.id)
    if given == [] and beat.mode == "answer":
        return ((),)  # the user speaks first
    if not isinstance(given, list) or not given:
        what = f'"{beat.id}" has no lines in [{".".join(at)}]: write {beat.id} = ["..."]'
        tables.wrong(where, what)
        return ((),)
    several = given if all(isinstance(one, list) and one for one in given) else [given]
    return tuple(tuple(_line(tables, play, beat, line, where) for line in one) for one in several)


def _line(tables: Tables, play: Structure, beat: Beat, given: Any, at: Address) -> Line:
    if isinstance(given, str) and given.strip():
        return Line(given.strip(), beat.voice)
    if not isinstance(given, dict):
        what = f'"{at[-1]}" is a list of sentences, or of such lists: ["Hello!", "Who are you?"]'
        tables.wrong(at, what)
        return Line("")
    tables.keys(given, at, _LINE_KEYS)
    text, voice, hook = given.get("say"), given.get("voice", beat.voice), given.get("hook")
    if not isinstance(text, str) or not text.strip():
        tables.wrong(at, 'a sentence says nothing: write { say = "...", hook = "..." }')
        text = ""
    tables.known("character", voice, play.voices, at)
    if hook is not None:
        tables.known("hook", hook, tuple(play.hooks), at)
    return Line(text.strip(), voice, hook)


def _check(tables: Tables, found: Sequence[Beat]) -> None:
    """Every beat can be reached, and none leads back to itself."""
    ahead = {beat.id: beat.next for beat in found}
    reached = set(_after(ahead, found[0].id)) | {found[0].id} if found else set()
    for beat in found:
        if beat.id not in reached:
            tables.wrong(("beats", beat.id), f'no way leads to "{beat.id}": add one, or remove it')
        if beat.id in _after(ahead, beat.id):
            tables.wrong(
                ("beats", beat.id),
                f'from "{beat.id}" a way leads back to "{beat.id}": a play never comes back, '
                "write one more beat instead",
            )


def _after(ahead: Mapping[str, Sequence[str]], name: str) -> set[str]:
    """Every beat that can follow a beat, sooner or later."""
    seen: set[str] = set()
    waiting = [*ahead.get(name, ())]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += ahead.get(one, ())
    return seen


def _list(tables: Tables, table: Table, at: Address) -> Iterator[Any]:
    value = table.get(at[-1], [])
    if isinstance(value, list):
        yield from value
    else:
        tables.wrong(at, f'"{at[-1]}" is a list: [{{ silent = true, to = "..." }}]')


def _names(
    tables: Tables, given: Any, at: Address, known: Sequence[str], kind: str = "difficulty"
) -> tuple[str, ...]:
    """One name or a list of names, each of them known."""
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        tables.wrong(at, f'a {kind} or a list of them is wanted, such as "{known[0]}"')
        return ()
    return tuple(str(name) for name in listed if tables.known(kind, name, known, at))


def _number(tables: Tables, table: Table, at: Address, otherwise: float) -> float:
    value = table.get(at[-1], otherwise)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    tables.wrong(at, f"{at[-1]} is a number of seconds", at[-1])
    return otherwise
