"""Stretches: when a piece of a growing reply is ready to be read. Knows levels, no sound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from repete.model import Span


@dataclass(frozen=True)
class Cuts:
    """When a stretch is closed, in seconds.

    `silence` closes it; from `longest` on it is cut although nobody pauses, but `earliest` of it
    is kept together.
    """

    silence: float
    longest: float
    earliest: float = 6.0


ONE_BY_ONE = Cuts(0.25, 12.0)
"""As soon as may be: a stop consonant is shorter than that silence, a breath is not. The longest
stretch, with its edges, fits the shortest window of the decoder, which is the cheapest."""

TOGETHER = Cuts(2.0, 14.0)
"""As few as may be, where all the sound is there: the window of the decoder is paid for once."""

AROUND = 3
"""Blocks on each side that are weighed with the one to cut at: one alone may be the closure of a
stop consonant, in the middle of a word."""

PAD = 0.15
"""Seconds of sound kept around speech: the detector starts late on weak sounds."""

MIN_SILENCE, MIN_SPEECH = 0.2, 0.1
"""Seconds of silence that part two spans of speech, and under which a sound is a click."""


@dataclass(frozen=True)
class Stretch:
    """A piece of a reply: its spans of speech, and the sound to read, which holds a little more."""

    speech: tuple[Span, ...]
    sound: Span

    def __add__(self, other: Stretch) -> Stretch:
        """This stretch and a later one, read as one."""
        speech = joined((*self.speech, *other.speech))
        return Stretch(speech, Span(self.sound.start, other.sound.end))


@dataclass(frozen=True)
class _Block:
    start: float
    end: float
    is_speech: bool
    level: float


class Cutter:
    """Follows speech and silence block by block and gives each stretch once it is closed.

    Silence closes a stretch; one that nobody pauses in is cut at its quietest moment, and the
    next starts right there. `seconds` is where the stream stands, `speech` what was closed.
    """

    def __init__(self, cuts: Cuts = ONE_BY_ONE) -> None:
        self.cuts = cuts
        self.seconds = 0.0
        self.speech: tuple[Span, ...] = ()
        self._open: list[_Block] = []
        self._read = 0.0

    @property
    def open_since(self) -> float | None:
        """When the sound of the open stretch starts; None when none is open."""
        return max(self._read, self._open[0].start - PAD) if self._open else None

    def process(self, seconds: float, is_speech: bool, level: float = 0.0) -> Stretch | None:
        """Take the next block, `seconds` long and so loud (dBFS); the stretch that it closes."""
        block = _Block(self.seconds, self.seconds + seconds, is_speech, level)
        self.seconds = block.end
        if not (is_speech or self._open):
            return None
        self._open.append(block)
        if block.end - self._last >= self.cuts.silence - _ROUNDING:
            return self.close()
        if block.end - self._open[0].start >= self.cuts.longest - _ROUNDING:
            at = _quietest(self._open, self.cuts.earliest)
            return self._given(self._open[:at], self._open[at:])
        return None

    def close(self) -> Stretch | None:
        """The open stretch, closed here and now; None when there is none, or only a click."""
        return self._given(self._open, []) if self._open else None

    @property
    def _last(self) -> float:
        """When the speech of the open stretch ended."""
        return next(block.end for block in reversed(self._open) if block.is_speech)

    def _given(self, blocks: list[_Block], rest: list[_Block]) -> Stretch | None:
        found = joined(Span(block.start, block.end) for block in blocks if block.is_speech)
        speech = tuple(span for span in found if span.seconds >= MIN_SPEECH)
        start = max(self._read, blocks[0].start - PAD)
        end = rest[0].start if rest else min(self._last + PAD, self.seconds)
        first = next((at for at, block in enumerate(rest) if block.is_speech), len(rest))
        self._open, self._read = rest[first:], end
        self.speech = (*self.speech[:-1], *joined((*self.speech[-1:], *speech)))
        return Stretch(speech, Span(start, end)) if speech else None


_ROUNDING = 1e-6


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans, those joined between which there is hardly a silence."""
    found: list[Span] = []
    for span in spans:
        if found and span.start - found[-1].end < MIN_SILENCE:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(found)


def _quietest(blocks: list[_Block], earliest: float) -> int:
    """The block at which an unbroken stretch is cut: amid the least speech, then least sound."""

    def weight(at: int) -> tuple[int, float]:
        near = blocks[at - AROUND : at + AROUND + 1]
        return sum(block.is_speech for block in near), sum(block.level for block in near)

    first = next(at for at, block in enumerate(blocks) if block.end - blocks[0].start > earliest)
    return min(range(max(first, AROUND), len(blocks) - AROUND), key=weight)
