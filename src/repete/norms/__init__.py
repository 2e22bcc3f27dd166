"""Norms: what is usual, with its source; the user's own file overrides the shipped one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Literal

from repete.errors import NormError
from repete.model import Language
from repete.places import user_folder

FILE = "norms.toml"
"""The name of the file, in the package and in the user's folder."""

INTRODUCTION = 120.0
"""Seconds up to which a reply is an introduction: pitches are given up to two minutes."""

ENOUGH_TAKES = 5
"""Takes from which the user's own median says more than chance."""

Judgement = Literal["low", "usual", "high", "harm"]


@dataclass(frozen=True)
class Norm:
    """What is usual of one measure (the fields are those of `norms.toml`)."""

    measure: str
    language: str
    talk: str
    source: str
    reference: str = ""
    evidence: str = "custom"
    low: float | None = None
    high: float | None = None
    typical: float | None = None
    harm: float | None = None
    error: float = 0.0

    def judge(self, value: float, least_error: float = 0.0) -> Judgement:
        """Where a figure lies; outside only when it does so by more than its own error, which may
        be larger in a short reply."""
        error = max(self.error, least_error)
        if self.harm is not None and value - error >= self.harm:
            return "harm"
        if self.high is not None and value - error > self.high:
            return "high"
        if self.low is not None and value + error < self.low:
            return "low"
        return "usual"

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return self.measure, self.language, self.talk


def norm(measure: str, language: Language, seconds: float) -> Norm | None:
    """The norm of a measure for a reply of that length; None when nobody knows one."""
    known = every()
    talk = "introduction" if seconds <= INTRODUCTION else "talk"
    for spoken in (language, "any"):
        for kind in (talk, "any"):
            if found := known.get((measure, spoken, kind)):
                return found
    return None


def every() -> dict[tuple[str, str, str], Norm]:
    """All norms, the user's over the shipped ones.

    Raises:
        NormError: the user's file cannot be read.
    """
    own = user_folder() / FILE
    stamp = own.stat().st_mtime_ns if own.is_file() else 0
    return {**_read(Path(__file__).with_name(FILE), 0), **(_read(own, stamp) if stamp else {})}


@dataclass(frozen=True)
class Baseline:
    """What is usual of a measure with one speaker: the median of their takes in one language, and
    between which figures all but the lowest and the highest tenth of them lie."""

    median: float
    low: float
    high: float
    takes: int


def baseline(values: Sequence[float]) -> Baseline | None:
    """The speaker's own baseline, from `ENOUGH_TAKES` takes on."""
    if len(values) < ENOUGH_TAKES:
        return None
    tenths = quantiles(values, n=10, method="inclusive")
    middle, low, high = (round(figure, 1) for figure in (median(values), tenths[0], tenths[-1]))
    return Baseline(middle, low, high, len(values))


@cache
def _read(path: Path, stamp: int) -> dict[tuple[str, str, str], Norm]:
    """The norms of a file, which is read again when its `stamp` changes."""
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        norms = [Norm(**entry) for entry in table.get("norm", [])]
    except (tomllib.TOMLDecodeError, TypeError, OSError, UnicodeDecodeError) as error:
        names = ", ".join(part.name for part in fields(Norm))
        raise NormError(
            f"{path} cannot be read as norms ({error}): each [[norm]] may have {names}; "
            "remove the file to use the shipped ones."
        ) from error
    return {norm.key: norm for norm in norms}
