"""TextGrids: the word times that come beside a recording, long or short form."""

from __future__ import annotations

import re
from pathlib import Path

_QUOTED = re.compile(r'"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w.]*")')


def tiers(path: Path) -> dict[str, list[tuple[float, float, str]]]:
    """Every interval tier of a file: start, end and text of each interval."""
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8")
    found: dict[str, list[tuple[float, float, str]]] = {}
    for part in re.split(r'"IntervalTier"', text)[1:]:
        name, *rest = _tokens(part)
        found[str(name)] = _intervals(rest)
    return found


def _tokens(part: str) -> list[str | float]:
    """The strings and numbers of a tier, without the labels and counters of the long form."""
    plain = re.sub(r"\[\d+\]|size = \d+|intervals: ", " ", part)
    return [
        float(number) if number else text.replace('""', '"')
        for text, number in _QUOTED.findall(plain)
    ]


def _intervals(tokens: list[str | float]) -> list[tuple[float, float, str]]:
    rows = []
    for index, token in enumerate(tokens):
        if isinstance(token, str) and index >= 2:
            start, end = tokens[index - 2], tokens[index - 1]
            if isinstance(start, float) and isinstance(end, float):
                rows.append((start, end, token.strip()))
    return rows
