"""The coach's answer to a take: made in the background, and heard sentence by sentence.

It opens with what needs no recognizer, ready before the user has finished; the rest is judged and
rendered while the opening is heard. While the rest is heard, the take is read again with more care,
for keeping.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Literal

from repete.feedback import sentences
from repete.model import Clip, Line, Take
from repete.transcribe.decoder import Wanted
from repete.voices.ahead import Ahead

COACH: Literal["coach"] = "coach"

GRACE = 3.0
"""Seconds that the take may still get better once the whole answer was heard."""


class Answering:
    """An answer on its way: `judge` makes the take, `improve` a better one, while that is wanted.

    `opening` is said first where it is not empty; it becomes part of the take's feedback.
    """

    def __init__(
        self,
        opening: str,
        judge: Callable[[], Take],
        improve: Callable[[Take, Wanted], Take],
        voice: Ahead,
    ) -> None:
        self._opening, self._judge, self._improve, self._voice = opening, judge, improve, voice
        self._ahead: deque[tuple[Line, Future[Clip]]] = deque()
        self._until = float("inf")
        self._failed: BaseException | None = None
        self._is_judged = False
        self.take: Take | None = None
        if opening:
            self._give(opening)
        self._thread = threading.Thread(target=self._make, daemon=True)
        self._thread.start()

    @property
    def is_complete(self) -> bool:
        """Whether there are no more sentences to come."""
        return self._is_judged and not self._ahead

    def ready(self) -> tuple[Line, ...]:
        """The sentences that can be heard and were not given yet."""
        found: list[Line] = []
        while self._ahead and self._ahead[0][1].done():
            found.append(self._ahead.popleft()[0])
        return tuple(found)

    def rest(self) -> tuple[Line, ...]:
        """All sentences that were not given yet, once they are there."""
        while not self._is_judged:
            self._thread.join(0.1)
        left = tuple(line for line, _ in self._ahead)
        self._ahead.clear()
        return left

    def cancel(self) -> None:
        """Say no more: the user goes on."""
        self._until = 0.0

    def result(self) -> Take:
        """The take at its best, or as good as it gets within `GRACE`.

        Raises:
            RepeteError: it could not be judged.
        """
        self._until = min(self._until, time.monotonic() + GRACE)
        while self._thread.is_alive():
            self._thread.join(0.1)  # short waits let Ctrl-C through on every system
        if self._failed:
            raise self._failed
        assert self.take is not None
        return self.take

    def _is_wanted(self) -> bool:
        return time.monotonic() < self._until

    def _give(self, text: str) -> None:
        self._ahead.append((Line(text, COACH), self._voice.prepare(text, COACH)))

    def _make(self) -> None:
        try:
            take = self._judge()
            if take.feedback:
                for text in sentences(take.feedback):
                    self._give(text)
                opened = f"{self._opening} {take.feedback.spoken}".strip()
                take = replace(take, feedback=replace(take.feedback, spoken=opened))
            self.take, self._is_judged = take, True
            if self._is_wanted():
                self.take = self._improve(take, self._is_wanted)
        except BaseException as error:  # noqa: BLE001 - raised where the take is asked for
            self._failed = error
        finally:
            self._is_judged = True
