"""Tables: the whole take as JSON, its figures as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import msgspec

from repete.export.sheet import Sheet
from repete.model import Take
from repete.summary import measured

FIGURES = (
    "articulation_rate", "pauses_per_minute", "pitch_variation_semitones", "loudness_lufs",
    "loudness_variation", "trailing_off", "longest_sentence",
)  # fmt: skip
"""Measures of `repete.summary.measured` that have a column of their own."""

COLUMNS = (
    "session", "started", "scenario", "goal", "language", "take", "seconds", "verdict", "onset",
    "words_per_minute", "fillers", "fillers_per_minute", "pauses", "repetitions", "moves",
    "missed", "problems", "text", *FIGURES,
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(sheets: Sequence[Sheet]) -> str:
    """One object a take, a line each."""
    lines = (msgspec.json.encode(sheet.take).decode() for sheet in sheets)
    return "".join(f"{line}\n" for line in lines)


def as_csv(sheets: Sequence[Sheet]) -> str:
    """One line a take, with a line of names; what was not measured is empty."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([_safe(value) for value in _row(sheet)] for sheet in sheets)
    return written.getvalue()


def _row(sheet: Sheet) -> list[object]:
    session, take = sheet.session, sheet.take
    about: list[object] = [session.id, session.started, take.scenario, take.goal, take.language]
    known = measured(take)
    more = [known.get(measure) for measure in FIGURES]
    return [*about, sheet.number, *_figures(take), *_words(take), *more]


def _figures(take: Take) -> list[object]:
    timing, delivery = take.timing, take.delivery
    return [
        timing and timing.total, timing and timing.verdict, timing and timing.onset,
        delivery and delivery.words_per_minute, take.fillers, take.fillers_per_minute,
        delivery and len(delivery.pauses or ()), delivery and len(delivery.repetitions or ()),
    ]  # fmt: skip


def _words(take: Take) -> list[object]:
    made = dict.fromkeys(hit.move for hit in take.moves)
    flaws = " ".join(take.audio.problems if take.audio else ())
    return [
        " ".join(made),
        " ".join(take.missed),
        flaws,
        take.transcript.text if take.transcript else "",
    ]


def _safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
