"""Replies of the development corpus, spoken by open voices with the pauses of people who think.

The voices are those of `training/filled_pauses/voices.py`. What they say is kept in a folder.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from replies import CORPUS, Reply
from thinking import Piece, pieces
from voices import Voice, reply

from repete.model import Language, Samples

SPEAKERS: dict[Language, tuple[tuple[Voice, int], ...]] = {
    "en": (
        (Voice("joe", "piper", "", {"en": 0.9}, 0), 18),
        (Voice("slt", "flite", "", {"en": 1.0}, 0), 6),
        (Voice("rms", "flite", "", {"en": 1.0}, 0), 12),
    ),
    "fr": (
        (Voice("fr", "espeak", "", {"fr": 1.0}, 0), 8),
        (Voice("fr+f2", "espeak", "", {"fr": 1.0}, 0), 8),
        (Voice("fr-be", "espeak", "", {"fr": 1.0}, 0), 8),
        (Voice("jf_nezumi", "kokoro", "", {"fr": 1.0}, 0), 6),
        (Voice("ff_siwis", "kokoro", "", {"fr": 1.0}, 0), 12),
    ),
}
"""Who speaks, and how many replies of each half: the first from one end of the corpus, the second
from the other."""

ACCENTED = frozenset({"fr", "fr+f2", "fr-be", "jf_nezumi"})
"""The voices that speak French as no native does, and whose words are misread."""

FEWEST, MOST = 16, 60
"""Words of a reply."""


@dataclass(frozen=True, eq=False)
class Said:
    """A reply of the corpus in the sounds of a voice, piece by piece."""

    item: dict[str, Any]
    voice: str
    pieces: tuple[Piece, ...]
    sounds: tuple[Samples, ...]


def said(folder: Path, language: Language, half: int, *, accented: bool) -> Iterator[Said]:
    """One half of the replies, in voices with or without an accent; what is not in the folder yet
    is spoken now."""
    rest = iter(items(language, half))
    for voice, count in SPEAKERS[language]:
        own = list(islice(rest, count))
        if (voice.name in ACCENTED) == accented:
            yield from (_said(item, voice, folder) for item in own)


def items(language: Language, half: int) -> list[dict[str, Any]]:
    """The replies that are written with their marks (the others tell no sentences), shuffled: the
    first half (0) begins at one end, the second (1) at the other."""
    lines = (CORPUS / f"{language}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    kept = [
        row
        for row in rows
        if row["style"] == "clean" and FEWEST <= len(row["text"].split()) <= MOST
    ]
    random.Random(3).shuffle(kept)
    return kept[:: -1 if half else 1]


def _said(item: dict[str, Any], voice: Voice, folder: Path) -> Said:
    language: Language = item["lang"]
    parted = tuple(pieces(item["text"], language, random.Random(item["id"])))
    sounds = tuple(_spoken(voice, piece.text, language, folder) for piece in parted)
    return Said(item, voice.name, parted, sounds)


def _spoken(voice: Voice, text: str, language: Language, folder: Path) -> Samples:
    name = hashlib.sha256(f"{language}{text}".encode()).hexdigest()[:16]
    return reply(voice, Reply(name, language, text), folder)
