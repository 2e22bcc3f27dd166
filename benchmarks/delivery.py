"""How far each figure of the delivery can be trusted: one table, on synthetic and on real speech.

    python benchmarks/delivery.py /path/to/speech

The folder holds recordings with `MANIFEST.tsv` and TextGrids; nothing of it is copied. Synthetic
truth comes from espeak-ng, labels of real filled pauses from `labels.toml` beside this file.
"""

from __future__ import annotations

import argparse
import csv
import platform
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from textgrid import tiers
from truth import Said, Utterance, noisy, speak

from repete import clips
from repete.analysis import condition, delivery
from repete.analysis.delivery import voice
from repete.analysis.delivery.syllables import syllables
from repete.analysis.frames import frames_of
from repete.analysis.lexicon import FILLED_PAUSES, plain
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Delivery, Language, Samples, Span, Word
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from repete.voice_activity import speech_in

CONDITIONS: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)
"""Decibels of signal to noise; None is clean."""

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

NEAR = 0.25
"""Seconds within which a filled pause is the labelled one."""

MIN_PAUSE = 0.3


@dataclass
class Errors:
    """What was measured in one condition, gathered over its cases."""

    onsets: list[float] = field(default_factory=list)
    offsets: list[float] = field(default_factory=list)
    pauses: list[tuple[int, int, int]] = field(default_factory=list)
    speaking: list[float] = field(default_factory=list)
    pace: list[float] = field(default_factory=list)
    fillers: list[tuple[int, int, int]] = field(default_factory=list)
    by_sound: list[tuple[int, int]] = field(default_factory=list)
    plain_takes: list[bool] = field(default_factory=list)
    costs: list[tuple[float, float, float]] = field(default_factory=list)


def synthetic(language: Language, count: int = 3) -> Iterator[Utterance]:
    """Every text in every voice, a little under espeak-ng's pace."""
    for name in VOICES[language][:count]:
        for index, text in enumerate(TEXTS[language]):
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


def real(folder: Path) -> Iterator[Utterance]:
    """Every real recording with its labelled filled pauses; without a label there are none."""
    labels = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        name, language = row["file"], row["lang"]
        if language not in LANGUAGES or name in labels["skip"]:
            continue
        spans = labels["fillers"].get(name, [])
        fillers = tuple(Said("um", start, end) for start, end in spans)
        samples = clips.read(folder / name).samples
        words = _words(folder / name)
        yield Utterance(
            name, language, samples, words, (), fillers, count=_count(row["transcript"], language)
        )


def _count(text: str, language: Language) -> int:
    said = (plain(word) for word in text.split())
    return sum(bool(word) and word not in FILLED_PAUSES[language] for word in said)


def _words(path: Path) -> tuple[Said, ...]:
    grid = path.with_suffix(".TextGrid")
    found = tiers(grid) if grid.exists() else {}
    return tuple(Said(text, start, end) for start, end, text in found.get("words", []) if text)


def measure(case: Utterance, recognizer: Recognizer, errors: Errors) -> None:
    """Hear one case and note how far each figure lies from the truth."""
    clip = Clip(case.samples)
    speech = speech_in(clip)
    began = time.perf_counter()
    found_in = recognizer.hear(clip, case.language, speech)
    transcript, speech = found_in.transcript, found_in.speech
    heard = time.perf_counter() - began
    began = time.process_time()
    found = delivery.measure(transcript, speech, case.language, clip)
    errors.costs.append((clip.seconds, heard, time.process_time() - began))
    _fillers(case, found, errors)
    if case.words and found:
        _times(case.words, transcript.words, errors)
        _figures(case, speech, found, errors)


def _times(truth: Sequence[Said], words: Sequence[Word], errors: Errors) -> None:
    """Onsets and offsets of the words that were recognized."""
    for said, word in paired(truth, words):
        errors.onsets.append(1000 * abs(word.start - said.start))
        errors.offsets.append(1000 * abs(word.end - said.end))


