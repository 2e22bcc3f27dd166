"""Takes through the recognizer's encoder: python encode.py VOICES TAKES SPLIT COUNT."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from mix import Cast, casts, take
from voices import ORDINARY, VOICES

from repete.model import LANGUAGES, SAMPLE_RATE, Samples
from repete.transcribe import weights
from repete.transcribe.decoder import spectrum, window_of

SEEDS = {"train": 1000, "dev": 500_000, "ordinary": 700_000, "test": 900_000}


class Encoder:
    """The encoder of Whisper base."""

    def __init__(self) -> None:
        self._model = WhisperModel(str(weights.find()), "cpu", compute_type="int8", cpu_threads=1)

    def states(self, samples: Samples, window: float = 30.0) -> np.ndarray:
        """Its output for sound that fits a window of so many seconds: 50 rows of 512 a second."""
        features = spectrum(self._model.feature_extractor, samples, window)
        found = np.array(self._model.encode(features)).reshape(-1, 512)
        return found[: -(-len(samples) // 320)].astype(np.float16)


def in_turn(speakers: Sequence[Cast]) -> list[Cast]:
    """One voice of each language after the other, the few of a language as often as the many."""
    english, french = ([one for one in speakers if one.voice.startswith(x)] for x in LANGUAGES)
    rounds = range(len(english) * len(french))
    return [one for at in rounds for one in (english[at % len(english)], french[at % len(french)])]


def main() -> None:
    """Make the takes of a split and keep their sound, states and truth."""
    voices, folder, split, count = (
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        sys.argv[3],
        int(sys.argv[4]),
    )
    folder.mkdir(parents=True, exist_ok=True)
    given = (*VOICES, *ORDINARY)
    speakers = casts(voices, [voice.name for voice in given if voice.split == split])
    if split == "ordinary":
        speakers = in_turn(speakers)
    encoder = Encoder()
    first = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    for number in range(first, first + count):
        path = folder / f"{split}-{number:04}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng(SEEDS[split] + number)
        made = take(speakers[number % len(speakers)], rng, is_ordinary=split == "ordinary")
        spans = np.array([(s.start, s.end) for s in made.fillers]).reshape(-1, 2)
        window = 30.0 if rng.random() < 0.15 else window_of(len(made.samples) / SAMPLE_RATE)
        kept = {
            "samples": np.round(made.samples * 32767).astype(np.int16),
            "states": encoder.states(made.samples, window),
            "fillers": spans,
            "voice": np.array(made.voice),
        }
        np.savez(path, **kept)


if __name__ == "__main__":
    main()
