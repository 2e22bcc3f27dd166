"""Cases: what is heard in the benchmark of the delivery, and what is true of it.

Synthetic truth comes from espeak-ng; real recordings from a folder with `MANIFEST.tsv` and
TextGrids, of which nothing is copied; labels of real filled pauses from `labels.toml`.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from textgrid import tiers
from truth import Said, Utterance, noisy, speak, stretches

from repete import clips
from repete.analysis.edges import MIN_SILENCE
from repete.analysis.frames import powers
from repete.analysis.lexicon import FILLED_PAUSES, plain
from repete.model import LANGUAGES, SAMPLE_RATE, Language, Samples, Span, joined

TEXTS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Good evening. {700} I help small companies {400} find their first customers, and last "
        "year we cut the waiting time from three weeks to five days. {1100} Would you like to "
        "have lunch {350} together next Thursday?",
        "My name is Camille, {um} and I work on a project {600} about clean water. {900} We {uh} "
        "started in a garage {um} two years ago, {450} and now there are twelve of us.",
        "I was thinking, {uh} maybe we could talk about it {um} next week. {800} Here is my card. "
        "{500} Please call me {um} when you are back in town.",
    ),
    "fr": (
        "Bonsoir. {700} Je travaille dans une petite entreprise {400} qui aide les hôpitaux. "
        "{1100} Nous avons commencé il y a deux ans, {500} et nous sommes douze aujourd'hui.",
        "Je m'appelle Camille {euh} et je travaille sur un projet {600} pour la ville. {900} "
        "Nous avons {euh} commencé dans un garage {euh} il y a deux ans.",
        "Je me disais {euh} que nous pourrions en parler {euh} la semaine prochaine. {800} Voici "
        "ma carte. {500} Appelez-moi {euh} quand vous voulez.",
    ),
}
"""Numbers are pauses in milliseconds, the rest are filled pauses."""

VOICES: dict[Language, tuple[str, ...]] = {
    "en": ("en-us", "en-us+f2", "en+m3"),
    "fr": ("fr", "fr+f2", "fr+m3"),
}

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "moves"

EDGE = np.zeros(SAMPLE_RATE // 2, np.float32)
"""Silence before and after what a voice says."""

FAINT = 35.0
"""Decibels under the loudest of a recording from which a labelled word is silent: French labels
begin 40 ms before each sound, and one lies over a quarter of a second of digital silence."""

STEP = SAMPLE_RATE // 100
"""Samples of which the level is taken together."""

SAMPLES = Path(__file__).parents[1] / "audio"


def synthetic(language: Language, voices: int, texts: int) -> Iterator[Utterance]:
    """Texts in several voices, a little under espeak-ng's pace."""
    for name in VOICES[language][:voices]:
        for index, text in enumerate(TEXTS[language][:texts]):
            ssml = f'<speak><prosody rate="85%">{_marked(text)}</prosody></speak>'
            meant = sum(not word.startswith("{") and bool(plain(word)) for word in text.split())
            yield replace(speak(ssml, name, language, f"{name} {index}"), count=meant)


def _marked(text: str) -> str:
    parts = []
    for word in text.split():
        mark = word.strip("{}")
        if word.startswith("{") and mark.isdigit():
            parts.append(f'<break time="{mark}ms"/>')
        elif word.startswith("{"):
            parts.append(f'<prosody rate="45%" pitch="-20%">{mark}</prosody>')
        else:
            parts.append(word)
    return " ".join(parts)


