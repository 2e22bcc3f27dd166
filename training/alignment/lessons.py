"""Lessons: spoken replies as Whisper's encoder hears them, with the sound of every 10 ms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from voices import Speech, spoken

from repete.model import LANGUAGES, SAMPLE_RATE, Samples
from repete.transcribe import weights
from repete.transcribe.decoder import spectrum, window_of

CORPUS = Path(__file__).parents[2] / "tests" / "corpus" / "moves"

HOP = 160
"""Samples that one label stands for: 10 ms."""

WINDOWS = (8, 29)
"""Seconds of speech in one window of the encoder: what is read at once, live and from a file."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A window: `frames` as the encoder gives them (512 for each 20 ms), and two labels a frame."""

    frames: NDArray[np.float16]
    labels: NDArray[np.int16]


def lessons(count: int, seed: int) -> list[Lesson]:
    """`count` training replies, spoken, spoilt and encoded."""
    from faster_whisper import WhisperModel

    folder = str(weights.find("base"))
    model: Any = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
    chance, rng = Random(seed), np.random.default_rng(seed)
    found = []
    for samples, labels in windows(replies(count, chance), chance):
        window = window_of(len(samples) / SAMPLE_RATE)
        features = spectrum(model.feature_extractor, spoilt(samples, rng), window)
        frames = np.asarray(model.encode(features))[0, : len(labels) // 2]
        found.append(Lesson(frames.astype(np.float16), labels[: 2 * len(frames)]))
    return found


def replies(count: int, chance: Random) -> Iterator[Speech]:
    """Training replies of a length that one breath holds, in both languages."""
    texts = {}
    for language in LANGUAGES:
        lines = (CORPUS / f"{language}.train.jsonl").read_text(encoding="utf-8").splitlines()
        known = [json.loads(line)["text"] for line in lines]
        texts[language] = [text for text in known if 20 < len(text) < 160]
    for _ in range(count):
        language = chance.choice(LANGUAGES)
        yield spoken(chance.choice(texts[language]), language, chance)


def windows(
    speech: Iterator[Speech], chance: Random
) -> Iterator[tuple[Samples, NDArray[np.int16]]]:
    """The replies joined, with pauses of every length, into windows of sound and labels."""
    samples: list[Samples] = []
    labels: list[NDArray[np.int16]] = []
    most = WINDOWS[-1] * 100
    for reply in speech:
        label = _labels(reply)
        if labels and sum(map(len, labels)) + len(label) > most:
            yield np.concatenate(samples), np.concatenate(labels)
            samples, labels, most = [], [], chance.choice(WINDOWS) * 100
        pause = chance.choice((20, 40, 80, 150))
        loud = np.float32(chance.uniform(0.5, 1) / max(0.05, float(np.abs(reply.samples).max())))
        samples += [np.zeros(pause * HOP, np.float32), loud * reply.samples[: len(label) * HOP]]
        labels += [np.zeros(pause, np.int16), label]
    if labels:
        yield np.concatenate(samples), np.concatenate(labels)


def _labels(speech: Speech) -> NDArray[np.int16]:
    labels = np.zeros(len(speech.samples) // HOP, np.int16)
    for sound in speech.sounds:
        first = round(100 * sound.start)
        labels[first : max(first + 1, round(100 * sound.end))] = sound.index
    return labels


def spoilt(samples: Samples, rng: np.random.Generator) -> Samples:
    """The sound as a room, a microphone and a telephone may leave it."""
    sound = _in_room(samples, rng) if rng.random() < 0.4 else samples
    loud = sound[np.abs(sound) > 0.01]
    level = float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.05
    snr = rng.choice([60, 50, 40, 30, 20, 12], p=[0.25, 0.2, 0.2, 0.15, 0.12, 0.08])
    sound = sound + _noise(len(sound), rng) * np.float32(level * 10 ** (-snr / 20))
    if rng.random() < 0.15:
        spectrum = np.fft.rfft(sound)
        hertz = np.arange(len(spectrum)) * SAMPLE_RATE / len(sound)
        spectrum[(hertz > 3600) | (hertz < 200)] *= 0.03
        sound = np.fft.irfft(spectrum, len(sound)).astype(np.float32)
    sound = sound * rng.uniform(0.1, 1) / max(0.05, float(np.abs(sound).max()))
    return sound.astype(np.float32)


def _in_room(samples: Samples, rng: np.random.Generator) -> Samples:
    count = round(rng.uniform(0.15, 0.6) * SAMPLE_RATE)
    tail = rng.normal(0, 1, count) * 10 ** (-3 * np.arange(count) / count)
    tail[: SAMPLE_RATE // 500] = 0
    tail *= rng.uniform(0.05, 0.3) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    size = len(samples) + count
    echoed = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return echoed[: len(samples)].astype(np.float32)


def _noise(count: int, rng: np.random.Generator) -> Samples:
    """White, pink or brown noise of power one."""
    spectrum = np.fft.rfft(rng.normal(0, 1, count))
    hertz = np.maximum(np.arange(len(spectrum)), 1) * SAMPLE_RATE / count
    spectrum *= hertz ** (-0.5 * rng.integers(3))
    spectrum[hertz < 40] = 0
    noise = np.fft.irfft(spectrum, count)
    return (noise / np.std(noise)).astype(np.float32)
