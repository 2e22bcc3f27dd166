"""Rows: one function a measure, from what was heard to its error in words.

A new measure is a function here and a line in `SPEECH`, `SOUNDS` or `EMPTY`.
"""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
from cases import Recordings, mixed, snippets, spoken, sung, without_speech
from hearing import Ears, Heard
from truth import Said, stretches

from repete.analysis import condition, delivery, floor
from repete.analysis.delivery import voice
from repete.analysis.frames import frames_of
from repete.analysis.lexicon import plain
from repete.model import SAMPLE_RATE, Clip, Filler, Language, Samples, Span, Transcript
from repete.transcribe.verbatim import PROMPTS
from repete.voice_activity import speech_in

NEAR = 0.25
"""Seconds within which a filled pause is the labelled one."""

LEAST_FILLED = 0.15
"""Seconds from which a filled pause is longer than the mute e at the end of a French word."""

MIN_PAUSE = 0.3
"""Seconds from which a true pause is looked for."""

BUMP = 3.0
"""Decibels above the words from which what lies between two of them is no silence."""

HALF_HOUR = 1800 * SAMPLE_RATE

NOTHING = "-"


def onsets(heard: Sequence[Heard]) -> str:
    """Milliseconds by which words begin too early or too late."""
    return _spread([1000 * abs(word.start - said.start) for said, word in _words(heard)])


def offsets(heard: Sequence[Heard]) -> str:
    """Milliseconds by which words end too early or too late."""
    return _spread([1000 * abs(word.end - said.end) for said, word in _words(heard)])


def pauses(heard: Sequence[Heard]) -> str:
    """F1 of the pauses of `MIN_PAUSE` and more."""
    counts = []
    for one in _timed(heard):
        speech = one.case.speech
        gaps = [Span(a.end, b.start) for a, b in pairwise(speech)]
        silences = [gap for gap in gaps if _is_silent(gap, one.case.samples, speech)]
        found = [Span(pause.start, pause.end) for pause in one.delivery.pauses]  # type: ignore[union-attr]
        counts.append(_matched([gap for gap in silences if gap.seconds >= MIN_PAUSE], found))
    hits, missed, extra = (sum(part) for part in zip(*counts, strict=True)) if counts else (0, 0, 0)
    whole = 2 * hits + missed + extra
    return f"{2 * hits / whole:.2f}" if whole else NOTHING


def _is_silent(gap: Span, samples: Samples, speech: Sequence[Span]) -> bool:
    """Whether a gap between words is no louder than they are: a bump of the microphone is."""
    clip = Clip(samples)
    return condition.speech_level(clip, [gap]) < condition.speech_level(clip, speech) + BUMP


def speaking(heard: Sequence[Heard]) -> str:
    """Percent by which the time spent speaking is off."""
    errors = []
    for one in _timed(heard):
        true, told = _spent(one.case.speech), _spent(one.reading.speech)
        errors.append(100 * abs(told / true - 1))
    return _mean(errors)


def _spent(speech: Sequence[Span]) -> float:
    """Seconds of speech without its pauses."""
    return floor.spent(floor.turns(speech))


def pace(heard: Sequence[Heard]) -> str:
    """Percent by which words a minute are off."""
    errors = []
    for one in (one for one in heard if one.case.speech):
        minutes = (one.case.speech[-1].end - one.case.speech[0].start) / 60
        if one.delivery and one.delivery.words_per_minute:
            true = one.case.count / minutes
            errors.append(100 * abs(one.delivery.words_per_minute / true - 1))
    return _mean(errors)


def articulation(heard: Sequence[Heard]) -> str:
    """Percent by which syllables a second are off."""
    errors = []
    for one in _timed(heard):
        meant = stretches(spoken(one.case.words, one.case.language))
        rate = one.delivery.articulation_rate if one.delivery else None
        if one.case.syllables and rate:
            true = one.case.syllables / _spent(meant)
            errors.append(100 * abs(rate / true - 1))
    return _mean(errors)


def filled_recall(heard: Sequence[Heard], least: float = 0.0) -> str:
    """The share of the filled pauses, those of that many seconds at least, that were found."""
    true = [(said, one) for one in heard for said in one.case.fillers if _lasts(said, least)]
    return _ratio(sum(_is_told(said, one) for said, one in true), len(true))


def filled_long(heard: Sequence[Heard]) -> str:
    """The same of those that are longer than a mute e."""
    return filled_recall(heard, LEAST_FILLED)


