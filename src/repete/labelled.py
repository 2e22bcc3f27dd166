"""Labelled replies: a file of JSON Lines, one reply a line, by which the detector is judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from repete.analysis.moves.scoring import Labelled
from repete.errors import LabelError
from repete.model import LANGUAGES, MOVES


def read(path: Path) -> list[Labelled]:
    """Every reply of the file; empty lines and unknown keys are passed over.

    Raises:
        LabelError: the file cannot be read, or a line is wrong; it names the line and the cure.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path}: cannot be read as UTF-8 text: {error}.") from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(parse(line))
            except LabelError as error:
                raise LabelError(f"{path}:{number}: {error}") from error
    if not found:
        raise LabelError(f"{path}: no replies in it. Write one JSON object a line.")
    return found


def parse(line: str) -> Labelled:
    """The reply that one line tells.

    Raises:
        LabelError: what is wrong with the line, and the cure.
    """
    try:
        row = json.loads(line)
    except ValueError as error:
        raise LabelError(f"not JSON ({error}). Write one object a line.") from error
    if not isinstance(row, dict):
        raise LabelError('not an object. Write {"text": "...", "lang": "en", "moves": [...]}.')
    text, language = row.get("text"), row.get("lang", row.get("language"))
    if not isinstance(text, str):
        raise LabelError('"text" is missing. Give the reply as a string.')
    if language not in LANGUAGES:
        raise LabelError(f'"lang" is {language!r}. Write "en" or "fr".')
    partner = row.get("partner") or ""
    if not isinstance(partner, str):
        raise LabelError('"partner" is not a string. Give the other\'s words, or leave it out.')
    return Labelled(
        text.encode("utf-8", "replace").decode(),
        language,
        row.get("situation") == "pitch",
        partner,
        _moves(row, "moves"),
        _moves(row, "optional"),
        _moves(row, "traps"),
        _spans(row.get("spans") or {}),
    )


def _moves(row: dict[str, Any], key: str) -> frozenset[str]:
    given = row.get(key) or []
    if not isinstance(given, list) or not all(isinstance(move, str) for move in given):
        raise LabelError(f'"{key}" is not a list of moves. Write ["lunch_ask"], or leave it out.')
    for move in given:
        _known(move)
    return frozenset(given)


def _known(move: object) -> str:
    if not isinstance(move, str) or move not in MOVES:
        raise LabelError(f"no move is called {move!r}. Known are {', '.join(MOVES)}.")
    return move


def _spans(given: Any) -> dict[str, tuple[str, ...]]:
    """The marked words of each move: `{move: [words]}` or `[{"move": ..., "text": words}]`."""
    found: dict[str, tuple[str, ...]] = {}
    if isinstance(given, list):
        pairs = [(it.get("move"), it.get("text")) for it in given if isinstance(it, dict)]
        if len(pairs) != len(given):
            raise LabelError('"spans" holds something else than objects with move and text.')
    elif isinstance(given, dict):
        pairs = [
            (move, words)
            for move, several in given.items()
            for words in (several if isinstance(several, list) else [several])
        ]
    else:
        raise LabelError('"spans" is neither an object nor a list. Write {"lunch_ask": ["..."]}.')
    for move, words in pairs:
        if not isinstance(words, str):
            raise LabelError(f'"spans" of {move!r} are not words. Write {{"{move}": ["..."]}}.')
        found[_known(move)] = (*found.get(_known(move), ()), words)
    return found
