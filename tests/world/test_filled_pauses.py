"""The shipped probe behind the real encoder: a held vowel is heard, what is no voice is not."""

from __future__ import annotations

import numpy as np
import pytest

from repete.model import SAMPLE_RATE, Clip, Samples, Span
from repete.transcribe.recognizer import Recognizer

FORMANTS = ((500, 80), (1400, 120), (2500, 200))
"""Hertz and bandwidths of the vowel of "euh"."""


def euh(seconds: float, hertz: float) -> Samples:
    """A vowel from its formants: harmonics of a falling pitch, as loud as the throat lets each."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = hertz * (1 - 0.1 * at / seconds)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    sound = np.zeros(len(at))
    for k in range(1, int(4000 / hertz)):
        throat = sum(1 / (1 + ((k * hertz - f) / width) ** 2) for f, width in FORMANTS)
        sound += throat / k**0.5 * np.sin(k * phase)
    edge = np.minimum(1, np.minimum(at, at[::-1]) / 0.04)
    return np.asarray(0.2 * edge * sound / np.abs(sound).max(), np.float32)


def chord(seconds: float) -> Samples:
    """A chord as an organ holds it, a new one each half second."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    root = 220 * 2 ** (np.array([0, 5, 7, 0])[(at * 2).astype(int) % 4] / 12)
    notes = (np.sin(2 * np.pi * np.cumsum(root * ratio) / SAMPLE_RATE) for ratio in (1, 1.25, 1.5))
    return np.asarray(0.08 * sum(notes), np.float32)


def alone(sound: Samples) -> Clip:
    """The sound with a second of a quiet room before and after it."""
    rng = np.random.default_rng(3)
    room = rng.normal(0, 1e-4, len(sound) + 2 * SAMPLE_RATE).astype(np.float32)
    room[SAMPLE_RATE : SAMPLE_RATE + len(sound)] += sound
    return Clip(room)


@pytest.mark.parametrize("hertz", [105, 190])
def test_a_held_vowel_of_half_a_second_is_a_filled_pause(
    recognizer: Recognizer, hertz: float
) -> None:
    found = recognizer.hear(alone(euh(0.5, hertz)), "fr", [Span(0.8, 1.7)])
    (told,) = found.transcript.filled_pauses
    assert told.overlap(Span(1.0, 1.5)) > 0.2


@pytest.mark.parametrize("name", ["silence", "tone", "noise", "music"])
def test_what_is_no_voice_is_none(recognizer: Recognizer, name: str) -> None:
    at = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = {
        "silence": np.zeros(len(at)),
        "tone": 0.1 * np.sin(2 * np.pi * 440 * at),
        "noise": np.random.default_rng(1).normal(0, 0.05, len(at)),
        "music": chord(4.0),
    }
    clip = alone(np.asarray(sounds[name], np.float32))
    assert recognizer.hear(clip, "fr").transcript.filled_pauses == ()
