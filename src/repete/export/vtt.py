"""WebVTT captions (.vtt)."""

from __future__ import annotations

from collections.abc import Sequence

from repete.export.sheet import Sheet, captions
from repete.export.srt import at


def write(sheets: Sequence[Sheet]) -> str:
    """The captions of one take."""
    (sheet,) = sheets
    cues = (
        f"{at(one.start, '.')} --> {at(one.end, '.')}\n{_plain(one.text)}\n"
        for one in captions(sheet.take)
    )
    return "\n".join(("WEBVTT\n", *cues))


def _plain(text: str) -> str:
    """The text without what the format would take for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
