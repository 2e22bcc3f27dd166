"""The floor: who has it when. The partner's time is never the user's silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from repete.model import Said, Span, Transcript, Word, joined, text_of

MIN_PAUSE = 0.25
"""Seconds from which a silence is a pause (Hincks 2005, the usual cut for fluency)."""

LEAST = 0.25
"""Seconds that the partner speaks in a silence of the user's to part two turns: a shorter overlap
is the time that a loudspeaker takes to stop."""

Turns = tuple[tuple[Span, ...], ...]
"""The stretches of speech, turn by turn; in a turn a pause lies between each two."""


def turns(speech: Sequence[Span], exchange: Sequence[Said] = ()) -> Turns:
    """The user's stretches of speech, parted where the partner speaks between two of them, and
    joined where the silence between two is no pause."""
    found: list[list[Span]] = [list(speech[:1])] if speech else []
    for before, after in pairwise(speech):
        gap = Span(before.end, max(before.end, after.start))
        if any(said.overlap(gap) >= LEAST for said in exchange):
            found.append([after])
        else:
            found[-1].append(after)
    return tuple(joined(turn, MIN_PAUSE) for turn in found)


def spent(floor: Turns) -> float:
    """How long the user spoke, pauses left out."""
    return sum(span.seconds for turn in floor for span in turn)


def seconds(floor: Turns) -> float:
    """How long the user had the floor: each turn from its first sound to its last."""
    return sum(turn[-1].end - turn[0].start for turn in floor)


def until(floor: Turns, moment: float) -> float:
    """How long the user had had the floor at a moment of the clip."""
    return sum(max(0.0, min(moment, turn[-1].end) - turn[0].start) for turn in floor)


def onset(speech: Sequence[Span], exchange: Sequence[Said] = ()) -> float:
    """Seconds from the partner's last sound to the first of the user's; 0 for who cuts in."""
    first = speech[0].start
    asked = max((said.end for said in exchange if said.start <= first), default=0.0)
    return max(0.0, first - asked)


def replies(transcript: Transcript, exchange: Sequence[Said]) -> Iterator[tuple[str, Transcript]]:
    """What was said in answer to each beat, after what the partner said in it.

    Words from before the partner's first line answer nothing.
    """
    starts: dict[str, float] = {}
    for said in exchange:
        starts.setdefault(said.beat, said.start)
    begins = [("", float("-inf")), *starts.items()]
    for (beat, start), (_, end) in pairwise([*begins, ("", float("inf"))]):
        words = tuple(word for word in transcript.words if start <= _middle(word) < end)
        if words:
            asked = " ".join(said.text for said in exchange if beat and said.beat == beat)
            yield asked, Transcript(text_of(words), words)


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2
