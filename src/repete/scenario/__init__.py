"""Scenarios: find and load the files that describe a situation.

A scenario is one TOML file; `reader` takes it apart, `beats` its play.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from repete.errors import ScenarioError
from repete.model import Scenario
from repete.places import shipped, user_folder
from repete.scenario.reader import parse
from repete.scenario.tables import Mistake

__all__ = ["Mistake", "files", "find", "load", "parse", "read", "readable"]


EVENING = ("circulate", "monologue", "icebreaker", "interrupted", "pitch")
"""The order in which the shipped situations are listed."""


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
    """Every scenario file by its id (the file's name without `.toml`): the shipped ones in the
    order of an evening, then the user's."""
    folders = (shipped("scenarios"), user_folder() / "scenarios")
    return {
        path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"), key=_place)
    }


def _place(path: Path) -> tuple[int, str]:
    known = path.stem in EVENING
    return EVENING.index(path.stem) if known else len(EVENING), path.stem


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
