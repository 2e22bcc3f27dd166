"""Facts: what happened in a play and when, told without a judgement."""

from __future__ import annotations

from collections.abc import Iterator

from repete.model import Analysis, Brief, Course, Move, Note, Turn
from repete.phrases import move_name, phrase

QUOTE_WORDS = 12
"""Words after which a quote is cut: longer ones are a burden to hear."""


def moments(brief: Brief, analysis: Analysis, course: Course) -> Iterator[Note]:
    """The moments that make the play: how the user came in, and a move that has its turn."""
    came_in = [turn for turn in course.turns if turn.hook or turn.waited is not None]
    yield from (_came_in(brief, turn) for turn in came_in)
    if not any(turn.waited is not None for turn in came_in):
        yield from _never_came_in(brief, course)
    for move, by in brief.plan.by.items():
        turn = turn_of(analysis.first(move), course)
        if turn and turn <= by and len(course.turns) > 1:
            text = _told(brief, "by_turn", move=move_name(brief.language, move), turn=turn, by=by)
            yield _of(analysis.first(move), text)


def whole(brief: Brief, analysis: Analysis, course: Course) -> Iterator[Note]:
    """What was done in which turn, and what never."""
    if len(course.turns) < 2:
        return
    for number, turn in enumerate(course.turns, 1):
        made = [hit for hit in analysis.moves if turn_of(hit, course) == number]
        if made:
            text = _told(brief, "turn", turn=number, moves=_listed(brief, [it.move for it in made]))
            yield Note("fact", turn.beat, text, made[0].start, made[-1].end)
    if analysis.missed:
        yield Note("fact", "missed", _told(brief, "never", moves=_listed(brief, analysis.missed)))


def turn_of(hit: Move | None, course: Course) -> int | None:
    """The turn (from 1) in which a move was made; None without a move, its time, or turns."""
    if hit is None or hit.start is None:
        return None
    begun = [number for number, it in enumerate(course.turns, 1) if it.start <= hit.start]
    return begun[-1] if begun else None


def quote(text: str) -> str:
    """Words that are short enough to be heard."""
    words = text.split()
    return text if len(words) <= QUOTE_WORDS else " ".join(words[:QUOTE_WORDS]) + "…"


def _came_in(brief: Brief, turn: Turn) -> Note:
    """Which hook was taken, after how long, and where in the sentence."""
    lines = [line for beat in brief.play for part in (beat.lines, *beat.others) for line in part]
    hook = next((line.text for line in lines if turn.hook and line.hook == turn.hook), "")
    seconds = round(turn.waited or 0)
    if turn.waited is None:
        text = _told(brief, "hook", line=quote(hook))
    elif hook:
        text = _told(brief, f"hook_{turn.place}", line=quote(hook), seconds=seconds)
    else:
        text = _told(brief, f"cut_{turn.place}", seconds=seconds)
    start = min(turn.end, turn.start + (turn.waited or 0.0))
    return Note("fact", turn.hook or "cut_in", text, round(start, 3), turn.end)


def _never_came_in(brief: Brief, course: Course) -> Iterator[Note]:
    talked = {beat.id for beat in brief.play if beat.mode == "talks_on"}
    seconds = sum(said.seconds for said in course.exchange if said.beat in talked)
    if seconds:
        yield Note("fact", "cut_in", _told(brief, "never_cut", seconds=round(seconds)))


def _of(hit: Move | None, text: str) -> Note:
    if hit is None:
        return Note("fact", "play", text)
    return Note("fact", hit.move, text, hit.start, hit.end)


def _listed(brief: Brief, moves: list[str] | tuple[str, ...]) -> str:
    return ", ".join(move_name(brief.language, move) for move in moves)


def _told(brief: Brief, key: str, **blanks: object) -> str:
    return phrase(brief.language, "fact", key, **blanks)
