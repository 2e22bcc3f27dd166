"""Sheet: a take to be written for another tool, and its words cut into captions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from repete.correction import corrected
from repete.model import Session, Take, Word, text_of
from repete.summary import Baselines

LONGEST = 6.0
"""Seconds that a caption may stay: as long as two lines take to read (BBC guidelines)."""

WIDEST = 74
"""Characters of a caption: two lines of 37, as subtitles have them."""

BREAK = 0.7
"""Seconds of silence that begin a new caption."""

_ENDS = re.compile(r"[.!?…][\"'»”’)]*$")


@dataclass(frozen=True)
class Sheet:
    """A take of a session, its number (from 1), its sound as a file holds it, if wanted, and the
    speaker's own baselines."""

    session: Session
    number: int
    sound: bytes | None = None
    baselines: Baselines = field(default_factory=dict)

    @property
    def take(self) -> Take:
        """The take itself."""
        return self.session.takes[self.number - 1]

    @property
    def seconds(self) -> float:
        """How long it is: as its sound, or as its last word."""
        words = self.take.transcript.words if self.take.transcript else ()
        end = max((word.end for word in words), default=0.0)
        return max(self.take.audio.seconds if self.take.audio else 0.0, end)


@dataclass(frozen=True)
class Caption:
    """Words that are read together."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Label:
    """A judgement and its stretch: a move, a filler, a pause."""

    tier: str
    text: str
    start: float
    end: float


def captions(take: Take) -> tuple[Caption, ...]:
    """The words of a take in captions that do not overlap."""
    groups: list[list[Word]] = []
    for word in take.transcript.words if take.transcript else ():
        if groups and not _breaks(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    made = [Caption(_text(group), group[0].start, group[-1].end) for group in groups]
    return tuple(_apart(made))


def labels(take: Take) -> Iterator[Label]:
    """Every judgement of a take that has a time, tier by tier."""
    for hit in take.moves:
        if hit.start is not None and hit.end is not None:
            yield Label("moves", hit.move, hit.start, hit.end)
    for said in take.exchange:
        yield Label("partner", said.text, said.start, said.end)
    delivery = corrected(take).delivery
    for filler in (delivery and delivery.fillers) or ():
        yield Label("fillers", filler.text, filler.start, filler.end)
    for pause in (delivery and delivery.pauses) or ():
        yield Label("pauses", "pause", pause.start, pause.end)
    for twice in (delivery and delivery.repetitions) or ():
        yield Label("repetitions", twice.text, twice.start, twice.end)


def _breaks(group: list[Word], word: Word) -> bool:
    """Whether a word begins a new caption."""
    length = len(_text([*group, word]))
    long = length > WIDEST or word.end - group[0].start > LONGEST
    return long or word.start - group[-1].end > BREAK or bool(_ENDS.search(group[-1].text))


def _text(words: list[Word]) -> str:
    return " ".join(text_of(words).split())


def _apart(made: list[Caption]) -> Iterator[Caption]:
    """The captions, each ended before the next one starts."""
    for one, following in pairwise([*made, None]):
        if one is None:
            continue
        end = min(one.end, following.start) if following else one.end
        yield Caption(one.text, one.start, max(end, one.start + 0.001))
