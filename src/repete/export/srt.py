"""SubRip captions (.srt)."""

from __future__ import annotations

from collections.abc import Sequence

from repete.export.sheet import Sheet, captions


def write(sheets: Sequence[Sheet]) -> str:
    """The captions of one take."""
    (sheet,) = sheets
    return "\n".join(
        f"{number}\n{at(one.start)} --> {at(one.end)}\n{one.text}\n"
        for number, one in enumerate(captions(sheet.take), 1)
    )


def at(seconds: float, point: str = ",") -> str:
    """Seconds as 00:00:07,250."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
