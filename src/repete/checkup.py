"""The check-up: whether everything that a rehearsal needs works, each with its cure."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from repete import delay, sound
from repete.analysis import condition
from repete.errors import RepeteError, SoundError, StoreError
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Language, Samples
from repete.places import user_folder

NEEDED_SPACE = 300_000_000
"""Bytes of free disk that the model and some sessions take."""

QUIET = 0.6
"""Seconds for which the room is heard before a sweep, and after it for what comes back."""

LISTENING = 1.0
"""Seconds for which the microphone is listened to."""


@dataclass(frozen=True)
class Finding:
    """One part that was checked: what was found, or what is wrong and its cure."""

    part: str
    is_well: bool
    text: str


def examine(
    source: str | None = None, model: str = "base", output: str | None = None
) -> Iterator[Finding]:
    """Check one part after another."""
    yield _finding("microphone", lambda: microphone(source))
    yield _finding("speaker", lambda: speaker(output))
    yield _finding("echo", lambda: desk(source, output))
    for language in LANGUAGES:
        yield _finding(f"voice {language}", partial(voice, language))
    yield _finding("model", lambda: recognizer(model))
    yield _finding("disk", disk)


def microphone(source: str | None = None) -> str:
    """The level that the microphone hears.

    Raises:
        SoundError: there is none, or it gives pure silence.
    """
    with sound.microphone(source) as opened:
        level = condition.level(_record(opened, round(LISTENING * SAMPLE_RATE)))
    if level < condition.DEAD:
        raise SoundError(
            "It gives pure silence: it is muted or unplugged. Turn it on, or choose another one "
            "with --input (`repete devices`)."
        )
    return f"hears the room at {level:.0f} dBFS"


def speaker(output: str | None = None) -> str:
    """That the loudspeaker plays.

    Raises:
        SoundError: there is none, or it is busy.
    """
    sound.play(Clip(np.zeros(SAMPLE_RATE // 10, np.float32)), output)
    return "plays"


def desk(source: str | None = None, output: str | None = None) -> str:
    """Whether the microphone hears the loudspeaker, which plays a short sweep.

    Raises:
        SoundError: one of them is missing or busy.
    """
    said = delay.sweep()
    quiet = round(QUIET * SAMPLE_RATE)
    with sound.loudspeaker(output) as loudspeaker, sound.microphone(source) as mic:
        before = _record(mic, quiet)
        loudspeaker.say(Clip(said))
        during = _record(mic, len(said) + quiet)
    found = delay.find(during, said, before)
    if found is None:
        return "none: the microphone does not hear the loudspeaker"
    return (
        f"the microphone hears the loudspeaker at {found.decibels:.0f} dB, "
        f"{found.delay * 1000:.0f} ms late: it is taken out while you rehearse, "
        "but headphones are surer"
    )


def _record(mic: sound.Microphone, count: int) -> Samples:
    heard = [mic.drain()[:0]]
    for block in mic:
        heard.append(block)
        if sum(map(len, heard)) >= count:
            break
    return np.concatenate(heard)


def voice(language: Language) -> str:
    """The voice of a language, once it has spoken.

    Raises:
        VoiceError: there is none, or it fails.
    """
    from repete.voices.system import system_voice

    chosen = system_voice()
    said = chosen.say({"en": "Hello!", "fr": "Bonjour !"}[language], language)
    return f"{chosen.choose(language)} speaks ({said.seconds:.1f} s for a greeting)"


def recognizer(model: str) -> str:
    """Where the model lies, once it has loaded.

    Raises:
        RecognizerError: it is not here, or does not load.
    """
    from repete.transcribe import weights
    from repete.transcribe.recognizer import Recognizer

    folder = weights.find(model)
    Recognizer(folder)
    return f"{model} loads from {folder}"


def disk() -> str:
    """How much space is free where sessions are kept.

    Raises:
        StoreError: there is too little.
    """
    folder = _existing(user_folder())
    free = shutil.disk_usage(folder).free
    if free < NEEDED_SPACE:
        raise StoreError(
            f"Only {free / 1e6:.0f} MB are free in {folder}: free some, or move the data with "
            "REPETE_HOME."
        )
    return f"{free / 1e9:.0f} GB free in {folder}"


def _finding(part: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, check())
    except RepeteError as error:
        return Finding(part, False, str(error))


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
