"""Voices: text becomes a clip. An engine is one file here; `system` is the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from repete.model import Clip, Language

Role = Literal["coach", "partner", "woman", "man"]
"""Who speaks: the coach tells the situation and the feedback; a woman or a man is a character of
the play, and never has the coach's voice where the computer has another. A partner of whom no more
is known speaks as a man."""


@dataclass(frozen=True)
class Installed:
    """A voice of this machine, as its engine names it; `gender` is empty where none is told."""

    id: str
    name: str
    languages: tuple[str, ...]
    gender: str = ""


class Voice(Protocol):
    """Anything that can speak."""

    def say(self, text: str, language: Language, role: Role = "coach") -> Clip:
        """The text as sound.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
