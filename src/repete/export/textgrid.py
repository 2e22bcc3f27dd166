"""Praat TextGrid: tiers of intervals that fill the whole recording without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from repete.export.sheet import Sheet, labels

TIERS = ("words", "moves", "fillers", "pauses", "repetitions")

Interval = tuple[float, float, str]


def write(sheets: Sequence[Sheet]) -> str:
    """One take in Praat's long text format."""
    (sheet,) = sheets
    end = round(sheet.seconds, 3)
    names = (*TIERS, "partner") if sheet.take.exchange else TIERS
    found = {name: filled(_stretches(sheet, name), end) for name in names}
    tiers = "".join(_tier(number, name, found[name], end) for number, name in enumerate(names, 1))
    return (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
        f"xmin = 0\nxmax = {end}\ntiers? <exists>\nsize = {len(names)}\nitem []:\n{tiers}"
    )


def filled(stretches: Iterable[Interval], end: float) -> list[Interval]:
    """The stretches and the empty ones between them; what overlaps is cut where the next begins."""
    found: list[Interval] = []
    now = 0.0
    for start, stop, text in sorted((round(a, 3), round(b, 3), text) for a, b, text in stretches):
        begin = max(start, now)
        if stop <= begin or begin >= end:
            continue
        if begin > now:
            found.append((now, begin, ""))
        now = min(stop, end)
        found.append((begin, now, text))
    return [*found, (now, end, "")] if now < end else found


def _stretches(sheet: Sheet, tier: str) -> list[Interval]:
    if tier != "words":
        return [(one.start, one.end, one.text) for one in labels(sheet.take) if one.tier == tier]
    transcript = sheet.take.transcript
    return [(word.start, word.end, word.text) for word in (transcript.words if transcript else ())]


def _tier(number: int, name: str, intervals: list[Interval], end: float) -> str:
    head = (
        f'    item [{number}]:\n        class = "IntervalTier"\n        name = "{name}"\n'
        f"        xmin = 0\n        xmax = {end}\n        intervals: size = {len(intervals)}\n"
    )
    return head + "".join(
        f"        intervals [{at}]:\n            xmin = {start}\n            xmax = {stop}\n"
        f'            text = "{_doubled(text)}"\n'
        for at, (start, stop, text) in enumerate(intervals, 1)
    )


def _doubled(text: str) -> str:
    """Text as Praat writes it: a quotation mark stands twice."""
    return " ".join(text.split()).replace('"', '""')
