"""Play: one run through a scenario's beats. It knows no clock and no device: it is told what was
heard, and says what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from repete.analysis.backchannels import is_backchannel
from repete.errors import ScenarioError
from repete.model import END, Beat, Brief, Course, Goal, Line, Said, Turn, Way

__all__ = ["Beat", "CutIn", "Line", "Performance", "Reply", "Way", "drilled"]

EDGE = 0.4
"""Seconds around the end of a sentence in which a voice comes in between two sentences: speakers
begin 0.2 s after a turn's end as a rule (Stivers et al. 2009), and hear its end coming."""

STEM = 5
"""Letters by which two words are taken for the same; a telling word has four or more."""


@dataclass(frozen=True)
class CutIn:
    """The user began to speak while line number `line` (from 0) of the beat was heard.

    `heard` are the seconds of that line heard until then, `length` all of its seconds, `waited`
    the seconds since the beat's first line began. A voice that comes in the silence after a line
    has heard all of it.
    """

    line: int
    heard: float
    length: float
    waited: float

    @property
    def place(self) -> Literal["end", "middle"]:
        """Whether it was at a sentence's end (or at the start of the next), or in its middle."""
        is_start = self.line > 0 and self.heard <= EDGE
        return "end" if is_start or self.heard >= self.length - EDGE else "middle"


@dataclass(frozen=True)
class Reply:
    """What was heard in one turn: the words, the moves in them, the seconds of the user's speech.

    `cut_in` tells how the user stopped a partner who talks on. `said` are the partner's lines as
    they were heard in this beat, and `end` is when the turn was over; both are times of the clip.
    """

    text: str = ""
    moves: tuple[str, ...] = ()
    seconds: float = 0.0
    cut_in: CutIn | None = None
    said: tuple[Said, ...] = ()
    end: float = 0.0

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said, or only "mm-hm"."""
        return not self.text.strip() or is_backchannel(self.text)


class Performance:
    """One run through the play of a brief; `take` (from 1) chooses among the wordings."""

    def __init__(self, brief: Brief, take: int = 1) -> None:
        self._beats = {beat.id: beat for beat in brief.play}
        self._words = brief.wording.hooks
        self._take = take
        self._moves: set[str] = set()
        self._hooks: list[Line] = []
        self._spoken = 0.0
        self.turns: tuple[Turn, ...] = ()
        self.exchange: tuple[Said, ...] = ()
        self.beat: Beat | None = self._worded(brief.play[0].id) if brief.play else None

    @property
    def course(self) -> Course:
        """How it went so far."""
        return Course(self.exchange, self.turns)

    def next(self, reply: Reply) -> Beat | None:
        """The beat that follows what was heard in this one; None when the play is over."""
        beat = self.beat
        if beat is None:
            return None
        self._moves |= set(reply.moves)
        self._spoken += reply.seconds
        self.exchange += reply.said
        hook = self._taken(beat, reply)
        if beat.mode != "closes" and not (beat.mode == "talks_on" and reply.is_silent):
            self.turns += (self._turn(beat, reply, hook),)
        fits = (way.to for way in beat.ways if self._fits(way, reply, hook))
        self.beat = self._worded(next(fits, beat.otherwise))
        return self.beat

    def _fits(self, way: Way, reply: Reply, hook: str | None) -> bool:
        """Whether all that the way asks for is so."""
        return (
            self._moves.issuperset(way.all_of)
            and (not way.any_of or not self._moves.isdisjoint(way.any_of))
            and set(reply.moves).issuperset(way.all_now)
            and (not way.any_now or not set(reply.moves).isdisjoint(way.any_now))
            and (not way.hook or hook in way.hook)
            and (way.silent is None or way.silent == reply.is_silent)
            and (way.spoken is None or self._spoken >= way.spoken)
            and (way.turns is None or len(self.turns) >= way.turns)
        )

    def _worded(self, name: str) -> Beat | None:
        """The beat with the wording of this take."""
        if name == END or name not in self._beats:
            return None
        return worded(self._beats[name], self._take)

    def _turn(self, beat: Beat, reply: Reply, hook: str | None) -> Turn:
        """The turn that the reply is; where the partner breaks in, the floor was the user's."""
        start = self.turns[-1].end if self.turns else 0.0
        if reply.said and beat.mode != "breaks_in":
            start = reply.said[0].start
        cut = reply.cut_in
        waited = None if cut is None else round(cut.waited, 3)
        place = None if cut is None else cut.place
        return Turn(start, max(start, reply.end), beat.id, hook, waited, place)

    def _taken(self, beat: Beat, reply: Reply) -> str | None:
        """The hook that the reply takes up, of those heard so far."""
        heard = beat.lines if reply.cut_in is None else beat.lines[: reply.cut_in.line + 1]
        self._hooks += [line for line in heard if line.hook]
        if reply.is_silent or not self._hooks:
            return None
        return hook_taken(reply, self._hooks, self._words)


