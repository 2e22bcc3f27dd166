"""Export: a take in the formats of other tools. One small module a format, all of them pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from repete.export import audacity, markdown, page, srt, table, textgrid, vtt
from repete.export.sheet import Sheet

Writer = Callable[[Sequence[Sheet]], str]

TEXTS: dict[str, Writer] = {
    "html": page.write,
    "json": table.as_json,
    "csv": table.as_csv,
    "srt": srt.write,
    "vtt": vtt.write,
    "textgrid": textgrid.write,
    "audacity": audacity.write,
    "md": markdown.write,
}
"""Every format and what writes it."""

ENDINGS = {"textgrid": "TextGrid", "audacity": "txt"}
"""Endings of files that are not the format's own name."""

ONE_SOUND = ("srt", "vtt", "textgrid", "audacity")
"""Formats that lie along one recording: they take one sheet."""
