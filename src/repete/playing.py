"""What is being said: clips handed to an output one after another, without a gap.

Pure: the output, a device or a file, asks for the next samples; its count of them is the clock.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Protocol

import numpy as np

from repete.model import SAMPLE_RATE, Clip, Samples

FADE = 0.005
"""Seconds over which a clip that is stopped fades away: a sharp edge would click."""


class Playing:
    """A clip on its way out."""

    def __init__(self, samples: Samples, line: Playlist) -> None:
        self._samples = samples.copy()  # the fade is drawn into it
        self._line = line
        self._start: int | None = None
        self._at = 0
        self._end = len(samples)
        self._stopped = False
        self._lock = Lock()

    @property
    def position(self) -> float:
        """Seconds of the clip that were heard so far."""
        if self._start is None:
            return 0.0
        return min(max(self._line.heard - self._start, 0), self._end) / self._line.rate

    @property
    def is_over(self) -> bool:
        """Whether the last sample was heard, or none ever will."""
        if self._start is None:
            return self._stopped or not self._end
        return self._at >= self._end and self._line.heard >= self._start + self._end

    @property
    def seconds(self) -> float:
        """How much of the clip will have been heard in all, as it stands now."""
        return self._end / self._line.rate

    @property
    def heard(self) -> Samples:
        """The clip as far as it will be heard, at the rate of the output."""
        return self._samples[: self._end]

    def stop(self) -> float:
        """Fade away at once; the seconds of the clip that will have been heard."""
        with self._lock:
            if not self._stopped:
                self._stopped = True
                fade = round(FADE * self._line.rate)
                self._end = 0 if self._start is None else min(self._end, self._at + fade)
        self._line.stopped(self)
        return self.seconds

    def cut(self, clock: int) -> None:
        """Told that nothing is heard from that count of the output's samples on."""
        with self._lock:
            self._end = min(self._end, max(0, clock - (self._start or 0)))
            left = self._samples[: self._end][-round(FADE * self._line.rate) :]
            left *= np.linspace(1, 0, len(left), dtype=np.float32)

    def wait(self) -> None:
        """Wait until it is over.

        Raises:
            SoundError: the loudspeaker takes no sound any more.
        """
        while not self.is_over:
            self._line.pass_time()

    def take(self, count: int, clock: int) -> Samples:
        """The next samples, at most `count`, of which the first is heard at `clock`."""
        with self._lock:
            if self._start is None and self._end:
                self._start = clock
            piece = self._samples[self._at : min(self._end, self._at + count)]
            if self._stopped:
                piece *= self._fading(len(piece))
            self._at += len(piece)
            return piece

    def _fading(self, count: int) -> Samples:
        left = self._end - self._at - np.arange(count)
        return np.minimum(1, left / max(1, round(FADE * self._line.rate))).astype(np.float32)

    @property
    def is_handed_over(self) -> bool:
        """Whether the output has taken the last sample."""
        return self._at >= self._end


class Playlist:
    """Clips that wait to be heard, at an output's rate and with its latency in samples.

    `clock` counts the samples that the output has taken, `heard` those that were heard.
    """

    def __init__(self, rate: int = SAMPLE_RATE, latency: int = 0) -> None:
        self.rate = rate
        self.latency = latency
        self.clock = 0
        self._waiting: deque[Playing] = deque()

    @property
    def heard(self) -> int:
        """Samples that have left the output's buffer."""
        return self.clock - self.latency

    @property
    def is_speaking(self) -> bool:
        """Whether there is still something to take."""
        return bool(self._waiting)

    def add(self, samples: Samples) -> Playing:
        """Put a clip, at the rate of the output, at the end of what waits."""
        playing = Playing(samples, self)
        self._waiting.append(playing)
        return playing

    def next(self, count: int) -> Samples:
        """The next samples for the output: silence where nothing is said."""
        out = np.zeros(count, np.float32)
        at = 0
        while at < count and self._waiting:
            piece = self._waiting[0].take(count - at, self.clock + at)
            out[at : at + len(piece)] = piece
            at += len(piece)
            if self._waiting[0].is_handed_over:
                self._waiting.popleft()
        self.clock += count
        return out

    def stopped(self, playing: Playing) -> None:
        """Told when a clip is stopped, for an output that must do something about it."""

    def pass_time(self) -> None:
        """Let a moment pass: here the clock is the taking itself, so that a moment is taken."""
        self.next(round(FADE * self.rate))


class Speaker(Protocol):
    """Where clips are heard: a loudspeaker, a file, or nowhere."""

    def say(self, clip: Clip) -> Playing:
        """Start the clip, after what still plays; returns at once."""

    def hear(self, count: int, at: float) -> Samples:
        """What was heard during the `count` samples (16 kHz) that ended at monotonic time `at`."""

    @property
    def is_speaking(self) -> bool:
        """Whether a clip is being said."""
