"""What every test stands on: a data folder of its own, and sounds made of nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from repete.model import SAMPLE_RATE, Clip, Span, Transcript, Word


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that is the test's own: no test reaches a real one."""
    folder = tmp_path / "home"
    monkeypatch.setenv("REPETE_HOME", str(folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    return folder


def tone(seconds: float, hertz: float = 220.0, level: float = 0.1) -> Clip:
    """A sine."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return Clip((level * np.sin(2 * np.pi * hertz * at)).astype(np.float32))


def silence(seconds: float) -> Clip:
    """Nothing at all."""
    return Clip(np.zeros(round(seconds * SAMPLE_RATE), np.float32))


def said(text: str, start: float = 0.5, rate: float = 0.3) -> Transcript:
    """A transcript whose words are `rate` seconds long, one after another."""
    words = tuple(
        Word(word, round(start + index * rate, 3), round(start + (index + 1) * rate, 3))
        for index, word in enumerate(text.split())
    )
    return Transcript(text, words)


def speech(pattern: str, step: float = 0.5) -> tuple[Span, ...]:
    """The stretches of speech that a string draws: "-ss--s" has two, `step` seconds a letter."""
    spans: list[Span] = []
    for index, letter in enumerate(pattern):
        if letter != "s":
            continue
        start, end = index * step, (index + 1) * step
        if spans and spans[-1].end == start:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return tuple(spans)
