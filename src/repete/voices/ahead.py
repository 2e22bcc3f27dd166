"""Speaking ahead: texts become sound in the background, before they are needed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from repete.model import Clip, Language
from repete.voices import Role, Voice

_AT_ONCE = 2
"""Texts rendered side by side: the engine is a process of its own for each."""


@dataclass(frozen=True)
class Ahead:
    """A voice in one language that renders each text once, in the background."""

    voice: Voice
    language: Language
    _made: dict[tuple[str, Role], Future[Clip]] = field(default_factory=dict)
    _workers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, "voice")
    )

    def prepare(self, text: str, role: Role = "coach") -> Future[Clip]:
        """Have the text rendered; at once when it was before."""
        key = (text, role)
        if key not in self._made:
            self._made[key] = self._workers.submit(self.voice.say, text, self.language, role)
        return self._made[key]

    def is_ready(self, text: str, role: Role = "coach") -> bool:
        """Whether the text can be heard without waiting."""
        made = self._made.get((text, role))
        return made is not None and made.done() and made.exception() is None

    def clip(self, text: str, role: Role = "coach") -> Clip:
        """The text as sound, waiting for it where it is not ready.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
        return self.prepare(text, role).result()

    def close(self) -> None:
        """Render nothing more."""
        self._workers.shutdown(wait=False, cancel_futures=True)
