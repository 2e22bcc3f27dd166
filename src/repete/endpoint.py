"""The endpoint: when has the user finished? Knows time, speech and evidence, no device.

Coaches that cut people off while they think are what users complain of most. Silence alone cannot
tell: 0.7 s of it comes three to nine times a minute in fluent speech. What was said can
(`repete.analysis.completeness`), and it moves the wait while the silence lasts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from repete.analysis.completeness import Closing

State = Literal["waiting", "speaking", "paused", "done"]
Ending = Literal["silence", "nothing", "limit", "user"]
Mode = Literal["hands_free", "push_to_talk"]

LEAST = 0.7
"""Seconds of silence before which nothing ends a reply but the user: a third of the pauses of
fluent speech are shorter than this and longer than 0.5 s."""

CLOSED, HANGING = 0.35, 2.0
"""By how much the usual silence is shortened after a clear close, and lengthened in mid-clause:
0.7 s and 4 s around 2 s."""

DUE, DOUBTED, UNFINISHED = 0.49, 0.65, 1.25
"""The same after a close that something speaks against, where one is due and elsewhere, and where
no close was heard and something speaks for more: 0.98 s, 1.3 s and 2.5 s. Of the pauses of real
people in `benchmarks/thinking.py` that are longer than 0.7 s, 11 of 21 end within 0.9 s; every
second doubtful close that is not due is followed by more."""

HABIT = 1.3
"""By how much the wait exceeds the longest pause that the user has made in this turn: who has
thought for 1.8 s does so again."""

OVER = 1.5
"""Times the longest that a reply is to last after which it is cut off."""

PACES = {"quick": 1.4, "normal": 2.0, "patient": 3.0}
"""Seconds of silence that end a reply as a rule, by name."""


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds.

    `onset` for the first word; `silence` after the last one, as a rule; `limit` for the whole
    reply.

    Raises:
        ValueError: one of them is not above 0.
    """

    onset: float = 12.0
    silence: float = PACES["normal"]
    limit: float = 600.0

    def __post_init__(self) -> None:
        if not min(self.onset, self.silence, self.limit) > 0:
            raise ValueError("patience takes seconds above 0")

    @classmethod
    def of(cls, text: str) -> Patience:
        """The patience that the user names: one of `PACES`, or the seconds of silence.

        Raises:
            ValueError: it is neither, or seconds outside 0.7 to 30; the text says so.
        """
        word = text.strip().casefold()
        if word in PACES:
            return cls(silence=PACES[word])
        try:
            seconds = float(word.removesuffix("s").replace(",", "."))
        except ValueError:
            seconds = 0.0
        if not LEAST <= seconds <= _MOST:
            raise ValueError(
                f'"{text}" is no patience: use quick, normal, patient, '
                f"or seconds from {LEAST} to {_MOST:.0f}."
            )
        return cls(silence=seconds)

    def beyond(self, seconds: float) -> Patience:
        """The same with room to talk on after so many seconds: who is cut off on the second never
        learns by how much they are over."""
        return replace(self, limit=max(self.limit, OVER * seconds))

    def wait(self, closing: Closing, longest: float = 0.0) -> float:
        """Seconds of silence that end the reply as it stands; under `LEAST` only when asked for.

        `longest` is the longest pause of the turn so far. The usual wait is longer than that, up to
        that of a reply in mid-clause; after a doubtful close the wait is as long, up to the usual;
        after one that is clear or due it counts for nothing.
        """
        usual = self.silence
        if closing.state == "hanging":
            return HANGING * usual
        if closing.state == "open":
            least = UNFINISHED * usual if closing.is_doubtful else usual
            return min(HANGING * usual, max(least, HABIT * longest))
        clear = min(usual, max(LEAST, CLOSED * usual))
        if not closing.is_doubtful:
            return clear
        if closing.is_due:
            return min(usual, max(clear, DUE * usual))
        return min(usual, max(clear, DOUBTED * usual, longest))


_MOST = 30.0


class Endpointer:
    """Follows speech and silence block by block; `done` is final unless the reply is taken up.

    `state` is where the reply stands, `ended_by` why it ended (None until then), `silence` the
    seconds since the last speech, `longest` those of the longest pause so far, `onset` when the
    first speech began (None until then), `closing` what the words said last. In `push_to_talk`
    the reply lasts from a press to the next: `opened` is when it began, what is heard before is
    none of it, and no silence ends it.
    """

    def __init__(self, patience: Patience | None = None, mode: Mode = "hands_free") -> None:
        self.patience = patience or Patience()
        self.mode = mode
        self.state: State = "waiting"
        self.ended_by: Ending | None = None
        self.opened: float | None = 0.0 if mode == "hands_free" else None
        self.onset: float | None = None
        self.closing = Closing()
        self.silence = self.longest = 0.0
        self.seconds = 0.0

    @property
    def wait(self) -> float:
        """Seconds of silence that end the reply as things stand, or of waiting for it."""
        if self.mode == "push_to_talk":
            return float("inf")
        if self.onset is None:
            return self.patience.onset
        return self.patience.wait(self.closing, self.longest)

    @property
    def left(self) -> float:
        """Seconds of silence that would still end the reply, or the wait for it."""
        return max(0.0, self.wait - self.silence)

    def process(self, seconds: float, is_speech: bool) -> State:
        """Take the next block, `seconds` long, and say where the reply stands now."""
        if self.state == "done":
            self.silence += seconds
            return "done"
        if is_speech and self.opened is not None:
            self._hear()
        else:
            self.silence += seconds
            self.state = "waiting" if self.onset is None else "paused"
        self.seconds += seconds
        if self.seconds >= self.patience.limit:
            self.end("limit")
        elif self.left <= 0:
            self.end("nothing" if self.onset is None else "silence")
        return self.state

    def expect(self, closing: Closing) -> None:
        """What the words so far say of the end; it moves the wait of the silence that lasts.

        It counts when every stretch of speech has been read. While the user speaks it is out of
        date, and new speech takes it back.
        """
        if self.state == "paused":
            self.closing = closing

    def press(self) -> None:
        """The user pressed the key: it ends the reply, or opens it in `push_to_talk`."""
        if self.opened is None:
            self.opened = self.seconds
            self.silence = 0.0
        else:
            self.end("user")

    def take_up(self) -> None:
        """The user goes on after an end by silence: it was a pause, and is remembered as one."""
        self.ended_by = None
        self._hear()

    def end(self, why: Ending) -> None:
        """End the reply now."""
        self.state = "done"
        self.ended_by = self.ended_by or why

    def _hear(self) -> None:
        if self.onset is None:
            self.onset = self.seconds
        else:
            self.longest = max(self.longest, self.silence)
        self.silence = 0.0
        self.closing = Closing()
        self.state = "speaking"