def worded(beat: Beat, take: int) -> Beat:
    """The beat with the wording of a take (from 1)."""
    wordings = (beat.lines, *beat.others)
    return replace(beat, lines=wordings[(take - 1) % len(wordings)], others=())


def hook_taken(
    reply: Reply, heard: Sequence[Line], words: dict[str, tuple[str, ...]]
) -> str | None:
    """The hook that the reply names by most of its words; the one heard last where several do.

    `heard` are the lines with a hook, in order, `words` the words by which each hook is known.
    Who picks something up or bridges to their own work without a word of any hook ("that's
    exactly what happens to my clients") speaks of what was heard last.
    """
    said = _stems([reply.text])
    hooks = [str(line.hook) for line in heard]
    shared = [_shared(said, _stems(words.get(hook, ()))) for hook in hooks]
    best = max(shared)
    if best:
        return [hook for hook, count in zip(hooks, shared, strict=True) if count == best][-1]
    return hooks[-1] if {"acknowledge", "pivot"} & set(reply.moves) else None


def drilled(brief: Brief, move: str) -> Brief:
    """The brief in which only this move is expected: its play starts just before it.

    That is at the first beat whose ways listen for the move, or at the first beat of all. Moves
    that would have come before are no longer asked for.

    Raises:
        ScenarioError: the brief does not expect the move.
    """
    if move not in brief.plan.expects:
        near = get_close_matches(move, brief.plan.expects, 1)
        listed = ", ".join(brief.plan.expects)
        hint = f'Did you mean "{near[0]}"?' if near else f"There are: {listed}."
        raise ScenarioError(f'"{move}" cannot be practised here. {hint}')
    starts = (at for at, beat in enumerate(brief.play) if any(move in w.moves for w in beat.ways))
    start = next(starts, 0)
    ahead = [_narrowed(beat, move) for beat in (*brief.play[start:], *brief.play[:start])]
    plan = Goal((move,), (move,), (), brief.plan.avoid)
    return replace(brief, plan=plan, target=None, play=tuple(ahead))


def _narrowed(beat: Beat, move: str) -> Beat:
    """The beat whose ways ask for no other move wherever they ask for this one."""

    def only(moves: tuple[str, ...]) -> tuple[str, ...]:
        return (move,) if move in moves else ()

    ways = tuple(
        replace(
            way,
            all_of=only(way.all_of),
            any_of=only(way.any_of),
            all_now=only(way.all_now),
            any_now=only(way.any_now),
        )
        if move in way.moves
        else way
        for way in beat.ways
    )
    return replace(beat, ways=ways)


def _shared(said: set[str], known: set[str]) -> int:
    """How many of the known words were said: "goats" is "goat", "signed" is "sign"."""
    return sum(any(a.startswith(b) or b.startswith(a) for a in said) for b in known)


def _stems(texts: Iterable[str]) -> set[str]:
    """The beginnings of the words that tell something."""
    return {word[:STEM] for text in texts for word in re.findall(r"[^\W\d_]{4,}", text.lower())}
