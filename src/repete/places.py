"""Places: where shipped files and the user's data lie.

`REPETE_HOME` moves everything of the user's into one folder of their choice.
"""

from __future__ import annotations

import os
from pathlib import Path


def shipped(name: str) -> Path:
    """A folder that comes with Repete: `scenarios` or `audio`.

    An installed package carries them inside; a checkout has them at its top.
    """
    here = Path(__file__).resolve().parent
    inside = here / name
    return inside if inside.is_dir() else here.parents[1] / name


def user_folder() -> Path:
    """The one folder that holds the user's sessions, profile and own scenarios."""
    return _moved() or _platform("data")


def cache_folder() -> Path:
    """Where what can be made again is kept: the recognizer's weights and synthesized prompts."""
    moved = _moved()
    return moved / "cache" if moved else _platform("cache")


def _moved() -> Path | None:
    home = os.environ.get("REPETE_HOME")
    return Path(home).expanduser() if home else None


def _platform(kind: str) -> Path:
    import platformdirs

    if kind == "cache":
        return Path(platformdirs.user_cache_dir("repete", appauthor=False))
    return Path(platformdirs.user_data_dir("repete", appauthor=False))
