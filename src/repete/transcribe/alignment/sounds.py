"""Sounds: how well each moment of speech fits each sound of the language.

A small network reads them off what Whisper's encoder makes of the recording anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from repete.model import Span

Floats = NDArray[np.float32]

SOUNDS = (*"-pbtdkgfvθðszʃʒhmnŋlɹʁwjiɪeɛæaɑəɜɔouʊyø", "ɑ̃", "ɛ̃", "ɔ̃")
"""The sounds that are told apart, silence first, in French and English; vowels of one colour
count as one."""

STEP = 0.01
"""Seconds that a row of fits stands for; the encoder's frames last two of them."""

WIDTH = 512
"""Numbers in an encoder's frame, by which the `base` model is known."""

_PRIOR = 0.5
"""Power of the sounds' own frequency that their probability is divided by: the plain quotient
favours rare sounds too much."""

_LEAST = -6.0
"""Logarithm under which no fit falls, so that one odd frame does not undo a word."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """What Whisper's encoder made of a sound: a row for each 20 ms, the first at `start`.

    `frames` has the shape (rows, 512) for the `base` model; `start` is in seconds of the clip.
    """

    frames: Floats
    start: float

    @property
    def is_known(self) -> bool:
        """Whether the frames come from a model that the weights were trained on."""
        return bool(len(self.frames)) and self.frames.shape[1] == WIDTH

    @cached_property
    def fit(self) -> Floats:
        """How well each sound fits each `STEP`: `fits` of the frames."""
        return fits(self.frames)

    def parted(self, at: float) -> tuple[Encoded, Encoded]:
        """What comes before a time of the clip, and what comes after."""
        row = min(max(round((at - self.start) / (2 * STEP)), 0), len(self.frames))
        later = Encoded(self.frames[row:], self.start + 2 * STEP * row)
        return Encoded(self.frames[:row], self.start), later

    def times(self, steps: NDArray[np.intp]) -> NDArray[np.floating]:
        """When steps start, in seconds of the clip."""
        return self.start + STEP * steps


def fits(frames: Floats) -> Floats:
    """The logarithm of how well each sound fits each `STEP`, of shape (2 * rows, sounds)."""
    weights = weights_of("sounds")
    hidden = np.maximum(near(frames) @ weights["in"] + weights["in_bias"], 0)
    found = (hidden @ weights["out"] + weights["out_bias"]).reshape(-1, len(SOUNDS))
    found -= found.max(axis=1, keepdims=True)
    found -= np.log(np.exp(found).sum(axis=1, keepdims=True))
    fit: Floats = np.maximum(found - _PRIOR * weights["frequency"], _LEAST)
    return fit.astype(np.float32)


def near(frames: Floats) -> Floats:
    """Each frame between its neighbours, all of mean 0 and spread 1."""
    rows = frames - frames.mean(axis=1, keepdims=True)
    rows /= rows.std(axis=1, keepdims=True) + np.float32(1e-5)
    sides = np.pad(rows, ((1, 1), (0, 0)), "edge")
    return np.concatenate([sides[:-2], rows, sides[2:]], axis=1)


def silences(encoded: Encoded) -> tuple[Span, ...]:
    """The stretches of `SILENCE` and more without speech, in seconds of the clip.

    Breaths and noise are silence too; none are known when another model encoded the sound.
    """
    if not encoded.is_known:
        return ()
    fit = encoded.fit[:, 0] + np.float32(_PRIOR) * weights_of("sounds")["frequency"][0]
    sure = np.convolve(np.exp(fit), np.full(_SMOOTH, 1 / _SMOOTH), "same") > 0.5
    edges = np.flatnonzero(np.diff(np.concatenate([[False], sure, [False]])))
    times = np.round(encoded.times(edges), 3).reshape(-1, 2).tolist()
    return tuple(Span(start, end) for start, end in times if end - start >= SILENCE)


SILENCE = 0.15
"""Seconds from which quiet is silence: the closure of a stop is shorter."""

_SMOOTH = 5
"""Steps over which the probability of silence is averaged."""


@cache
def weights_of(name: str) -> dict[str, Floats]:
    """One of the trained networks beside this file."""
    with np.load(Path(__file__).with_name(f"{name}.npz")) as file:
        return {key: file[key].astype(np.float32) for key in file.files}
