"""Truth: sentences spoken by espeak-ng, whose library tells when each word starts and ends.

Pauses, fillers and repetitions are put at known places; noise is added at a known level.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from repete.analysis.edges import MIN_SILENCE
from repete.clips import resample
from repete.model import SAMPLE_RATE, Language, Samples, Span, joined

FILLERS: dict[Language, frozenset[str]] = {
    "en": frozenset({"um", "uh", "er"}),
    "fr": frozenset({"euh", "heu"}),
}

_MARGIN = 0.5
_SSML, _UTF8, _PHONEMES, _RETRIEVE = 0x10, 1, 1, 1
_WORD, _PHONEME = 1, 7


@dataclass(frozen=True)
class Said:
    """A word and when it was said."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Utterance:
    """Sound with its truth; `count` are the words that were meant, fillers left out, and `speech`
    the stretches in which somebody speaks."""

    name: str
    language: Language
    samples: Samples
    words: tuple[Said, ...]
    pauses: tuple[Span, ...] = ()
    fillers: tuple[Said, ...] = field(default=())
    syllables: int = 0
    count: int = 0
    speech: tuple[Span, ...] = ()


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    )


Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@cache
def _library() -> tuple[Any, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    return library, int(library.espeak_Initialize(1, 0, data, _PHONEMES))


def speak(ssml: str, voice: str, language: Language, name: str = "") -> Utterance:
    """Speak SSML; half a second of silence is put at both ends.

    A `<break>` becomes a true pause, and each of the language's filled pauses a true filler.
    """
    library, rate = _library()
    pcm: list[Any] = []
    events: list[tuple[int, int, int, int, str]] = []

    def collect(wave: Any, count: int, found: Any) -> int:
        if count > 0:
            pcm.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while found[index].type:
            event = found[index]
            text = event.id.string.decode(errors="replace") if event.type == _PHONEME else ""
            events.append(
                (event.type, event.text_position, event.length, event.audio_position, text)
            )
            index += 1
        return 0

    callback = Callback(collect)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()):
        raise ValueError(f"espeak-ng has no voice {voice}")
    data = ssml.encode()
    library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8 | _SSML | 0x1000, None, None)
    library.espeak_Synchronize()
    sound = np.concatenate(pcm).astype(np.float32) / np.float32(32768)
    edge = np.zeros(round(_MARGIN * SAMPLE_RATE), np.float32)
    samples = np.concatenate([edge, resample(sound, rate), edge])
    words = tuple(_words(ssml, events))
    gaps = (Span(a.end, b.start) for a, b in pairwise(words))
    fillers = tuple(word for word in words if _plain(word.text) in FILLERS[language])
    pauses = tuple(gap for gap in gaps if gap.seconds >= 0.25)
    vowels = sum(kind == _PHONEME and _is_vowel(text) for kind, *_, text in events)
    return Utterance(
        name or voice,
        language,
        samples,
        words,
        pauses,
        fillers,
        vowels - len(fillers),
        speech=stretches(words),
    )


def stretches(words: Sequence[Said]) -> tuple[Span, ...]:
    """The words as stretches of speech, without the silences between them."""
    return joined((Span(word.start, word.end) for word in words), MIN_SILENCE)


def _is_vowel(phoneme: str) -> bool:
    """Whether one of espeak-ng's phoneme names is a vowel, the core of a syllable."""
    return phoneme.lstrip("',%=|;_")[:1] in set("aAeEiIoOuUyYVWQ@03&")


def _words(ssml: str, events: Sequence[tuple[int, int, int, int, str]]) -> list[Said]:
    found: list[Said] = []
    word: tuple[int, int] | None = None
    start: float | None = None
    for kind, position, length, milliseconds, text in events:
        at = milliseconds / 1000 + _MARGIN
        if kind in {_WORD, 5, 6} or (kind == _PHONEME and text.startswith("_")):
            if word and start is not None and at > start:
                found.append(Said(ssml[word[0] : word[0] + word[1]], start, at))
                word, start = None, None
            if kind == _WORD:
                word, start = (position - 1, length), None
        elif kind == _PHONEME and word and start is None:
            start = at
    return found


def _plain(word: str) -> str:
    return word.casefold().strip(".,;:!? ")


def noisy(utterance: Utterance, noise: Samples, snr: float) -> Utterance:
    """The utterance with noise, `snr` decibels under its speech."""
    heard = np.concatenate(
        [
            utterance.samples[round(w.start * SAMPLE_RATE) : round(w.end * SAMPLE_RATE)]
            for w in utterance.words
        ]
    )
    times = -(-len(utterance.samples) // len(noise))
    bed = np.tile(noise, times)[: len(utterance.samples)]
    gain = np.sqrt(np.mean(heard**2) / max(float(np.mean(bed**2)), 1e-12) / 10 ** (snr / 10))
    mixed = utterance.samples + np.float32(gain) * bed
    mixed /= max(1.0, float(np.abs(mixed).max()))
    return replace(utterance, samples=mixed)