def native(folder: Path | None, language: Language) -> Iterator[Utterance]:
    """Replies of the corpus in native voices: nobody knows when each word was said, but which."""
    lines = (CORPUS / f"{language}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    for path in sorted(folder.glob(f"*/{language}-*.npy") if folder else ()):
        samples = np.concatenate([EDGE, np.load(path).astype(np.float32), EDGE])
        whole = Span(0.0, len(samples) / SAMPLE_RATE)
        yield Utterance(
            f"{path.parent.name} {path.stem}", language, samples, (),
            count=_count(texts[path.stem], language), speech=_sounding([whole], samples),
        )  # fmt: skip


@dataclass(frozen=True)
class Recordings:
    """The real recordings of a folder."""

    folder: Path

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """The manifest's lines of speech that is there."""
        with (self.folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        return [
            row
            for row in rows
            if row["lang"] in LANGUAGES and (self.folder / row["file"]).is_file()
        ]

    @cached_property
    def noise(self) -> Samples:
        """A room full of people at work."""
        return clips.read(self.folder / "noise" / "pipecat_office-ambience-24000-mono.mp3").samples

    def labelled(self, language: Language) -> Iterator[Utterance]:
        """Every recording with its labelled filled pauses; without a label there are none."""
        path = Path(__file__).with_name("labels.toml")
        labels: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in self.rows:
            if row["lang"] == language and row["file"] not in labels["skip"]:
                spans = labels["fillers"].get(row["file"], [])
                yield self._utterance(row, tuple(Said("um", start, end) for start, end in spans))

    def read_aloud(self, language: Language) -> Iterator[tuple[Utterance, str]]:
        """Clean read speech whose words are known, with them."""
        for row in self.rows:
            is_clean = row["verbatim"] == "yes" and "disfluencies_in_transcript=no" in row["notes"]
            acted = "mfa_" in row["file"] or "spontaneous" in row["notes"]
            if row["lang"] == language and is_clean and not acted:
                yield self._utterance(row, ()), row["transcript"]

    def _utterance(self, row: dict[str, str], fillers: tuple[Said, ...]) -> Utterance:
        language: Language = "fr" if row["lang"] == "fr" else "en"
        path = self.folder / row["file"]
        samples, words = clips.read(path).samples, _words(path)
        return Utterance(
            row["file"], language, samples, words, (), fillers,
            count=_count(row["transcript"], language), speech=_sounding(stretches(words), samples),
        )  # fmt: skip


def _count(text: str, language: Language) -> int:
    said = (plain(word) for word in text.split())
    return sum(bool(word) and word not in FILLED_PAUSES[language] for word in said)


def _words(path: Path) -> tuple[Said, ...]:
    grid = path.with_suffix(".TextGrid")
    found = tiers(grid) if grid.exists() else {}
    return tuple(Said(text, start, end) for start, end, text in found.get("words", []) if text)


def _sounding(labelled: Sequence[Span], samples: Samples) -> tuple[Span, ...]:
    """What of the labelled stretches is not silent."""
    level = 10 * np.log10(np.maximum(powers(samples, STEP), 1e-10))
    loud = np.flatnonzero(level >= np.percentile(level, 95) - FAINT) * STEP / SAMPLE_RATE
    steps = (
        Span(max(start, stretch.start), min(start + STEP / SAMPLE_RATE, stretch.end))
        for stretch in labelled
        for start in loud
        if stretch.start - STEP / SAMPLE_RATE < start < stretch.end
    )
    return joined(steps, MIN_SILENCE)


def mixed(case: Utterance, noise: Samples, snr: float | None) -> Utterance:
    """The case with noise; where no word times are known, all of it counts as speech."""
    if snr is None:
        return case
    if case.words:
        return noisy(case, noise, snr)
    whole = replace(case, words=(Said("", 0.0, len(case.samples) / SAMPLE_RATE),))
    return replace(noisy(whole, noise, snr), words=())


def sung(hertz: float, spread: float) -> Utterance:
    """A voice-like sound whose pitch swings by a known standard deviation in semitones."""
    at = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    swing = spread * np.sqrt(2) * np.sin(2 * np.pi * 0.5 * at)
    phase = 2 * np.pi * np.cumsum(hertz * 2 ** (swing / 12)) / SAMPLE_RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 12)) * 0.1
    edge = np.zeros(SAMPLE_RATE, np.float32)
    samples = np.concatenate([edge, np.asarray(sound, np.float32), edge])
    return Utterance("sung", "en", samples, (Said("a", 1.0, 7.0),))


def without_speech(folder: Path, seconds: int) -> dict[str, Samples]:
    """Sounds in which nobody speaks, by name."""
    rng = np.random.default_rng(1)
    count = seconds * SAMPLE_RATE
    at = np.arange(count) / SAMPLE_RATE
    clicks = np.zeros(count)
    clicks[:: SAMPLE_RATE // 6] = 0.5
    click = rng.normal(0, 1, 200) * np.exp(-np.arange(200) / 40)
    made = {
        "silence": np.zeros(count),
        "white noise": rng.normal(0, 0.05, count),
        "hum": 0.1 * np.sin(2 * np.pi * 100 * at) + 0.05 * np.sin(2 * np.pi * 200 * at),
        "keyboard": np.convolve(clicks, click)[:count],
        "breath": rng.normal(0, 0.03, count) * np.maximum(0, np.sin(2 * np.pi * 0.3 * at)),
        "chord": sum(0.05 * np.sin(2 * np.pi * f * at) for f in (262, 330, 392)),
    }
    sounds = {name: np.asarray(sound, np.float32) for name, sound in made.items()}
    for path in sorted((folder / "noise").glob("*.*")):
        sounds[path.stem] = clips.read(path).samples[: 6 * count]
    return sounds


def snippets(language: Language, every: float) -> Iterator[tuple[Samples, float]]:
    """Half seconds cut out of the sample replies, in which nobody hesitates."""
    for path in sorted(SAMPLES.glob(f"*.{language}.flac")):
        samples = clips.read(path).samples
        for start in np.arange(0.0, len(samples) / SAMPLE_RATE - 0.5, every):
            first = round(start * SAMPLE_RATE)
            yield samples[first : first + SAMPLE_RATE // 2], float(start)


def is_wanted(case: Utterance, snr: float | None) -> bool:
    """Whether a case is heard in that noise: what has no label is heard clean only."""
    return snr is None or bool(case.words or case.fillers)


def name_of(snr: float | None) -> str:
    """The condition in words."""
    return "clean" if snr is None else f"{snr:.0f} dB"


def spoken(words: Sequence[Said], language: Language) -> list[Said]:
    """The words that were meant."""
    return [word for word in words if plain(word.text) not in FILLED_PAUSES[language]]
