"""Stretches: when a piece of a growing reply is ready to be read. Knows levels, no sound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from repete.analysis.edges import MIN_SILENCE, MIN_SPEECH
from repete.model import Language, Span, joined


@dataclass(frozen=True)
class Cuts:
    """When a stretch is read, in seconds.

    It is given at each `silence` in it and grows with what is said next, until nothing is said
    for `apart`, or for a `breath` after `enough` of it. When it is `longest` it is cut at the best
    place after `least` of it.
    """

    silence: float
    apart: float
    longest: float
    enough: float
    breath: float
    least: float


GROWING = Cuts(silence=0.09, apart=1.0, longest=8.0, enough=2.5, breath=0.3, least=2.5)
"""As soon as may be: three blocks without speech come 34 times a minute of it and eight 24 times
(421 s of real speech), since the detector rides over stop consonants. Words said by themselves are
heard wrong, so a stretch is read again with what follows, until it is long enough to stand alone;
the longest, with its edges, hardly outgrows the shortest window of the decoder, the cheapest."""

LIVE: dict[Language, Cuts] = {
    "en": GROWING,
    "fr": replace(GROWING, breath=0.2, longest=6.0, least=4.0),
}
"""French words have more pieces, which take their time: the longest stretch is the shorter there,
a shorter breath ends it, and one without a pause is cut late, for what is left of it may be the
last. With a breath of 0.2 s 148 words of 953 are misread, and the last ones are read 0.42 s after
they are said (0.56 s in the worst of twenty); 149, and 0.51 s (0.67 s), with one of 0.3 s."""

WHOLE = Cuts(silence=2.0, apart=2.0, longest=27.0, enough=12.0, breath=2.0, least=12.0)
"""As few as may be, where all the sound is there: the window of the decoder is paid for once."""

AROUND = 3
"""Blocks on each side that are weighed with the one to cut at: one alone may be the closure of a
stop consonant, in the middle of a word."""

PAD = 0.15
"""Seconds of sound kept around speech: the detector starts late on weak sounds."""


@dataclass(frozen=True)
class Stretch:
    """A piece of a reply: its spans of speech, and the sound to read, which holds a little more.

    `is_more` when it stands for the stretch that was given before, with what was said since.
    """

    speech: tuple[Span, ...]
    sound: Span
    is_more: bool = False


@dataclass(frozen=True)
class _Block:
    start: float
    end: float
    is_speech: bool
    level: float


class Cutter:
    """Follows speech and silence block by block and gives each stretch when it can be read.

    `seconds` is where the stream stands, `is_open` whether something was said that was not given.
    """

    def __init__(self, cuts: Cuts) -> None:
        self.cuts = cuts
        self.seconds = 0.0
        self.is_open = False
        self._blocks: list[_Block] = []
        self._is_given = False
        self._before: tuple[Span, ...] = ()
        self._edge = 0.0

    @property
    def is_growing(self) -> bool:
        """Whether the stretch that was given last will be given again, with what is being said."""
        return self._is_given and self.is_open

    @property
    def start(self) -> float:
        """From when on sound may still be read."""
        first = self._blocks[0].start if self._blocks else self.seconds
        return max(self._edge, first - PAD)

    @property
    def speech(self) -> tuple[Span, ...]:
        """The spans of speech so far, those of the open stretch too."""
        return joined((*self._before, *_speech(self._blocks)), MIN_SILENCE)

    def process(self, seconds: float, is_speech: bool, level: float = 0.0) -> Stretch | None:
        """Take the next block, `seconds` long and so loud (dBFS); the stretch to read now."""
        block = _Block(self.seconds, self.seconds + seconds, is_speech, level)
        self.seconds = block.end
        if not (is_speech or self._blocks):
            return None
        self._blocks.append(block)
        self.is_open = self.is_open or is_speech
        if is_speech and block.end - self._blocks[0].start >= self.cuts.longest - _ROUNDING:
            return self._cut()
        silence = block.end - self._last + _ROUNDING
        found = self.close() if silence >= self.cuts.silence else None
        is_enough = self._last - self._blocks[0].start >= self.cuts.enough
        if silence >= (self.cuts.breath if is_enough else self.cuts.apart):
            self._forget(len(self._blocks), self._last + PAD)
        return found

    def close(self) -> Stretch | None:
        """What was said and not given yet, as it stands."""
        if not self.is_open:
            return None
        self.is_open = False
        return self._given(self._blocks, min(self._last + PAD, self.seconds))

    @property
    def _last(self) -> float:
        """When the last speech ended."""
        return next(block.end for block in reversed(self._blocks) if block.is_speech)

    def _cut(self) -> Stretch | None:
        at = _quietest(self._blocks, self.cuts.least)
        edge = self._blocks[at].start
        found = self._given(self._blocks[:at], edge)
        first = next(
            index for index in range(at, len(self._blocks)) if self._blocks[index].is_speech
        )
        self._forget(first, edge)
        return found

    def _given(self, blocks: list[_Block], end: float) -> Stretch | None:
        speech = _speech(blocks)
        if not speech:
            return None
        found = Stretch(speech, Span(self.start, end), self._is_given)
        self._is_given = True
        return found

    def _forget(self, count: int, edge: float) -> None:
        """Start a new stretch after so many blocks; what lies before `edge` is not read again."""
        self._before = joined((*self._before, *_speech(self._blocks[:count])), MIN_SILENCE)
        self._blocks = self._blocks[count:]
        self._edge = edge
        self._is_given = False


_ROUNDING = 1e-6


def _speech(blocks: Iterable[_Block]) -> tuple[Span, ...]:
    """The spans of speech in a row of blocks."""
    spans = (Span(block.start, block.end) for block in blocks if block.is_speech)
    return tuple(span for span in joined(spans, MIN_SILENCE) if span.seconds >= MIN_SPEECH)


def _quietest(blocks: list[_Block], least: float) -> int:
    """The block at which an unbroken stretch is cut: amid the least speech, then least sound."""

    def weight(at: int) -> tuple[int, bool, float]:
        near = blocks[at - AROUND : at + AROUND + 1]
        speech = sum(block.is_speech for block in near)
        return speech, blocks[at].is_speech, sum(block.level for block in near)

    first = next(at for at, block in enumerate(blocks) if block.end - blocks[0].start > least)
    return min(range(max(first, AROUND), len(blocks) - AROUND), key=weight)
