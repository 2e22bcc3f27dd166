"""The endpoint: when has the user finished? Knows time and speech, no device.

Coaches that cut people off while they think are what users complain of most, so the silence that
ends a reply is long, and it starts anew with every sound of speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["waiting", "speaking", "paused", "done"]
Ending = Literal["silence", "nothing", "limit", "user"]


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds.

    `onset` for the first word; `silence` after the last one; `limit` for the whole reply.
    """

    onset: float = 12.0
    silence: float = 2.5
    limit: float = 600.0

    def __post_init__(self) -> None:
        if min(self.onset, self.silence, self.limit) <= 0:
            raise ValueError("patience takes seconds above 0")


class Endpointer:
    """Follows speech and silence block by block; `done` is final.

    `state` is where the reply stands, `ended_by` why it ended (None until then), `silence` the
    seconds since the last speech, `onset` when the first speech began (None until then).
    """

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.state: State = "waiting"
        self.ended_by: Ending | None = None
        self.onset: float | None = None
        self.silence = 0.0
        self.seconds = 0.0

    @property
    def left(self) -> float:
        """Seconds of silence that would still end the reply, or the wait for it."""
        wait = self.patience.onset if self.onset is None else self.patience.silence
        return max(0.0, wait - self.silence)

    def process(self, seconds: float, is_speech: bool) -> State:
        """Take the next block, `seconds` long, and say where the reply stands now."""
        if self.state == "done":
            return "done"
        if is_speech:
            self.onset = self.seconds if self.onset is None else self.onset
            self.silence = 0.0
            self.state = "speaking"
        else:
            self.silence += seconds
            self.state = "waiting" if self.onset is None else "paused"
        self.seconds += seconds
        if self.seconds >= self.patience.limit:
            self.end("limit")
        elif self.left <= 0:
            self.end("nothing" if self.onset is None else "silence")
        return self.state

    def end(self, why: Ending) -> None:
        """End the reply now."""
        self.state = "done"
        self.ended_by = self.ended_by or why
