"""How far each figure of the delivery can be trusted: one table, on synthetic and on real speech.

    python benchmarks/delivery.py /path/to/speech [--native VOICES] [--quick] [--cache FOLDER]

The folder holds recordings with `MANIFEST.tsv` and TextGrids; nothing of it is copied. VOICES is
what `training/filled_pauses/speak.py VOICES ordinary` made: replies in native voices. A cell tells
the errors in each condition, in the order that the first line names. `cases.py` has what is heard,
`hearing.py` hears it once, `rows.py` has a function for each row.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from cases import Recordings, is_wanted, name_of, native, synthetic
from hearing import Ears, Heard
from rows import EMPTY, NOTHING, SOUNDS, SPEECH, World
from truth import Utterance

from repete.model import LANGUAGES, Language

Condition = float | None

CONDITIONS: tuple[Condition, ...] = (None, 20.0, 10.0, 5.0)
"""Decibels of signal to noise; None is clean."""

QUICK: tuple[Condition, ...] = (None, 10.0)


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where MANIFEST.tsv and the recordings are")
    parser.add_argument("--native", type=Path, help="replies that native voices said")
    parser.add_argument("--quick", action="store_true", help="a few cases, to see that it runs")
    parser.add_argument("--cache", type=Path, help="where to keep the readings for the next time")
    given = parser.parse_args()
    recordings = Recordings(given.folder)
    world = World(recordings, Ears(recordings.noise, given.cache), given.quick, given.native)
    began = time.perf_counter()
    rows = list(table(world, QUICK if given.quick else CONDITIONS))
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"Conditions: {' / '.join(name_of(snr) for snr in conditions(world))}; "
          f"measured in {time.perf_counter() - began:.0f} s.\n")  # fmt: skip
    head = ("error of", "made sounds", *columns(world))
    for cells in (head, ("---",) * len(head), *rows):
        print("| " + " | ".join(cells) + " |")


def conditions(world: World) -> tuple[Condition, ...]:
    """The conditions that are heard."""
    return QUICK if world.is_quick else CONDITIONS


def columns(world: World) -> list[str]:
    """The columns of speech: each source in each language, native voices where there are some."""
    sources = [one for one in _SOURCES if one != "native" or world.native]
    return [f"{source} {language}" for source in sources for language in LANGUAGES]


def table(world: World, snrs: Sequence[Condition]) -> Iterator[tuple[str, ...]]:
    """The rows, each with its cells: made sounds, and then those of `columns`."""
    heard = {column: hear(world, column, snrs) for column in columns(world)}
    for name, row in SPEECH.items():
        cells = (_cell([row(part) if part else NOTHING for part in heard[column]])
                 for column in heard)  # fmt: skip
        yield name, "", *cells
    noise = world.recordings.noise
    for name, made in SOUNDS.items():
        yield name, _cell([made(noise, snr) for snr in snrs]), *("" for _ in heard)
    for name, empty in EMPTY.items():
        _tell(name)
        told = [empty(world, language) for language in LANGUAGES]
        yield name, *[""] * (1 + len(heard) - len(told)), *told


def hear(world: World, column: str, snrs: Sequence[Condition]) -> list[list[Heard]]:
    """Everything of one column, a list for each condition."""
    source, _, spoken = column.partition(" ")
    cases = list(_SOURCES[source](world, "fr" if spoken == "fr" else "en"))
    found: list[list[Heard]] = []
    for snr in snrs:
        _tell(f"{column}, {name_of(snr)}")
        found.append([world.ears.hear(case, snr) for case in cases if is_wanted(case, snr)])
    return found


def _synthetic(world: World, language: Language) -> Iterator[Utterance]:
    return synthetic(language, 1, 2) if world.is_quick else synthetic(language, 2, 3)


def _real(world: World, language: Language) -> Iterator[Utterance]:
    cases = world.recordings.labelled(language)
    if not world.is_quick:
        yield from cases
        return
    short = sorted(cases, key=lambda case: len(case.samples))
    yield from [case for case in short if case.fillers][:2]
    yield from [case for case in short if case.words][:1]


def _native(world: World, language: Language) -> Iterator[Utterance]:
    return islice(native(world.native, language), 2 if world.is_quick else None)


_SOURCES: dict[str, Callable[[World, Language], Iterator[Utterance]]] = {
    "synthetic": _synthetic,
    "native": _native,
    "real": _real,
}


def _cell(parts: Sequence[str]) -> str:
    return NOTHING if set(parts) == {NOTHING} else " / ".join(parts)


def _tell(text: str) -> None:
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
