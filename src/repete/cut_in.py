"""Cutting in: what the partner does when the user's voice is heard while he speaks.

Within a fifth of a second nobody can tell a "mm-hm" from the first word of a sentence. So he falls
silent at any voice, as a polite speaker would; when it was only a "mm-hm" he takes up his phrase
again from its start, so that nothing of it is lost. The price is a short break at every "mm-hm".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from repete.analysis.backchannels import is_backchannel
from repete.model import Language, Span

VOICE = 0.35
"""Probability of speech from which a block counts as voice here: half as many cut-ins are late as
at `voice_activity.THRESHOLD`, and `echo.Canceller.is_echo` keeps the partner's own voice out. It is
to be asked of a `voice_activity.Alert`."""

Decision = Literal["none", "stop", "resume", "yield"]
State = Literal["listening", "stopped", "yielded"]


@dataclass(frozen=True)
class Manners:
    """How easily a partner lets himself be interrupted, in seconds.

    `notice`: voice that makes him stop: two blocks of voice activity, where a click makes one.
    `nod`: the longest voice that may be a backchannel when its words are not known; `nods`: when
    they are ("oui, oui, d'accord"). `silence`: what must follow one before he goes on; `patience`:
    how long he waits for its words when they are still being read.
    """

    notice: float = 0.06
    nod: float = 0.8
    nods: float = 2.0
    silence: float = 0.45
    patience: float = 1.2


class CutIn:
    """Follows the user's voice while a line is spoken; feed it every block, in order.

    `state` is `listening` while the partner speaks, `stopped` while it is open who goes on,
    `yielded` once the turn is the user's: that is final until `listen`. `onset` is when the voice
    that stopped him began, in seconds since `listen`.
    """

    def __init__(self, language: Language, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self._language = language
        self.listen()

    def listen(self) -> None:
        """A line starts."""
        self.state: State = "listening"
        self.onset: float | None = None
        self._seconds = 0.0
        self._voice = 0.0
        self._silence = 0.0

    def process(self, seconds: float, is_speech: bool, words: str | None = "") -> Decision:
        """Take the next block, `seconds` long, and say what the partner does now.

        `words` are what was read of this voice so far; None while it is still being read, empty
        when nobody reads.
        """
        self._seconds += seconds
        if self.state == "listening":
            return self._listening(seconds, is_speech)
        if self.state == "stopped":
            return self._stopped(seconds, is_speech, words)
        return "none"

    def _listening(self, seconds: float, is_speech: bool) -> Decision:
        self._voice = max(0.0, self._voice + (seconds if is_speech else -seconds))
        if self._voice < self.manners.notice:
            return "none"
        self.state = "stopped"
        self.onset = self._seconds - self._voice
        self._silence = 0.0
        return "stop"

    def _stopped(self, seconds: float, is_speech: bool, words: str | None) -> Decision:
        self._silence = 0.0 if is_speech else self._silence + seconds
        lasted = self._seconds - (self.onset or 0.0) - self._silence
        is_nod = bool(words) and is_backchannel(words or "", self._language)
        if (words and not is_nod) or lasted > (self.manners.nods if is_nod else self.manners.nod):
            self.state = "yielded"
            return "yield"
        if self._silence < (self.manners.patience if words is None else self.manners.silence):
            return "none"
        self.state = "listening"
        self._voice = 0.0
        return "resume"


RECENT = 0.3
"""Seconds into a phrase under which its start says too little: the one before is taken up."""

FAR = 5.0
"""Seconds that nobody repeats, however long the phrase was."""


def take_up(speech: Sequence[Span], position: float) -> float:
    """Where a line that was stopped at `position` is taken up: where its phrase began.

    `speech` are the stretches of voice in the line, as `voice_activity.speech_in` finds them.
    """
    begun = [span.start for span in speech[1:] if span.start <= position - RECENT]
    return max(begun[-1] if begun else 0.0, position - FAR)