def paired(truth: Sequence[Said], words: Sequence[Word]) -> list[tuple[Said, Word]]:
    """The words of both rows that are the same, in order and as many as can be.

    Which of two equal words was recognized is decided by the distance in time: without that, one
    word that the recognizer missed counts as an error of seconds.
    """
    known, heard = ([plain(word.text) for word in row] for row in (truth, words))
    best = [[(0, 0.0, False)] * (len(heard) + 1) for _ in range(len(known) + 1)]
    for row in range(1, len(known) + 1):
        for column in range(1, len(heard) + 1):
            ways = [(*best[row - 1][column][:2], False), (*best[row][column - 1][:2], False)]
            if known[row - 1] == heard[column - 1]:
                count, near, _ = best[row - 1][column - 1]
                away = abs(truth[row - 1].start - words[column - 1].start)
                ways.append((count + 1, near - away, True))
            best[row][column] = max(ways)
    pairs: list[tuple[Said, Word]] = []
    row, column = len(known), len(heard)
    while row and column:
        here = best[row][column]
        if here[2]:
            row, column = row - 1, column - 1
            pairs.append((truth[row], words[column]))
        elif here[:2] == best[row - 1][column][:2]:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]


def _figures(case: Utterance, speech: Sequence[Span], found: Delivery, errors: Errors) -> None:
    stretches = _joined(sorted([*case.words, *case.fillers], key=lambda said: said.start))
    spoken = sum(span.seconds for span in stretches)
    errors.speaking.append(100 * abs(sum(span.seconds for span in speech) / spoken - 1))
    silences = [Span(a.end, b.start) for a, b in pairwise(stretches)]
    long = [gap for gap in silences if gap.seconds >= MIN_PAUSE]
    errors.pauses.append(_matched(long, [Span(p.start, p.end) for p in found.pauses]))
    minutes = (stretches[-1].end - stretches[0].start) / 60
    if found.words_per_minute:
        errors.pace.append(100 * abs(found.words_per_minute / (case.count / minutes) - 1))


def _joined(words: Sequence[Said]) -> list[Span]:
    """The stretches of speech; a labelled filled pause that the TextGrid leaves out is speech."""
    joined: list[Span] = []
    for word in words:
        if joined and word.start - joined[-1].end < 0.2:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, word.end))
        else:
            joined.append(Span(word.start, word.end))
    return joined


def _matched(truth: Sequence[Span], found: Sequence[Span]) -> tuple[int, int, int]:
    """Pauses found, missed and invented: the same when they share half of their union.

    Found ones just under the least that counts are neither right nor wrong.
    """
    hits = sum(any(_alike(one, other) for other in found) for one in truth)
    extra = sum(
        other.seconds >= MIN_PAUSE + 0.05 and not any(_alike(one, other) for one in truth)
        for other in found
    )
    return hits, len(truth) - hits, extra


def _alike(one: Span, other: Span) -> bool:
    shared = one.overlap(other)
    return shared >= 0.5 * (one.seconds + other.seconds - shared)


def _fillers(case: Utterance, found: Delivery | None, errors: Errors) -> None:
    told = [f for f in found.fillers if f.kind == "pause"] if found else []

    def meets(one: Said, other: object) -> bool:
        start, end = getattr(other, "start", 0.0), getattr(other, "end", 0.0)
        return bool(start < one.end + NEAR and end > one.start - NEAR)

    hits = [one for one in case.fillers if any(meets(one, other) for other in told)]
    extra = [other for other in told if not any(meets(one, other) for one in case.fillers)]
    errors.fillers.append((len(hits), len(case.fillers) - len(hits), len(extra)))
    sounds = [other for other in told if other.heard_by == "sound"]
    errors.by_sound.append((len(sounds), sum(other in extra for other in sounds)))
    if not case.fillers:
        errors.plain_takes.append(not told)


