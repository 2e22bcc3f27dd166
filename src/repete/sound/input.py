"""What comes in: the blocks of a microphone, or of a recording that stands in for one."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import numpy as np

from repete.clips import Resampler
from repete.errors import SoundError
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.voice_activity import BLOCK

STALLED = 4.0
"""Seconds without a block after which a device counts as stuck."""


class Microphone:
    """An open microphone: iterate over it for blocks of `BLOCK` samples.

    `lost` counts the times that the machine was too busy to take a block from the device;
    `arrived` is the monotonic time at which the last block was whole.
    """

    def __init__(self, rate: int) -> None:
        self.incoming: queue.SimpleQueue[tuple[Samples, float]] = queue.SimpleQueue()
        self._resampler = Resampler(rate) if rate != SAMPLE_RATE else None
        self._held = np.zeros(0, np.float32)
        self.lost = 0
        self.arrived = 0.0

    def __iter__(self) -> Iterator[Samples]:
        while True:
            while len(self._held) >= BLOCK:
                block, self._held = self._held[:BLOCK], self._held[BLOCK:]
                yield block
            try:
                block, self.arrived = self.incoming.get(timeout=STALLED)
            except queue.Empty:
                raise SoundError(
                    "The microphone gives no sound any more: check that it is still plugged in."
                ) from None
            self._hold(block)

    def drain(self) -> Samples:
        """What was captured so far and not yet taken, such as the coach's own voice."""
        while not self.incoming.empty():
            block, self.arrived = self.incoming.get()
            self._hold(block)
        captured, self._held = self._held, np.zeros(0, np.float32)
        return captured

    def _hold(self, block: Samples) -> None:
        if self._resampler:
            block = self._resampler.process(block)
        self._held = np.concatenate([self._held, block])


class Recording:
    """A recording that stands in for a microphone: its blocks, then the end."""

    def __init__(self, clip: Clip) -> None:
        self._left = np.pad(clip.samples, (0, -len(clip.samples) % BLOCK))
        self.lost = 0
        self.arrived = 0.0

    def __iter__(self) -> Iterator[Samples]:
        while len(self._left):
            block, self._left = self._left[:BLOCK], self._left[BLOCK:]
            yield block

    def drain(self) -> Samples:
        """Nothing: a recording waits to be heard."""
        return np.zeros(0, np.float32)
