"""How well the detector agrees with labels: precision, recall, F1, false alarms, evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from repete.analysis.moves import Setting
from repete.model import MOVES, PITCH_MOVES, Language, Move


@dataclass(frozen=True)
class Labelled:
    """One reply and what a fair listener says of it.

    `moves` were made; `optional` ones may be found or not; `traps` tempt but were not made;
    `spans` are the words that prove a move, where they are known.
    """

    text: str
    language: Language
    is_pitch: bool = False
    partner: str = ""
    moves: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    traps: frozenset[str] = frozenset()
    spans: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def setting(self) -> Setting:
        """What the detector may know of it."""
        return Setting(self.language, self.is_pitch, self.partner)


@dataclass(frozen=True)
class Tally:
    """Counts for one move, or summed over several."""

    right: int = 0
    false: int = 0
    missed: int = 0
    traps: int = 0
    alarms: int = 0
    quoted: int = 0
    overlaps: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            *(mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True))
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """Every count."""
        return (
            self.right, self.false, self.missed, self.traps, self.alarms, self.quoted,
            self.overlaps,
        )  # fmt: skip

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """The share of what was made that was found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)

    @property
    def alarm_rate(self) -> float:
        """The share of traps that were taken for the move."""
        return self.alarms / max(1, self.traps)

    @property
    def overlap(self) -> float:
        """The share of right hits whose quote shares a word with the words that were marked."""
        return self.overlaps / max(1, self.quoted)


@dataclass(frozen=True)
class Table:
    """The tallies of each move, in the order of `MOVES`."""

    each: dict[str, Tally]

    @property
    def whole(self) -> Tally:
        """All moves together."""
        total = Tally()
        for tally in self.each.values():
            total += tally
        return total

    @property
    def macro(self) -> tuple[float, float, float]:
        """Precision, recall and F1 averaged over the moves that were made or found."""
        told = [it for it in self.each.values() if it.right + it.false + it.missed]
        count = max(1, len(told))
        return (
            sum(it.precision for it in told) / count,
            sum(it.recall for it in told) / count,
            sum(it.f1 for it in told) / count,
        )


def score(replies: Sequence[Labelled], found: Sequence[Sequence[Move]]) -> Table:
    """The table for these replies and what was found in each."""
    each = {move: Tally() for move in MOVES}
    for reply, moves in zip(replies, found, strict=True):
        hits = {hit.move: hit.quote for hit in moves}
        for move in MOVES:
            each[move] += _tally(reply, move, hits.get(move))
    return Table(each)


def _tally(reply: Labelled, move: str, quote: str | None) -> Tally:
    trap = move in reply.traps
    if move in reply.optional or (move in PITCH_MOVES and not reply.is_pitch):
        return Tally(traps=int(trap), alarms=int(trap and quote is not None))
    made, hit = move in reply.moves, quote is not None
    marked = reply.spans.get(move, ())
    known = made and quote is not None and bool(marked)
    shares = known and any(overlaps(quote or "", words) for words in marked)
    return Tally(
        right=int(made and hit),
        false=int(hit and not made),
        missed=int(made and not hit),
        traps=int(trap),
        alarms=int(trap and hit),
        quoted=int(known),
        overlaps=int(shares),
    )


def overlaps(quote: str, marked: str) -> bool:
    """Whether a quote and marked words share at least half the words of the shorter, in order."""
    mine, theirs = _words(quote), _words(marked)
    short = min(len(mine), len(theirs))
    longest = max((_run(mine, theirs, at) for at in range(1 - len(theirs), len(mine))), default=0)
    return short > 0 and 2 * longest >= short


def _run(mine: list[str], theirs: list[str], shift: int) -> int:
    """The longest stretch of equal words when `theirs` is laid over `mine`, `shift` words on."""
    best = here = 0
    for at, word in enumerate(theirs):
        same = 0 <= at + shift < len(mine) and mine[at + shift] == word
        here = here + 1 if same else 0
        best = max(best, here)
    return best


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower().replace("’", "'"))
