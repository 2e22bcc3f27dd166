"""Curves: a take's outline, computed once and kept beside its sound."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from repete import clips
from repete.analysis.contour import Contour, contour

ENDING = ".curves.json"


def path_of(sound: Path) -> Path:
    """Where the outline of a recording is kept."""
    return sound.with_suffix(ENDING)


def encoded(sound: Path) -> bytes:
    """The outline of a recording as JSON, from beside it when it is newer than the sound.

    Raises:
        ClipError: the recording cannot be read.
    """
    kept = path_of(sound)
    with suppress(OSError):
        if kept.stat().st_mtime >= sound.stat().st_mtime:
            return kept.read_bytes()
    data = msgspec.json.encode(contour(clips.read(sound)))
    with suppress(OSError):  # a disk that refuses costs only the time to compute it again
        _keep(kept, data)
    return data


def load(sound: Path) -> Contour:
    """The outline of a recording.

    Raises:
        ClipError: the recording cannot be read.
    """
    return msgspec.json.decode(encoded(sound), type=Contour)


def _keep(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_bytes(data)
    part.replace(path)
