"""Charts: figures over time as the points of a small picture, and in words for whoever hears it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from repete.progress import Point

LEFT, RIGHT, TOP, BOTTOM = 42.0, 314.0, 14.0, 84.0
"""The field of the picture, of which the template draws 320 by 110."""

MOST_POINTS = 60
"""Points beyond which a line is only noise: earlier ones are left out of the picture."""

Ends = tuple[float, float]
"""The least and the most that a picture shows."""

Shown = Callable[[float], str]
"""A figure as the reader's language writes it."""


@dataclass(frozen=True)
class Chart:
    """A line of points, its labels, and `told`: the same for a screen reader.

    `band` (top and height) is the stretch of good values.
    """

    points: tuple[tuple[float, float], ...]
    top: str
    bottom: str
    first: str
    last: str
    latest: str
    told: str
    band: tuple[float, float] | None = None

    @property
    def line(self) -> str:
        """The points as SVG takes them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True)
class Scale:
    """How a figure is drawn: its least and most values, the good ones, and how it is written."""

    least: float
    most: float
    shown: Shown
    good: tuple[float, float] | None = None


def chart(
    figures: Sequence[tuple[date, float]], scale: Scale, written: Callable[[date], str]
) -> Chart | None:
    """The chart of a figure over days; None when it was never measured."""
    if not figures:
        return None
    recent = figures[-MOST_POINTS:]
    values = [value for _, value in recent]
    ends = min(scale.least, *values), max(scale.most, *values)
    latest = scale.shown(recent[-1][1])
    return Chart(
        points=tuple(_places(recent, ends)),
        top=scale.shown(ends[1]),
        bottom=scale.shown(ends[0]),
        first=written(recent[0][0]) if len(recent) > 1 else "",
        last=written(recent[-1][0]),
        latest=latest,
        told=", ".join(f"{written(day)} {scale.shown(value)}" for day, value in recent[-12:]),
        band=_band(scale.good, ends),
    )


def of(points: Sequence[Point], field: str) -> list[tuple[date, float]]:
    """One figure of the points, where it was measured."""
    found = ((point.day, getattr(point, field)) for point in points)
    return [(day, value) for day, value in found if value is not None]


def _places(figures: Sequence[tuple[date, float]], ends: Ends) -> list[tuple[float, float]]:
    """One place a sitting, evenly: several may fall on a day."""
    step = (RIGHT - LEFT) / max(1, len(figures) - 1)
    return [
        (round(LEFT + at * step, 1), round(_height(value, ends), 1))
        for at, (_, value) in enumerate(figures)
    ]


def _height(value: float, ends: Ends) -> float:
    least, most = ends
    return BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, (value - least) / (most - least)))


def _band(good: tuple[float, float] | None, ends: Ends) -> tuple[float, float] | None:
    if good is None:
        return None
    top, bottom = _height(good[1], ends), _height(good[0], ends)
    return round(top, 1), round(bottom - top, 1)
