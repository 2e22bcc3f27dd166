"""Voice activity: where there is speech, by the Silero model that faster-whisper ships.

The model is a small recurrent network; its state is carried from block to block, so that a
stream and a whole clip give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repete.analysis.condition import parts_without_rumble
from repete.analysis.edges import HOP, MIN_SILENCE, MIN_SPEECH, sharpened
from repete.analysis.frames import levels, powers
from repete.errors import RecognizerError
from repete.model import SAMPLE_RATE, Clip, Samples, Span, joined

BLOCK = 512
"""Samples that the model takes at a time: 32 ms."""

THRESHOLD = 0.5
"""Probability from which a block starts speech (the model's own default)."""

RELEASE = 0.35
"""Probability under which a block ends speech (the model's own default: 0.15 less)."""

LINGER = 0.15
"""Probability under which a block ends speech where the level tells the true end: weak and creaky
voices fall under `RELEASE` in the middle of a phrase."""

LOUD, MOST_GAIN = 0.5, 10.0
"""Share of full scale to which a weak recording's loud parts are raised, and the most gain."""

_CONTEXT = 64
_STATE = (1, 1, 128)


class VoiceActivity:
    """A streaming detector: feed it blocks in order.

    Raises:
        RecognizerError: the model is missing from the installation.
    """

    def __init__(self) -> None:
        self._session = _session()
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: the next block starts a new clip."""
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)

    def process(self, samples: Samples) -> Samples:
        """The probability of speech in each block of `samples`, a whole number of blocks."""
        blocks = samples.reshape(-1, BLOCK)
        before = np.concatenate([self._context[np.newaxis], blocks[:-1, -_CONTEXT:]])
        self._context = blocks[-1, -_CONTEXT:]
        found, self._h, self._c = self._session.run(
            None,
            {"input": np.concatenate([before, blocks], 1), "h": self._h, "c": self._c},
        )
        return np.asarray(found, np.float32).reshape(-1)


REST = 16
"""Blocks (half a second) without a voice after which an `Alert` forgets them."""

NOBODY = 0.1
"""Probability of speech under which there is no voice at all in a block."""


class Alert(VoiceActivity):
    """A streaming detector that hears a voice begin, also after a long silence.

    What the model remembers of a silence, or of what is left of an echo, makes it slow to believe
    in a voice: it needs two blocks more at the median and eight in one case of ten. So this one
    forgets each rest. It is no better at telling where a voice ends.
    """

    def reset(self) -> None:
        """Forget what was heard: the next block starts a new clip."""
        super().reset()
        self._rests = 0

    def process(self, samples: Samples) -> Samples:
        """The probability of speech in each block of `samples`, a whole number of blocks."""
        found = [self._next(block) for block in samples.reshape(-1, BLOCK)]
        return np.concatenate(found)

    def _next(self, block: Samples) -> Samples:
        found = super().process(block)
        self._rests = self._rests + 1 if found[-1] < NOBODY else 0
        if self._rests == REST:
            self.reset()
        return found


def speech_in(clip: Clip) -> tuple[Span, ...]:
    """The stretches of speech in a clip, in order, at least `MIN_SILENCE` apart.

    The model tells speech from noise, the level of the sound tells when it starts and ends.
    """
    if not len(clip.row):
        return ()
    louder, power = _overview(parts_without_rumble(clip))
    detector = VoiceActivity()
    found = [detector.process(_whole(part * louder)) for part in parts_without_rumble(clip)]
    likely = np.concatenate(found)
    wide, strict = (spans_of(likely, clip.seconds, under) for under in (LINGER, RELEASE))
    return sharpened(levels(power), wide, strict)


def _overview(parts: Iterable[Samples]) -> tuple[np.float32, NDArray[np.float64]]:
    """How much louder a sound is to be made, and its power in steps of `HOP`."""
    looked_at = [(np.abs(part[::_SOME]), powers(part, HOP)) for part in parts]
    sizes, power = (np.concatenate(rows) for rows in zip(*looked_at, strict=True))
    return _gain(sizes), power


def _gain(sizes: Samples) -> np.float32:
    """What makes a weak recording louder: the model misses weak voices that have little noise."""
    peak = float(np.percentile(sizes, 99.9, overwrite_input=True))
    return np.float32(np.clip(LOUD / max(peak, 1e-9), 1.0, MOST_GAIN))


def _whole(samples: Samples) -> Samples:
    """The samples with silence up to a whole number of blocks."""
    return np.pad(samples, (0, -len(samples) % BLOCK))


_SOME = 8
"""One sample in so many tells how loud a recording is."""


def spans_of(probabilities: Samples, seconds: float, release: float = RELEASE) -> tuple[Span, ...]:
    """The stretches of speech that a row of block probabilities describes, within `seconds`."""
    step = BLOCK / SAMPLE_RATE
    found: list[Span] = []
    start: int | None = None
    for index, probability in enumerate([*probabilities.tolist(), 0.0]):
        if start is None and probability >= THRESHOLD:
            start = index
        elif start is not None and probability < release:
            found.append(Span(start * step, min(index * step, seconds)))
            start = None
    return tuple(span for span in joined(found, MIN_SILENCE) if span.seconds >= MIN_SPEECH)


@cache
def _session() -> Any:
    """The model, which holds no state: one serves every detector, in every thread."""
    import importlib.util

    import onnxruntime

    package = importlib.util.find_spec("faster_whisper")
    folder = Path(package.origin).parent / "assets" if package and package.origin else Path()
    models = sorted(folder.glob("silero_vad*.onnx"))
    if not models:
        raise RecognizerError(
            "The voice activity model is missing: reinstall with "
            "`pip install --force-reinstall faster-whisper`."
        )
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(models[-1]), sess_options=options, providers=["CPUExecutionProvider"]
    )
