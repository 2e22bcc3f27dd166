"""Voices: replies spoken by espeak-ng, with the time of every sound."""

from __future__ import annotations

import ctypes
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from ipa import sounds_in

from repete.clips import resample
from repete.model import Language, Samples

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from truth import Callback

VOICES: dict[Language, tuple[str, ...]] = {
    "en": ("en-us", "en-us", "en", "en-gb-x-rp", "en-gb-scotland"),
    "fr": ("fr", "fr", "fr-be", "fr-ch"),
}

VARIANTS = (
    *("", "", "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"),
    *("klatt", "klatt2", "klatt3", "klatt4", "croak", "steph", "michael", "linda", "adam"),
    *("anika", "max", "edward", "quincy", "rob", "Andy", "Annie", "belinda", "caleb", "grandma"),
)

WORD, END, PHONEME = 1, 6, 7
"""Kinds of espeak-ng's events."""

CLOSURE = 0.08
"""Seconds before a stop's burst in which nothing sounds: they are the stop's."""

AFTER_SILENCE = 0.02
"""Seconds of that which are heard as speech after a silence."""

_RATE, _PITCH, _RANGE, _GAP = 1, 3, 4, 7


@dataclass(frozen=True)
class Sound:
    """One of `SOUNDS`, by its index, and when it sounds."""

    index: int
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Speech:
    """A reply as it was spoken."""

    samples: Samples
    sounds: tuple[Sound, ...]


def spoken(text: str, language: Language, chance: Random) -> Speech:
    """A reply in any of the language's voices, at any usual pace and pitch."""
    library, rate = _library()
    pcm: list[Any] = []
    events: list[tuple[int, float, str]] = []

    def collect(wave: Any, count: int, found: Any) -> int:
        if count > 0:
            pcm.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while found[index].type:
            event = found[index]
            name = event.id.string.decode(errors="replace") if event.type == PHONEME else ""
            events.append((event.type, event.audio_position / 1000, name))
            index += 1
        return 0

    variant = chance.choice(VARIANTS)
    voice = chance.choice(VOICES[language]) + (f"+{variant}" if variant else "")
    callback = Callback(collect)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()):
        raise ValueError(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(_RATE, chance.randint(120, 210), 0)
    library.espeak_SetParameter(_PITCH, chance.randint(25, 80), 0)
    library.espeak_SetParameter(_RANGE, chance.randint(20, 90), 0)
    library.espeak_SetParameter(_GAP, chance.choice((0, 0, 0, 1, 2)), 0)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 1, 0, 0x1001, None, None)
    library.espeak_Synchronize()
    samples = resample(np.concatenate(pcm).astype(np.float32) / np.float32(32768), rate)
    return Speech(samples, tuple(_sounds(events, len(samples) / 16_000)))


def _sounds(events: list[tuple[int, float, str]], seconds: float) -> list[Sound]:
    """The sounds of espeak-ng's events, which tell when each starts; those of two are halved."""
    marks = [event for event in events if event[0] in {WORD, PHONEME}]
    found: list[Sound] = []
    is_silent = True
    for at, (kind, start, name) in enumerate(marks):
        indices = sounds_in(name)
        if kind == PHONEME and indices:
            end = marks[at + 1][1] if at + 1 < len(marks) else seconds
            before = marks[at - 1] if at else marks[at]
            first = start
            if before[0] == WORD and start - before[1] < CLOSURE:
                first = max(before[1], start - AFTER_SILENCE) if is_silent else before[1]
            step = (end - first) / len(indices)
            found += [
                Sound(index, first + place * step, first + (place + 1) * step)
                for place, index in enumerate(indices)
            ]
        if kind == PHONEME:
            is_silent = not indices
    return found


def pronounced(word: str, language: Language) -> list[int]:
    """The indices in `SOUNDS` of what espeak-ng makes of a word."""
    library, _ = _library()
    library.espeak_SetVoiceByName(VOICES[language][0].encode())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    text = ctypes.c_char_p(word.encode())
    place = ctypes.cast(ctypes.pointer(text), ctypes.POINTER(ctypes.c_void_p))
    heard = ""
    while place[0]:
        heard += (library.espeak_TextToPhonemes(place, 1, 2) or b"").decode() + " "
    return sounds_in(re.sub(r"\([a-z-]+\)", "", heard))


@cache
def _library() -> tuple[Any, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    return library, int(library.espeak_Initialize(1, 0, data, 3))
