"""The partner's voice: line after line, until the last one or until the user takes the floor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from repete.model import Line, Said

GAP = 0.3
"""Seconds between two lines: a breath, in which one can get a word in."""


class Playing(Protocol):
    """A sound on its way to the loudspeaker."""

    @property
    def position(self) -> float:
        """The seconds heard so far."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""

    @property
    def is_over(self) -> bool:
        """Whether its last sample was heard."""

    def stop(self) -> float:
        """Fall silent; the seconds that were heard."""


Say = Callable[[Line, float], Playing]
"""Starts a line in its voice and returns at once. A line that was stopped so many seconds into it
is taken up from there, or from a little before."""


class Partner:
    """Speaks the lines it is given. Its clock is handed in: seconds from the start of the clip.

    `said` are the lines heard since the last `begin`, the one being spoken left out; `count` is
    how many were begun, `began` when the last of them was, `length` how long it is.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._ahead: deque[Line] = deque()
        self._line: Line | None = None
        self._playing: Playing | None = None
        self._beat = ""
        self._heard = self._paused = self._rests_until = 0.0
        self.said: list[Said] = []
        self.began = self.length = 0.0
        self.count = 0

    @property
    def is_talking(self) -> bool:
        """Whether a line is being spoken, or waits to be."""
        return bool(self._line or self._ahead)

    @property
    def heard(self) -> str:
        """What was said since the last `begin`, the line that is being spoken included."""
        lines = [said.text for said in self.said]
        return " ".join([*lines, self._line.text] if self._line else lines)

    @property
    def position(self) -> float:
        """The seconds of the last line that were heard so far."""
        return self._heard + (self._playing.position if self._playing else 0.0)

    def begin(self, lines: Iterable[Line], beat: str, now: float) -> None:
        """Speak the lines of a beat, the first one at once."""
        self.said, self.count, self._beat = [], 0, beat
        self._rests_until = now
        self.add(lines)
        self.process(now)

    def add(self, lines: Iterable[Line]) -> None:
        """Speak these lines, too, when those before have been heard."""
        self._ahead.extend(lines)

    def process(self, now: float) -> None:
        """Go on to the next line when the one before has been heard."""
        if self._playing and self._playing.is_over:
            self._end(now, None)
        if self._line is None and self._ahead and now >= self._rests_until:
            self._line = self._ahead.popleft()
            self.began, self._heard = now, 0.0
            self.count += 1
            self._playing = self._say(self._line, 0.0)
            self.length = self._playing.seconds

    def pause(self, now: float) -> None:
        """Fall silent for a moment, perhaps in the middle of a word."""
        if self._playing:
            self._heard += self._playing.stop()
            self._playing = None
            self._paused = now

    def resume(self) -> None:
        """Take up what was paused."""
        if self._line and self._playing is None:
            self._playing = self._say(self._line, self._heard)
            self._heard = max(0.0, self.length - self._playing.seconds)

    def stop(self, now: float) -> None:
        """Leave the floor: what was not heard by now is not said."""
        self.pause(now)
        if self._line:
            self._end(self._paused, self._paused)
        self._ahead.clear()

    def _end(self, now: float, cut_off: float | None) -> None:
        assert self._line is not None
        line = self._line
        self.said.append(Said(self.began, now, line.voice, line.text, self._beat, cut_off))
        if self._playing:
            self._heard += self._playing.position
        self._line = self._playing = None
        self._rests_until = now + GAP
