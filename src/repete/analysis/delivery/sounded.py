"""Filled pauses told from the sound: a small probe on what the recognizer's encoder made of it.

Whisper's decoder drops most of them, but its encoder, which reads the sound before any word is
chosen, keeps them apart from words. The probe looks at a third of a second at a time and was
trained on synthetic takes with filled pauses cut in (`training/filled_pauses/`). It knows the
encoder of the `base` model only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from repete.model import Span

Floats = NDArray[np.float32]

RATE = 50
"""Pieces a second that come out of the encoder."""

SIZE = 512
"""Numbers in a piece of the encoder that the probe knows."""

SURE = 0.5
"""Probability from which a piece belongs to a filled pause (chosen on the development voices)."""

SHORTEST, LONGEST = 0.12, 2.0
"""Seconds that a filled pause sounds at least and at most: what lasts longer is a hum or music."""

BRIDGE = 0.12
"""Seconds of doubt that do not end one: the lips closing in "um"."""


def filled_pauses(encoded: NDArray[np.floating], start: float = 0.0) -> tuple[Span, ...]:
    """The filled pauses in a stretch of sound that begins at `start` seconds, in order.

    `encoded` is what the encoder made of it, [pieces, 512], `RATE` pieces a second; another model's
    has other numbers, in which nothing is found.
    """
    if encoded.ndim != 2 or encoded.shape[1] != SIZE:
        return ()
    found = stretches(likely(encoded.astype(np.float32), weights()), SURE)
    return tuple(Span(round(s.start + start, 3), round(s.end + start, 3)) for s in found)


def likely(encoded: Floats, given: Mapping[str, Floats]) -> Floats:
    """How likely each piece belongs to a filled pause (0 to 1)."""
    if not len(encoded):
        return np.zeros(0, np.float32)
    seen = np.maximum(0, encoded @ given["project"] + given["project_bias"])
    joined = np.maximum(0, _around(seen, given["join"]) + given["join_bias"])
    odds = _around(joined, given["tell"][:, None])[:, 0] + given["tell_bias"]
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def stretches(likelihood: Floats, threshold: float) -> tuple[Span, ...]:
    """The stretches that are likely enough for long enough."""
    at = np.flatnonzero(likelihood >= threshold)
    if not len(at):
        return ()
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1 + BRIDGE * RATE) + 1)
    spans = (Span(float(run[0] / RATE), float((run[-1] + 1) / RATE)) for run in runs)
    return tuple(span for span in spans if SHORTEST <= span.seconds <= LONGEST)


def _around(rows: Floats, kernel: Floats) -> Floats:
    """A convolution over the rows; the kernel holds the rows of its steps one after the other."""
    steps = len(kernel) // rows.shape[1]
    padded = np.pad(rows, ((steps // 2, steps // 2), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, steps, axis=0)
    flat = windows.transpose(0, 2, 1).reshape(len(rows), -1)
    return np.asarray(flat @ kernel, np.float32)


@cache
def weights() -> dict[str, Floats]:
    """The trained weights of the probe."""
    path = files("repete.analysis.delivery") / "weights" / "filled_pauses.npz"
    with path.open("rb") as file, np.load(file) as data:
        return {name: data[name].astype(np.float32) for name in data.files}
