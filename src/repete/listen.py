"""Listening: joins the microphone's blocks to the endpointer; decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from repete.analysis.condition import level
from repete.endpoint import Ending, Endpointer, State
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.voice_activity import RELEASE, THRESHOLD


class Tape(Protocol):
    """Keeps every block as it comes, so that a crash loses nothing that was said."""

    def write(self, block: Samples) -> None:
        """Keep the next samples."""


class Activity(Protocol):
    """Tells how likely each block is to be speech."""

    def process(self, samples: Samples) -> Samples:
        """The probability of speech in each block."""


@dataclass(frozen=True)
class Progress:
    """Where the reply stands: what the screen shows while the user speaks.

    `seconds` since the first word, `level` in dBFS of the last block, `left` the seconds of
    silence that would end the reply.
    """

    state: State
    seconds: float
    level: float
    left: float


@dataclass(frozen=True)
class Heard:
    """A reply as it was recorded, and why it ended."""

    clip: Clip
    ended_by: Ending


@dataclass(frozen=True)
class Ears:
    """What listening needs besides the sound: the detector, the tape, the screen, the end key."""

    activity: Activity
    tape: Tape
    show: Callable[[Progress], None] = lambda progress: None
    is_ended: Callable[[], bool] = lambda: False


def listen(blocks: Iterable[Samples], endpointer: Endpointer, ears: Ears) -> Heard:
    """Record until the endpointer, the user or the end of the blocks says that it is over."""
    kept: list[Samples] = []
    speaking = False
    for block in blocks:
        ears.tape.write(block)
        kept.append(block)
        probability = float(ears.activity.process(block)[-1])
        speaking = probability >= (RELEASE if speaking else THRESHOLD)
        state = endpointer.process(len(block) / SAMPLE_RATE, speaking)
        since = endpointer.seconds - (endpointer.onset or endpointer.seconds)
        ears.show(Progress(state, since, level(block), endpointer.left))
        if ears.is_ended():
            endpointer.end("user")
        if endpointer.state == "done":
            break
    samples = np.concatenate(kept) if kept else np.zeros(0, np.float32)
    return Heard(Clip(samples), endpointer.ended_by or "silence")
