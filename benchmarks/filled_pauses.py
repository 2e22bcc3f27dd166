"""How many filled pauses are found: by the transcript, by the sound, by both.

    python benchmarks/filled_pauses.py /path/to/speech [/path/to/takes]

The first folder holds real recordings with `MANIFEST.tsv`, labelled in `labels.toml`. The second
holds the test takes of `training/filled_pauses/encode.py`: replies in voices that the probe never
heard, with filled pauses cut in. By the sound: what the probe hears where there is speech, a weaker
likelihood being enough between the words; by both: without what is a word's own vowel.
"""

from __future__ import annotations

import argparse
import csv
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from repete import clips
from repete.analysis.delivery import fillers
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Filler, Language, Samples, Span
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from repete.voice_activity import speech_in

CONDITIONS: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)
"""Decibels of signal to noise; None is clean."""

NEAR = 0.25
"""Seconds within which a filled pause is the labelled one."""

WAYS = ("transcript", "sound", "both")


@dataclass(frozen=True, eq=False)
class Case:
    """A recording and the filled pauses in it."""

    kind: str
    language: Language
    samples: Samples
    fillers: tuple[Span, ...]


@dataclass(frozen=True)
class Count:
    """Filled pauses found, missed and invented, and takes without any where none was found."""

    hits: int = 0
    missed: int = 0
    extra: int = 0
    plain: int = 0
    clean: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(*(a + b for a, b in zip(self.row, other.row, strict=True)))

    @property
    def row(self) -> tuple[int, int, int, int, int]:
        """Its numbers in order."""
        return self.hits, self.missed, self.extra, self.plain, self.clean

    def __str__(self) -> str:
        """Recall, precision, and the share of plain takes that stay plain."""
        known, told = self.hits + self.missed, self.hits + self.extra
        parts = ((self.hits, known), (self.hits, told), (self.clean, self.plain))
        return ", ".join(f"{a / b:.2f} ({a}/{b})" if b else "-" for a, b in parts)


def real(folder: Path) -> Iterator[Case]:
    """Every labelled recording; one that is not skipped and has no label has no filled pause."""
    labels = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        if row["lang"] in LANGUAGES and row["file"] not in labels["skip"]:
            spans = tuple(Span(start, end) for start, end in labels["fillers"].get(row["file"], []))
            yield Case("real", row["lang"], clips.read(folder / row["file"]).samples, spans)


def cut_in(folder: Path) -> Iterator[Case]:
    """The takes with filled pauses cut in, in voices kept for the test: hard or ordinary ones."""
    for path in sorted([*folder.glob("test-*.npz"), *folder.glob("ordinary-*.npz")]):
        with np.load(path) as data:
            spans = tuple(Span(float(start), float(end)) for start, end in data["fillers"])
            language: Language = "fr" if str(data["voice"]).startswith("fr") else "en"
            samples = data["samples"].astype(np.float32) / 32768
        kind = path.stem.partition("-")[0]
        yield Case("hard" if kind == "test" else kind, language, samples, spans)


def noisy(case: Case, noise: Samples, snr: float | None) -> Case:
    """The case with noise so many decibels under its speech, as voice activity finds it."""
    if snr is None:
        return case
    clip = Clip(case.samples)
    heard = np.concatenate([clip.cut(span).samples for span in speech_in(clip)] or [case.samples])
    bed = np.resize(noise, len(case.samples))
    power = float(np.mean(heard**2)) / max(float(np.mean(bed**2)), 1e-12)
    mixed = case.samples + np.float32(np.sqrt(power / 10 ** (snr / 10))) * bed
    mixed /= max(1.0, float(np.abs(mixed).max()))
    return replace(case, samples=mixed)


def heard(case: Case, recognizer: Recognizer) -> dict[str, Count]:
    """What each way of hearing gives."""
    clip = Clip(case.samples)
    transcript = recognizer.transcribe(clip, case.language)
    both = fillers.filled_pauses(transcript.words, transcript.filled_pauses, case.language)
    told: dict[str, Sequence[Filler | Span]] = {
        "transcript": [one for one in both if one.heard_by == "transcript"],
        "sound": transcript.filled_pauses,
        "both": both,
    }
    return {way: counted(case.fillers, found) for way, found in told.items()}


def counted(truth: Sequence[Span], found: Sequence[Filler | Span]) -> Count:
    """Found ones against the truth."""
    hits = sum(any(_meet(one, other) for other in found) for one in truth)
    extra = sum(not any(_meet(one, other) for one in truth) for other in found)
    plain = int(not truth)
    return Count(hits, len(truth) - hits, extra, plain, plain * int(not found))


def _meet(one: Span, other: Filler | Span) -> bool:
    return other.start < one.end + NEAR and one.start - NEAR < other.end


def main() -> None:
    """Print recall, precision and plain takes for each kind of speech, language and noise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--snr", nargs="+", type=float, default=[0, 20, 10, 5], help="0 is clean")
    given = parser.parse_args()
    speech, *takes = given.folders
    recognizer = Recognizer(weights.find())
    noise = clips.read(speech / "noise" / "pipecat_office-ambience-24000-mono.mp3").samples
    cases = [*real(speech), *(case for folder in takes for case in cut_in(folder))]
    print("| speech | cases | " + " | ".join(WAYS) + " | CPU x real time |")
    print("|---" * (len(WAYS) + 3) + "|")
    for snr in given.snr:
        for kind in ("real", "ordinary", "hard"):
            for language in LANGUAGES:
                some = [one for one in cases if (one.kind, one.language) == (kind, language)]
                if some:
                    _row(f"{kind} {language} {snr or 'clean'}", some, (recognizer, noise, snr))


def _row(
    name: str,
    cases: Sequence[Case],
    ears: tuple[Recognizer, Samples, float],
) -> None:
    recognizer, noise, snr = ears
    began = time.process_time()
    counts = [heard(noisy(case, noise, snr or None), recognizer) for case in cases]
    seconds = sum(len(case.samples) for case in cases) / SAMPLE_RATE
    spent = (time.process_time() - began) / seconds
    cells = [str(sum((count[way] for count in counts), Count())) for way in WAYS]
    print(f"| {name} | {len(cases)} / {seconds:.0f} s | " + " | ".join(cells) + f" | {spent:.2f} |",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