def filled_precision(heard: Sequence[Heard]) -> str:
    """The share of what was told as a filled pause that is one."""
    told = sum(len(_told(one)) for one in heard)
    return _ratio(told - sum(_extra(one) for one in heard), told)


def filled_none(heard: Sequence[Heard]) -> str:
    """The share of the takes without any in which none was told."""
    without = [one for one in heard if not one.case.fillers]
    return _ratio(sum(not _told(one) for one in without), len(without))


def noise_level(heard: Sequence[Heard]) -> str:
    """Decibels by which the signal to noise is off."""
    errors = []
    for one in heard:
        found = one.delivery.voice if one.delivery else None
        if one.snr is not None and one.case.words and found and found.signal_to_noise is not None:
            errors.append(abs(found.signal_to_noise - one.snr))
    return _mean(errors)


def reading_cost(heard: Sequence[Heard]) -> str:
    """The processor's seconds that reading takes for a second of sound."""
    return f"{sum(one.reading.cost for one in heard) / sum(one.seconds for one in heard):.2f}"


def analysis_cost(heard: Sequence[Heard]) -> str:
    """The processor's seconds that the analysis takes for a second of sound."""
    return f"{sum(one.cost for one in heard) / sum(one.seconds for one in heard):.4f}"


def amount(heard: Sequence[Heard]) -> str:
    """How much was heard."""
    return f"{len(heard)} ({sum(one.seconds for one in heard):.0f} s)"


SPEECH: dict[str, Callable[[Sequence[Heard]], str]] = {
    "takes (length)": amount,
    "word onsets: median, 95 % (ms)": onsets,
    "word offsets: median, 95 % (ms)": offsets,
    "pauses from 0.3 s: F1": pauses,
    "speaking time (%)": speaking,
    "words a minute (%)": pace,
    "syllables a second (%)": articulation,
    "filled pauses: recall": filled_recall,
    "the same, of those from 0.15 s": filled_long,
    "filled pauses: precision": filled_precision,
    "takes without any: none told": filled_none,
    "signal to noise (dB)": noise_level,
    "reading (CPU s for 1 s)": reading_cost,
    "analysis (CPU s for 1 s)": analysis_cost,
}
"""Rows on speech, a cell for each language and source."""


def pitch(noise: Samples, snr: float | None) -> str:
    """Semitones by which the pitch's variation is off at most."""
    errors = []
    for seed in range(6):
        spread = 0.5 + 0.6 * seed
        case = mixed(sung(110.0 * 1.2**seed, spread), noise[seed * SAMPLE_RATE :], snr)
        inside = [Span(word.start, word.end) for word in case.words]
        found = voice.voice(frames_of(case.samples), inside)
        errors.append(abs((found.pitch_variation_semitones or 0) - spread))
    return f"{max(errors):.2f}"


def loudness(noise: Samples, snr: float | None) -> str:
    """Loudness units by which sines of known loudness are off at most."""
    if snr is not None:
        return NOTHING
    errors = []
    for decibels in (-3.0, -23.0, -40.0):
        at = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
        sine = (10 ** (decibels / 20) * np.sin(2 * np.pi * 997 * at)).astype(np.float32)
        errors.append(abs((voice.loudness(sine) or 0) - (decibels - 3.01)))
    return f"{max(errors):.2f}"


def made_noise(noise: Samples, snr: float | None) -> str:
    """Decibels by which the noise under a made voice is off at most."""
    if snr is None:
        return NOTHING
    errors = []
    for seed in range(6):
        case = mixed(sung(110.0 * 1.2**seed, 1.0), noise[seed * SAMPLE_RATE :], snr)
        inside = [Span(word.start, word.end) for word in case.words]
        errors.append(abs((condition.signal_to_noise(Clip(case.samples), inside) or 0) - snr))
    return f"{max(errors):.1f}"


SOUNDS: dict[str, Callable[[Samples, float | None], str]] = {
    "pitch variation (semitones)": pitch,
    "loudness (LU)": loudness,
    "noise under a made voice (dB)": made_noise,
}
"""Rows on sounds that are known exactly."""


@dataclass(frozen=True)
class World:
    """What the last rows need: the recordings, who hears them, and how much of it."""

    recordings: Recordings
    ears: Ears
    is_quick: bool = False
    native: Path | None = None


