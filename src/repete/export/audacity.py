"""Audacity labels (.txt): start, end and text, parted by tabs."""

from __future__ import annotations

from collections.abc import Sequence

from repete.export.sheet import Sheet, labels


def write(sheets: Sequence[Sheet]) -> str:
    """The words and the judgements of one take, in the order of their time."""
    (sheet,) = sheets
    transcript = sheet.take.transcript
    lines = [(word.start, word.end, word.text) for word in (transcript.words if transcript else ())]
    lines += [(one.start, one.end, f"[{one.tier}] {one.text}") for one in labels(sheet.take)]
    return "".join(
        f"{start:.6f}\t{end:.6f}\t{' '.join(text.split())}\n" for start, end, text in sorted(lines)
    )