def row(name: str, errors: Errors) -> list[str]:
    """One line of the table."""
    hits, missed, extra = (sum(part) for part in zip(*errors.fillers, strict=True))
    sound, wrong = (sum(part) for part in zip(*errors.by_sound, strict=True))
    seconds, heard, spent = (sum(part) for part in zip(*errors.costs, strict=True))
    return [
        name,
        f"{len(errors.costs)} / {seconds:.0f} s",
        _spread(errors.onsets),
        _spread(errors.offsets),
        _f1(errors.pauses),
        _mean(errors.speaking),
        _mean(errors.pace),
        _ratio(hits, hits + missed),
        _ratio(hits, hits + extra),
        f"{sound} ({wrong} wrong)",
        _ratio(sum(errors.plain_takes), len(errors.plain_takes)),
        f"{heard / seconds:.2f}",
        f"{spent / seconds:.4f}",
    ]


HEADER = [
    "speech", "cases", "onset ms: median, 95 %", "offset ms: median, 95 %", "pauses F1",
    "speaking time %", "words a minute %", "filled pauses: recall", "precision",
    "of them by sound", "takes without any: none found", "recognizer x real time",
    "analysis x real time",
]  # fmt: skip


def spelled() -> Iterator[list[str]]:
    """Syllables counted from the spelling against those that espeak-ng speaks."""
    for language in LANGUAGES:
        cases = [case for case in synthetic(language) if case.name.endswith(("0", "1", "2"))]
        meant = [
            sum(
                syllables(word.text, language)
                for word in case.words
                if plain(word.text) not in FILLED_PAUSES[language]
            )
            for case in cases
        ]
        errors = [100 * (got / case.syllables - 1) for got, case in zip(meant, cases, strict=True)]
        yield [language, str(sum(case.syllables for case in cases)), _mean(np.abs(errors).tolist())]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    return f"{np.median(values):.0f}, {np.percentile(values, 95):.0f} (n={len(values)})"


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f}" if values else "-"


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else "-"


def _f1(counts: Sequence[tuple[int, int, int]]) -> str:
    if not counts:
        return "-"
    hits, missed, extra = (sum(part) for part in zip(*counts, strict=True))
    whole = 2 * hits + missed + extra
    return f"{2 * hits / whole:.2f} (n={hits + missed})" if whole else "-"


def voices(noise: Samples) -> Iterator[list[str]]:
    """Pitch, loudness and noise against sounds that are known exactly."""
    for snr in CONDITIONS:
        pitch, level, ratio = [], [], []
        for seed in range(6):
            case, spread = _sung(110.0 * 1.2**seed, 0.5 + 0.6 * seed)
            mixed = noisy(case, noise[seed * SAMPLE_RATE :], snr) if snr else case
            inside = [Span(word.start, word.end) for word in case.words]
            found = voice.voice(frames_of(mixed.samples), inside)
            pitch.append(abs((found.pitch_variation_semitones or 0) - spread))
            known = condition.signal_to_noise(Clip(mixed.samples), inside)
            ratio.append(abs((known or 0) - snr) if snr else 0.0)
        for decibels in (-3.0, -23.0, -40.0):
            at = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
            sine = (10 ** (decibels / 20) * np.sin(2 * np.pi * 997 * at)).astype(np.float32)
            level.append(abs((voice.loudness(sine) or 0) - (decibels - 3.01)))
        yield [
            _name(snr), f"{max(pitch):.2f} (n={len(pitch)})",
            f"{max(level):.2f} (n={len(level)})" if snr is None else "-",
            f"{max(ratio):.1f}" if snr else "-",
        ]  # fmt: skip


def _sung(hertz: float, spread: float) -> tuple[Utterance, float]:
    """A voice-like sound whose pitch swings by a known standard deviation in semitones."""
    at = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    swing = spread * np.sqrt(2) * np.sin(2 * np.pi * 0.5 * at)
    phase = 2 * np.pi * np.cumsum(hertz * 2 ** (swing / 12)) / SAMPLE_RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 12)) * 0.1
    edge = np.zeros(SAMPLE_RATE, np.float32)
    samples = np.concatenate([edge, np.asarray(sound, np.float32), edge])
    return Utterance("sung", "en", samples, (Said("a", 1.0, 7.0),)), spread


