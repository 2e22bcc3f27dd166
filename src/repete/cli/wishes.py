"""Wishes: what the user wants between two takes, by key or by voice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.text import Text

from repete.cli.keyboard import Keyboard
from repete.commands import EXPECTED, SHORT, Command, likeliest, understood
from repete.model import SAMPLE_RATE, Language, Samples, text_of
from repete.phrases import phrase
from repete.transcribe.live import Live
from repete.voice_activity import RELEASE, THRESHOLD, VoiceActivity

RECENT = 125
"""Blocks (4 s) in which an utterance between two takes lies."""

EDGE = 0.2
"""Seconds of sound before its first word."""

KEYS: dict[str, Command] = {
    "": "again", "a": "again", "e": "again",
    "n": "next", "s": "next",
    "p": "replay", "r": "replay",
    "m": "menu",
    "q": "stop",
}  # fmt: skip
"""What one letter and Enter stand for, in English and in French."""


Fits = Callable[[Samples, Sequence[str]], Sequence[float]]
"""Tells how well each text fits an utterance."""


@dataclass
class Wishes:
    """Asks for the next wish until there is one; `fits` judges what could not be read as one."""

    out: Console
    keys: Keyboard
    language: Language
    fits: Fits

    def typed(self) -> Command:
        """The wish that is typed."""
        while True:
            self._ask()
            found = self._named(self.keys.line())
            if found:
                return found

    def heard(self, blocks: Iterable[Samples], hearing: Live) -> Command:
        """The wish that is typed or said, whichever comes first."""
        self._ask()
        activity, is_speech, read = VoiceActivity(), False, 0
        recent: deque[Samples] = deque(maxlen=RECENT)
        for block in blocks:
            recent.append(block)
            if self.keys.has_line:
                found = self._named(self.keys.line())
                if found:
                    return found
                self._ask()
            probability = float(activity.process(block)[-1])
            is_speech = probability >= (RELEASE if is_speech else THRESHOLD)
            hearing.process(block, is_speech)
            if hearing.is_settled and len(hearing.words) > read:
                said = text_of(hearing.words[read:])
                since = hearing.seconds - hearing.words[read].start + EDGE
                read = len(hearing.words)
                command = self.understand(said, _last(recent, since))
                if command:
                    return command
        return "stop"

    def understand(self, said: str, sound: Samples | None = None) -> Command | None:
        """The command in what was said, or in its sound; what was understood is shown."""
        command = understood(said, self.language)
        if command is None and sound is not None and len(sound) < SHORT * SAMPLE_RATE:
            command = likeliest(self.fits(sound, list(EXPECTED[self.language])), self.language)
        key = f"wish_{command}" if command else "wish_none"
        self._say(phrase(self.language, "screen", key, said=said), "cyan" if command else "dim")
        return command

    def _named(self, line: str | None) -> Command | None:
        if line is None:
            return "stop"
        return KEYS.get(line.lower()) or understood(line, self.language)

    def _ask(self) -> None:
        self.out.print(Text(phrase(self.language, "screen", "ask"), "bold"), end=" ")

    def _say(self, text: str, style: str) -> None:
        self.out.print(Text(f"\n{text}", style))


def _last(blocks: Sequence[Samples], seconds: float) -> Samples:
    """The last so many seconds of the blocks."""
    return np.concatenate(blocks)[-round(seconds * SAMPLE_RATE) :]
