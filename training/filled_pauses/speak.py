"""Let every voice speak its replies and its filled pauses into a folder: python speak.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from replies import alike, replies, slow
from voices import HUM_SPEEDS, SOUNDS, VOICES, Voice, hum, reply

from repete.model import LANGUAGES


def speak(voice: Voice, folder: Path) -> None:
    """Fill the voice's part of the folder; what is there already stays."""
    for language in LANGUAGES:
        for sound in SOUNDS[language]:
            for speed in HUM_SPEEDS[:1] if voice.engine == "kokoro" else HUM_SPEEDS:
                hum(voice, sound, language, speed, folder)
    for language in voice.speeds:
        plain = replies(language, voice.words)[: voice.replies]
        drawn = slow(language, voice.extra, voice.words)
        for said in (*alike(language, voice.extra), *drawn, *plain):
            reply(voice, said, folder)


if __name__ == "__main__":
    for one in VOICES:
        if len(sys.argv) < 3 or one.engine in sys.argv[2:]:
            speak(one, Path(sys.argv[1]))
            print(one.name, flush=True)
