"""Filled pauses told from the sound: a small probe on what the recognizer's encoder made of it.

Whisper's decoder drops most of them, but its encoder, which reads the sound before any word is
chosen, keeps them apart from words. The probe looks at a third of a second at a time and was
trained on synthetic takes with filled pauses cut in (`training/filled_pauses/`). It knows the
encoder of the `base` model only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from repete.analysis.lexicon import is_filled_pause
from repete.model import Hum, Language, Span, Word

Floats = NDArray[np.float32]

RATE = 50
"""Pieces a second that come out of the encoder."""

SIZE = 512
"""Numbers in a piece of the encoder that the probe knows."""

SURE, LIKELY = 0.5, 0.3
"""Probability from which a piece belongs to a filled pause: inside a word, where most of what
sounds like one is the word's own vowel, and between words, where a voice can hardly be anything
else (chosen on the development voices and on the recordings named in `benchmarks/labels.toml`)."""

NEAR = 0.1
"""Seconds around speech that may hold a filled pause: it fades out more slowly than a word."""

DENIED = 0.05
"""Likelihood that the sound must reach within `NEAR` seconds of a filled pause that is written, or
it is a word misheard or made up: 0.02 at most where "homme" became "hum" in synthetic French, 0.2
at least where one was said."""

NEVER = 2.0
"""More than any probability."""

SHORTEST, LONGEST = 0.1, 2.0
"""Seconds that a filled pause sounds at least and at most: what lasts longer is a hum or music."""

BRIDGE = 0.12
"""Seconds of doubt that do not end one: the lips closing in "um"."""


def filled_pauses(
    encoded: NDArray[np.floating],
    start: float = 0.0,
    words: Sequence[Word] = (),
    speech: Sequence[Span] | None = None,
) -> tuple[Hum, ...]:
    """The filled pauses in a stretch of sound that begins at `start` seconds, in order.

    `encoded` is what the encoder made of it, [pieces, 512], `RATE` pieces a second; another model's
    has other numbers, in which nothing is found. `words` at their exact times tell where less
    likelihood is enough; none are found away from `speech` (None: all of it is).
    """
    if not _is_known(encoded):
        return ()
    likelihood = likely(encoded.astype(np.float32), weights())
    at = start + (np.arange(len(likelihood)) + 0.5) / RATE
    needed = np.where(_inside(at, [Span(w.start, w.end) for w in words]), SURE, LIKELY)
    if speech is not None:
        needed[~_inside(at, [Span(max(0.0, s.start - NEAR), s.end + NEAR) for s in speech])] = NEVER
    return tuple(
        Hum(round(s.start + start, 3), round(s.end + start, 3), _peak(likelihood, s))
        for s in stretches(likelihood, needed)
    )


def without_denied(
    words: Sequence[Word], encoded: NDArray[np.floating], start: float, language: Language
) -> tuple[Word, ...]:
    """The words without the filled pauses of which the sound, `encoded` from `start` seconds on,
    knows nothing; all of them when another model encoded it."""
    written = [word for word in words if is_filled_pause(word.text, language)]
    if not written or not _is_known(encoded):
        return tuple(words)
    likelihood = likely(encoded.astype(np.float32), weights())

    def is_said(word: Word) -> bool:
        first, last = (word.start - NEAR - start) * RATE, (word.end + NEAR - start) * RATE
        near = likelihood[max(0, round(first)) : max(0, round(last)) + 1]
        return bool(near.max(initial=0.0) >= DENIED)

    denied = [word for word in written if not is_said(word)]
    return tuple(word for word in words if word not in denied)


def _is_known(encoded: NDArray[np.floating]) -> bool:
    """Whether the probe knows what these numbers mean."""
    return encoded.ndim == 2 and encoded.shape[1] == SIZE


def likely(encoded: Floats, given: Mapping[str, Floats]) -> Floats:
    """How likely each piece belongs to a filled pause (0 to 1)."""
    if not len(encoded):
        return np.zeros(0, np.float32)
    seen = np.maximum(0, encoded @ given["project"] + given["project_bias"])
    joined = np.maximum(0, _around(seen, given["join"]) + given["join_bias"])
    odds = _around(joined, given["tell"][:, None])[:, 0] + given["tell_bias"]
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def stretches(likelihood: Floats, threshold: float | NDArray[np.floating]) -> tuple[Span, ...]:
    """The stretches that are likely enough for long enough; `threshold` for all or each piece."""
    at = np.flatnonzero(likelihood >= threshold)
    if not len(at):
        return ()
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1 + BRIDGE * RATE) + 1)
    spans = (Span(float(run[0] / RATE), float((run[-1] + 1) / RATE)) for run in runs)
    return tuple(span for span in spans if SHORTEST <= span.seconds <= LONGEST)


def _peak(likelihood: Floats, span: Span) -> float:
    first, last = round(span.start * RATE), round(span.end * RATE)
    return round(float(likelihood[first:last].max()), 3)


def _inside(at: NDArray[np.floating], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Which of the times lie in one of the spans."""
    inside = np.zeros(len(at), bool)
    for span in spans:
        inside |= (at >= span.start) & (at < span.end)
    return inside


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
