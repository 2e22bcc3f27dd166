"""Timing: the clock of a reply against its target."""

from __future__ import annotations

from collections.abc import Sequence

from repete.analysis import floor
from repete.model import Light, Move, Said, Span, Timing, Verdict

GRACE = 0.125
"""Share of the maximum that a reply may run over and still be on time.

Toastmasters clubs that are strict allow 15 s on a Table Topic of 2 minutes; below the minimum
there is no grace.
"""


def measure(
    speech: Sequence[Span],
    target: tuple[float, float] | None,
    made: Sequence[Move] = (),
    exchange: Sequence[Said] = (),
) -> Timing | None:
    """The clock of a reply whose stretches of speech are given; None when nobody spoke.

    `speech` is in order and in seconds of the clip; `target` is the least and the most seconds,
    None when the reply has none; `made` are the moves in it; `exchange` is what the partner said
    meanwhile. Without it the clip begins at the end of the prompt.
    """
    if not speech:
        return None
    turns = floor.turns(speech, exchange)
    total = floor.seconds(turns)
    return Timing(
        onset=round(floor.onset(speech, exchange), 3),
        speech=round(floor.spent(turns), 3),
        total=round(total, 3),
        target=target,
        verdict=verdict(total, target) if target else None,
        light=light(total, target) if target else "none",
        before_first_move=before_first(made, turns),
    )


def before_first(made: Sequence[Move], turns: floor.Turns) -> float | None:
    """The share of the user's time (0 to 1) that passes before the first move; None without one."""
    starts = [move.start for move in made if move.start is not None]
    total = floor.seconds(turns)
    if not starts or total <= 0:
        return None
    return round(min(1.0, floor.until(turns, min(starts)) / total), 3)


def light(seconds: float, target: tuple[float, float]) -> Light:
    """The timer's light, as at Toastmasters: green from the minimum, amber half-way, red at the
    maximum."""
    least, most = target
    if seconds >= most:
        return "red"
    if seconds >= (least + most) / 2:
        return "amber"
    return "green" if seconds >= least else "none"


def verdict(seconds: float, target: tuple[float, float]) -> Verdict:
    """Whether the reply was too short, on time, or too long, with `GRACE` over the maximum."""
    least, most = target
    if seconds < least:
        return "short"
    return "long" if seconds > most * (1 + GRACE) else "on_time"