def word_errors(world: World, language: Language, *, is_verbatim: bool) -> str:
    """Percent of the words of clean read speech that are wrong."""
    said, read = [], []
    for at, (case, text) in enumerate(world.recordings.read_aloud(language)):
        if world.is_quick and at >= _FEW:
            break
        found = world.ears.read(case.samples, language, is_verbatim=is_verbatim)
        said.append(_normal(text))
        read.append(_normal(found.transcript.text))
    return f"{100 * jiwer.wer(said, read):.1f} (n={sum(len(text.split()) for text in said)})"


def with_second_reading(world: World, language: Language) -> str:
    """Word errors as Repete reads."""
    return word_errors(world, language, is_verbatim=True)


def without_second_reading(world: World, language: Language) -> str:
    """Word errors of the first reading alone."""
    return word_errors(world, language, is_verbatim=False)


def invented(world: World, language: Language) -> str:
    """Words in sounds where nobody speaks, and how many sounds there are."""
    sounds = without_speech(world.recordings.folder, 3 if world.is_quick else 10)
    read = (world.ears.read(sound, language).transcript for sound in sounds.values())
    return f"{sum(len(one.text.split()) for one in read)} in {len(sounds)}"


def leaked(world: World, language: Language) -> str:
    """Words of the prompt in half seconds of fluent speech that a reading without it does not
    hold, and how many half seconds."""
    prompt = {plain(word) for word in PROMPTS[language].split()}
    cut = [sound for sound, _ in snippets(language, 10.0 if world.is_quick else 1.5)]

    def told(sound: Samples, *, is_verbatim: bool) -> Counter[str]:
        read = world.ears.read(sound, language, is_verbatim=is_verbatim).transcript
        words = (plain(word) for word in read.text.split())
        return Counter(word for word in words if word in prompt)

    leaks = (told(one, is_verbatim=True) - told(one, is_verbatim=False) for one in cut)
    return f"{sum(leak.total() for leak in leaks)} in {len(cut)}"


def memory(world: World, language: Language) -> str:
    """Megabytes that the analysis of half an hour takes, beside the sound."""
    voice = np.concatenate([case.samples for case in world.recordings.labelled(language)])
    clip = Clip(np.tile(voice, -(-HALF_HOUR // len(voice)))[:HALF_HOUR])
    tracemalloc.start()
    speech = speech_in(clip)
    condition.problems(clip, speech)
    delivery.measure(Transcript(""), speech, language, clip)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{most / 1e6:.0f}"


EMPTY: dict[str, Callable[[World, Language], str]] = {
    "word errors, clean read speech (%)": with_second_reading,
    "the same without the second reading (%)": without_second_reading,
    "words invented where nobody speaks": invented,
    "words of the prompt in 0.5 s clips": leaked,
    "memory of the analysis of 30 minutes (MB)": memory,
}
"""Rows on what must not happen, and on what it costs, a cell for each language; heard clean."""

_FEW = 2


def _normal(text: str) -> str:
    apart = text.replace("’", "'").replace("'", "' ").replace("-", " ")
    words = (plain(word) for word in apart.split())
    return " ".join(word for word in words if word)


def _timed(heard: Sequence[Heard]) -> list[Heard]:
    """Those of which the times of the words are known, and in which speech was found."""
    return [one for one in heard if one.case.words and one.delivery]


def _words(heard: Sequence[Heard]) -> Iterator[tuple[Said, Said]]:
    """The words that were recognized: as they were said, and as they were heard."""
    for one in heard:
        truth, words = one.case.words, one.reading.transcript.words
        before, after = [plain(word.text) for word in truth], [plain(word.text) for word in words]
        for block in SequenceMatcher(None, before, after, False).get_matching_blocks():
            for at in range(block.size):
                word = words[block.b + at]
                yield truth[block.a + at], Said(word.text, word.start, word.end)


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


def _told(one: Heard) -> list[Filler]:
    return (
        [filler for filler in one.delivery.fillers if filler.kind == "pause"]
        if one.delivery
        else []
    )


def _is_told(true: Said, one: Heard) -> bool:
    return any(_meet(true, told) for told in _told(one))


def _lasts(said: Said, least: float) -> bool:
    return said.end - said.start >= least


def _extra(one: Heard) -> int:
    return sum(not any(_meet(true, told) for true in one.case.fillers) for told in _told(one))


def _meet(true: Said, told: Filler) -> bool:
    return told.start < true.end + NEAR and told.end > true.start - NEAR


def _spread(values: Sequence[float]) -> str:
    return f"{np.median(values):.0f}, {np.percentile(values, 95):.0f}" if values else NOTHING


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f}" if values else NOTHING


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else NOTHING
