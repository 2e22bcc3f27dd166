"""Habits: what is usual with this speaker, from the takes that were kept."""

from __future__ import annotations

from contextlib import closing

from repete.index import Index
from repete.model import Language
from repete.norms import Baseline, baseline
from repete.store import Store

LATEST = 30
"""Takes that make a baseline: it follows a speaker who changes."""


def baselines(
    store: Store, language: Language, besides: tuple[str, int] = ("", 0)
) -> dict[str, Baseline]:
    """The speaker's baseline of each measure in a language, from the latest takes.

    `besides` is the take that it will stand beside (its session and its number): it is left out.

    Raises:
        StoreError: the disk refuses.
    """
    with closing(Index(store)) as index:
        index.refresh()
        return indexed(index, language, besides)


def indexed(index: Index, language: Language, besides: tuple[str, int]) -> dict[str, Baseline]:
    """The same from an index that is open, and as it stands."""
    known = index.measured(language, besides, LATEST)
    found = {measure: baseline(values) for measure, values in known.items()}
    return {measure: own for measure, own in found.items() if own}
