"""Hearing: each case is read once in each noise; every row of the table looks at the same."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec
from cases import mixed
from truth import Utterance

from repete.analysis import delivery
from repete.model import Clip, Delivery, Language, Samples, Span, Transcript
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from repete.voice_activity import speech_in


@dataclass(frozen=True)
class Reading:
    """What the recognizer made of a sound, where speech lies in it, and the processor's seconds
    that it took."""

    speech: tuple[Span, ...]
    transcript: Transcript
    cost: float


@dataclass(frozen=True, eq=False)
class Heard:
    """A case as it was heard: with its noise (`snr` in dB, None is clean), what was read and
    measured in it, and the processor's seconds that the analysis took."""

    case: Utterance
    snr: float | None
    reading: Reading
    delivery: Delivery | None
    cost: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return Clip(self.case.samples).seconds


@dataclass
class Ears:
    """Reads sounds, each once. With a `folder` the readings outlive the program: what is under
    `repete.analysis` can then be measured anew in seconds."""

    noise: Samples
    folder: Path | None = None
    _known: dict[str, Reading] = field(default_factory=dict)

    def hear(self, case: Utterance, snr: float | None) -> Heard:
        """The case in that noise."""
        heard = mixed(case, self.noise, snr)
        reading = self.read(heard.samples, case.language)
        began = time.process_time()
        found = delivery.measure(
            reading.transcript, reading.speech, case.language, Clip(heard.samples)
        )
        return Heard(heard, snr, reading, found, time.process_time() - began)

    def read(self, samples: Samples, language: Language, *, is_verbatim: bool = True) -> Reading:
        """What is said in a sound; with or without the second reading, which hears fillers."""
        digest = hashlib.sha256(samples.tobytes()).hexdigest()[:24]
        key = f"{digest}-{language}-{'verbatim' if is_verbatim else 'plain'}"
        if key not in self._known:
            self._known[key] = self._kept(key) or self._read(key, samples, language, is_verbatim)
        return self._known[key]

    def _kept(self, key: str) -> Reading | None:
        path = self.folder / f"{key}.json" if self.folder else None
        if path is None or not path.exists():
            return None
        return msgspec.json.decode(path.read_bytes(), type=Reading)

    def _read(self, key: str, samples: Samples, language: Language, is_verbatim: bool) -> Reading:
        clip = Clip(samples)
        recognizer = self._verbatim if is_verbatim else self._plain
        began = time.process_time()
        speech = speech_in(clip)
        found = recognizer.hear(clip, language, speech)
        made = Reading(found.speech, found.transcript, time.process_time() - began)
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{key}.json").write_bytes(msgspec.json.encode(made))
        return made

    @cached_property
    def _verbatim(self) -> Recognizer:
        return Recognizer(weights.find())

    @cached_property
    def _plain(self) -> Recognizer:
        return Recognizer(weights.find(), is_verbatim=False)
