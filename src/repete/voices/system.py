"""The computer's own voices, through pyttsx3 in a child process with a time limit.

Clips are kept in the cache: a prompt is synthesized once.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from repete import clips
from repete.errors import ClipError, VoiceError
from repete.model import Clip, Language
from repete.places import cache_folder
from repete.voices import Installed, Role

RATE = {"en": 165, "fr": 170}
"""Words a minute asked of the engine: an unhurried speaker in each language."""

_PREFERRED: dict[tuple[Language, Role], tuple[str, ...]] = {
    ("en", "coach"): ("samantha", "zira", "gmw/en-gb-x-rp", "gmw/en-us"),
    ("en", "woman"): ("kate", "serena", "karen", "moira", "hazel", "susan", "gmw/en-us"),
    ("en", "man"): ("daniel", "oliver", "alex", "george", "david", "gmw/en-us", "gmw/en"),
    ("fr", "coach"): ("amelie", "hortense", "roa/fr"),
    ("fr", "woman"): ("audrey", "aurelie", "marie", "julie", "roa/fr"),
    ("fr", "man"): ("thomas", "jacques", "nicolas", "paul", "claude", "roa/fr"),
}
"""Voices to look for first, by a piece of their id: those of macOS, Windows, espeak-ng. Then any
voice of that gender, then any of the language."""

_GENDERS: dict[Role, str] = {"woman": "female", "man": "male"}

_VARIANTS: dict[Role, str] = {"woman": "+f3", "man": "+m3"}
"""What makes espeak-ng's one voice of a language another person's."""

_ESPEAK = re.compile(r"[a-z]{2,3}/[a-z0-9-]+")
"""How the ids of espeak-ng's voices look: "roa/fr", "gmw/en-us"."""

_CHILD = Path(__file__).with_name("child.py")
"""Run by its path, so that the child imports nothing of Repete and starts in 0.1 s."""

_LIMIT = 30.0
"""Seconds after which the engine counts as stuck."""


@dataclass(frozen=True)
class SystemVoice:
    """Speaks with the computer's own voices."""

    cache: Path

    @cached_property
    def installed(self) -> tuple[Installed, ...]:
        """The voices of this machine.

        Raises:
            VoiceError: the engine does not start.
        """
        kept = self.cache / "voices.json"
        try:
            return msgspec.json.decode(kept.read_bytes(), type=tuple[Installed, ...])
        except (OSError, msgspec.DecodeError):
            found = list_voices()
            _keep(kept, msgspec.json.encode(found))
            return found

    def say(self, text: str, language: Language, role: Role = "coach") -> Clip:
        """The text as sound, from the cache when it was spoken before.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
        path = self._kept(text, language, role)
        if path.exists():
            try:
                return clips.read(path)
            except ClipError:
                path.unlink(missing_ok=True)
        clip = _spoken(text, self.choose(language, role), RATE[language])
        clips.write(clip, path)
        return clip

    def path_of(self, text: str, language: Language, role: Role = "coach") -> Path:
        """A FLAC file in which the text is said.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
        path = self._kept(text, language, role)
        if not path.exists():
            self.say(text, language, role)
        return path

    def _kept(self, text: str, language: Language, role: Role) -> Path:
        """Where the text is kept once it was said."""
        voice = self.choose(language, role)
        key = hashlib.sha256(f"{voice}\n{RATE[language]}\n{text}".encode()).hexdigest()[:24]
        return self.cache / f"{key}.flac"

    def choose(self, language: Language, role: Role = "coach") -> str:
        """The id of the voice that speaks this language in this role.

        Raises:
            VoiceError: there is none.
        """
        able = [voice for voice in self.installed if _speaks(voice, language)]
        if not able:
            name = {"en": "English", "fr": "French"}[language]
            raise VoiceError(
                f"No voice of this computer speaks {name}: add one in the system's speech "
                "settings, or use `--output none` to read instead of listening."
            )
        person: Role = "man" if role == "partner" else role
        if person == "coach":
            return _chosen(able, language, person)
        coach = _chosen(able, language, "coach")
        others = [voice for voice in able if voice.id != coach or _ESPEAK.fullmatch(coach)]
        found = _chosen(others or able, language, person)
        return found + _VARIANTS[person] if _ESPEAK.fullmatch(found) else found


def _chosen(able: Sequence[Installed], language: Language, role: Role) -> str:
    """The id of the voice that fits the role best; `able` speak the language."""
    for piece in _PREFERRED[language, role]:
        named = [voice.id for voice in able if piece in voice.id.lower()]
        if named:
            return min(named, key=len)
    fitting = [voice.id for voice in able if voice.gender == _GENDERS.get(role)]
    return (fitting or [voice.id for voice in able])[0]


def system_voice() -> SystemVoice:
    """The computer's voices, with the cache in its usual place."""
    return SystemVoice(cache_folder() / "voice")


def list_voices() -> tuple[Installed, ...]:
    """Ask the engine which voices there are.

    Raises:
        VoiceError: the engine does not start.
    """
    return msgspec.convert(_ask({}), tuple[Installed, ...])


def _spoken(text: str, voice: str, rate: int) -> Clip:
    with tempfile.TemporaryDirectory(prefix="repete-") as folder:
        sound = Path(folder) / "speech.wav"
        _ask({"text": text, "sound": str(sound), "voice": voice, "rate": rate})
        try:
            return clips.read(sound)
        except ClipError as error:
            raise VoiceError(
                f"The voice {voice} made no sound: `repete voices` lists the others."
            ) from error


def _ask(request: dict[str, Any]) -> Any:
    """Run the child process once and return its answer."""
    with tempfile.TemporaryDirectory(prefix="repete-") as folder:
        answer = Path(folder) / "answer.json"
        try:
            ended = subprocess.run(
                [sys.executable, "-P", str(_CHILD)],
                input=json.dumps({**request, "answer": str(answer)}),
                capture_output=True,
                text=True,
                timeout=_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise VoiceError(
                f"The speech engine gave no answer in {_LIMIT:.0f} seconds: try again, "
                "or use `--output none` to read instead of listening."
            ) from error
        if ended.returncode or not answer.exists():
            last = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise VoiceError(
                f"The speech engine failed ({last}): `repete doctor` tells what is missing."
            )
        return json.loads(answer.read_text(encoding="utf-8"))


def _speaks(voice: Installed, language: Language) -> bool:
    """Whether the voice is of this language; macOS and Windows may tell it only in the id."""
    if voice.languages:
        return any(listed.split("-")[0] == language for listed in voice.languages)
    hints = {"en": ("en-us", "en-gb", "english"), "fr": ("fr-fr", "fr-ca", "french")}[language]
    known = f"{voice.id} {voice.name}".lower().replace("_", "-")
    return any(hint in known for hint in hints)


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
