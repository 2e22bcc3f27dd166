"""Voices: text becomes a clip. An engine is one file here; `system` is the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from repete.model import Clip, Language

Role = Literal["coach", "partner"]
"""Who speaks: the coach tells the situation and the feedback, the partner is the other person."""


@dataclass(frozen=True)
class Installed:
    """A voice of this machine, as its engine names it."""

    id: str
    name: str
    languages: tuple[str, ...]


class Voice(Protocol):
    """Anything that can speak."""

    def say(self, text: str, language: Language, role: Role = "coach") -> Clip:
        """The text as sound.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