def invented(recognizer: Recognizer, folder: Path) -> Iterator[list[str]]:
    """Words and fillers found where nobody speaks."""
    rng = np.random.default_rng(1)
    count = 10 * SAMPLE_RATE
    at = np.arange(count) / SAMPLE_RATE
    clicks = np.zeros(count)
    clicks[:: SAMPLE_RATE // 6] = 0.5
    sounds = {
        "silence": np.zeros(count),
        "white noise": rng.normal(0, 0.05, count),
        "hum": 0.1 * np.sin(2 * np.pi * 100 * at) + 0.05 * np.sin(2 * np.pi * 200 * at),
        "keyboard": np.convolve(clicks, rng.normal(0, 1, 200) * np.exp(-np.arange(200) / 40))[
            :count
        ],
        "breath": rng.normal(0, 0.03, count) * np.maximum(0, np.sin(2 * np.pi * 0.3 * at)),
        "chord": sum(0.05 * np.sin(2 * np.pi * f * at) for f in (262, 330, 392)),
    }
    for path in sorted((folder / "noise").glob("*.*")):
        sounds[path.stem] = clips.read(path).samples[: 60 * SAMPLE_RATE]
    for name, sound in sounds.items():
        clip = Clip(np.asarray(sound, np.float32))
        speech = speech_in(clip)
        texts = [recognizer.transcribe(clip, spoken, speech).text for spoken in LANGUAGES]
        yield [
            name,
            f"{clip.seconds:.0f} s",
            str(len(speech)),
            " / ".join(text or "none" for text in texts),
        ]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table, each row as soon as it is measured."""
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for line in rows:
        print("| " + " | ".join(line) + " |", flush=True)
    print(flush=True)


def _name(snr: float | None) -> str:
    return "clean" if snr is None else f"{snr:.0f} dB"


def speech_rows(
    language: Language,
    known: Sequence[Utterance],
    recognizer: Recognizer,
    heard: tuple[Samples, Sequence[float | None]],
) -> Iterator[tuple[str, Errors]]:
    """A language in every condition; the recordings without labels are heard clean only."""
    noise, conditions = heard
    for snr in conditions:
        errors = Errors()
        for case in known:
            if snr is None:
                measure(case, recognizer, errors)
            elif case.words or case.fillers:
                measure(_mixed(case, noise, snr), recognizer, errors)
        yield f"{language} {_name(snr)}", errors


def _mixed(case: Utterance, noise: Samples, snr: float) -> Utterance:
    """The case with noise; where no word times are known, the loud half counts as speech."""
    if case.words:
        return noisy(case, noise, snr)
    whole = replace(case, words=(Said("", 0.0, len(case.samples) / SAMPLE_RATE),))
    return replace(noisy(whole, noise, snr), words=())


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where MANIFEST.tsv and the recordings are")
    parser.add_argument("--speech", nargs="+", default=["synthetic", "real"])
    parser.add_argument("--snr", nargs="+", type=float, default=[0, 20, 10, 5], help="0 is clean")
    parser.add_argument("--voices", type=int, default=3, help="synthetic voices in each language")
    parser.add_argument("--languages", nargs="+", default=list(LANGUAGES))
    given = parser.parse_args()
    folder: Path = given.folder
    conditions = [snr or None for snr in given.snr]
    recognizer = Recognizer(weights.find())
    noise = clips.read(folder / "noise" / "pipecat_office-ambience-24000-mono.mp3").samples
    recorded = list(real(folder))
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}\n")
    table(["voice", "pitch variation st", "loudness LU", "signal to noise dB"], voices(noise))
    table(["syllables", "spoken", "error of the spelling's %"], spelled())
    table(["no speech", "length", "stretches", "words"], invented(recognizer, folder))
    lines = (
        row(f"{kind} {name}", errors)
        for kind, cases in (
            ("synthetic", lambda spoken: list(synthetic(spoken, given.voices))),
            ("real", lambda spoken: [case for case in recorded if case.language == spoken]),
        )
        if kind in given.speech
        for spoken in given.languages
        for name, errors in speech_rows(spoken, cases(spoken), recognizer, (noise, conditions))
    )
    table(HEADER, lines)


if __name__ == "__main__":
    main()
