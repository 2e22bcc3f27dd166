"""Let every voice speak its replies and its filled pauses: python speak.py FOLDER [ENGINE...].

With `ordinary` instead of engines, the native voices of the test say ordinary replies.
"""

from __future__ import annotations

import sys
from pathlib import Path

from replies import alike, replies, slow
from voices import HUM_SPEEDS, ORDINARY, SOUNDS, VOICES, Voice, hum, reply

from repete.model import LANGUAGES


def speak(voice: Voice, folder: Path) -> None:
    """Fill the voice's part of the folder; what is there already stays."""
    for language in LANGUAGES:
        for sound in SOUNDS[language]:
            for speed in HUM_SPEEDS[:1] if voice.engine == "kokoro" else HUM_SPEEDS:
                hum(voice, sound, language, speed, folder)
    for language in voice.speeds:
        plain = replies(language, voice.words)[voice.first : voice.first + voice.replies]
        drawn = slow(language, voice.extra, voice.words)
        for said in (*alike(language, voice.extra), *drawn, *plain):
            reply(voice, said, folder)


if __name__ == "__main__":
    asked = sys.argv[2:]
    for one in ORDINARY if asked == ["ordinary"] else VOICES:
        if not asked or asked == ["ordinary"] or one.engine in asked:
            speak(one, Path(sys.argv[1]))
            print(one.name, flush=True)
