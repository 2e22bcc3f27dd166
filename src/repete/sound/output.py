"""What goes out: a loudspeaker, and what is known of what it says at each moment."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from repete.clips import Resampler, resample
from repete.errors import SoundError
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.playing import Playing, Playlist
from repete.sound.input import STALLED
from repete.voice_activity import BLOCK

LATENCY = 0.07
"""Seconds of sound handed ahead to the loudspeaker: what a word takes to be heard, and to stop."""

PATIENT = 0.3
"""The same where nobody waits: the machine may be busy for so long, as when a library loads."""

CALLBACK = BLOCK / SAMPLE_RATE / 4
"""Seconds of sound between two calls of the device."""

MEMORY = 30
"""Seconds for which it is known what was played, for whoever listens late."""

ADRIFT = 0.03
"""Seconds by which the microphone's clock and the loudspeaker's may part before they are set
together again."""

SPARE = 0.02
"""Seconds by which what is said is taken for later than it is, so that it is known when it is asked
for. With `ADRIFT` this is no more than `LATENCY`: an echo never comes before its cause."""

BEHIND = 0.05
"""Seconds that whoever listens waits for a loudspeaker that is a moment late: to go on without its
last samples would move the echo."""


class Loudspeaker(Playlist):
    """An open loudspeaker, warm: it plays silence until something is said.

    `stutters` counts the blocks that the device threw away because the machine was too busy to
    hand them over in time, `slips` the times that what was said had to be set anew against what
    was heard meanwhile: an echo is not where it was then.
    """

    def __init__(self, rate: int, latency: float) -> None:
        super().__init__(rate, round(latency * rate))
        self.open: Callable[[float], None] = lambda latency: None
        self.restart: Callable[[], None] = lambda: None
        self._asked = latency  # what the device makes of it is its own affair
        self.stutters = self.slips = 0
        self._taken = time.monotonic()
        self._ring = np.zeros(MEMORY * rate, np.float32)
        self._back = _Rate(rate)
        self._read: int | None = None
        self._adrift = 0.0

    def say(self, clip: Clip) -> Playing:
        """Start the clip, after what still plays; returns at once.

        A patient loudspeaker that is silent is opened anew, so that the clip does not wait behind
        the silence that was handed over.

        Raises:
            SoundError: the loudspeaker does not open again.
        """
        was_speaking = self.is_speaking
        playing = self.add(resample(clip.samples, SAMPLE_RATE, self.rate))
        if self._is_patient and not was_speaking:
            self._open_anew(self._asked)
        return playing

    def hasten(self) -> None:
        """From now on keep no more sound ahead than `LATENCY`; what is ahead is lost.

        Raises:
            SoundError: the loudspeaker does not open again.
        """
        if self._is_patient:
            self._open_anew(LATENCY)

    def stopped(self, playing: Playing) -> None:
        """Throw away what is still ahead of a clip, so that it is silent at once.

        Raises:
            SoundError: the loudspeaker does not start again.
        """
        if playing.is_over:
            return
        ahead = self.latency - round((time.monotonic() - self._taken) * self.rate)
        playing.cut(self.clock - max(0, ahead))
        self._ring[:] = 0  # of what was heard of it, less than a block is not yet taken
        self.restart()
        self._slip()

    @property
    def _is_patient(self) -> bool:
        return self._asked > LATENCY

    def _open_anew(self, latency: float) -> None:
        self._asked = latency
        self.open(latency)
        self._slip()

    def _slip(self) -> None:
        self._read = None
        self.slips += 1

    def next(self, count: int) -> Samples:
        """The next samples for the device; what it takes is remembered."""
        at = self.clock % len(self._ring)
        out = super().next(count)
        first = out[: len(self._ring) - at]
        self._ring[at : at + len(first)] = first
        self._ring[: count - len(first)] = out[len(first) :]
        self._taken = time.monotonic()
        return out

    def give(self, count: int, *, is_late: bool) -> Samples:
        """The next samples for a device, or silence for one that ran dry.

        Some devices, PulseAudio's among them, start anew when they ran dry: for up to a second
        they take block after block at once and throw them away. No word is given to that.
        """
        if not is_late:
            return self.next(count)
        self.stutters += 1
        self._taken = time.monotonic()
        return np.zeros(count, np.float32)

    def hear(self, count: int, at: float) -> Samples:
        """What was heard during the `count` samples (16 kHz) that ended at monotonic time `at`.

        Consecutive calls give consecutive samples, so that a late thread does not tear them.

        Raises:
            SoundError: the loudspeaker takes no sound any more.
        """
        self._check()
        end = self.clock - self.latency - round((self._taken - at + SPARE) * self.rate)
        start = end - round(count * self.rate / SAMPLE_RATE)
        if self._read is not None:
            taken = self._read - round(self._back.ready * self.rate / SAMPLE_RATE)
            self._adrift += _SLOWLY * (taken - start - self._adrift)
            if abs(self._adrift) > ADRIFT * self.rate:
                self._slip()
        if self._read is None:
            self._read = start
            self._adrift = 0.0
        step = round(CALLBACK * self.rate)
        wanted = round((count - self._back.ready) * self.rate / SAMPLE_RATE) + step
        self._wait_for(self._read + wanted)
        if (ahead := self._read + wanted - self.clock) > 0:
            self._read -= ahead  # a sound with a hole in it would be worse than one that is late
            self.slips += 1
        while self._back.ready < count:
            self._back.put(self._past(self._read, step))
            self._read += step
        return self._back.take(count)

    def pass_time(self) -> None:
        """Let a moment pass.

        Raises:
            SoundError: the loudspeaker takes no sound any more.
        """
        self._check()
        time.sleep(CALLBACK)

    def _wait_for(self, sample: int) -> None:
        """Wait until the device has taken the samples up to that one, for a moment at most."""
        end = time.monotonic() + BEHIND
        while self.clock < sample and time.monotonic() < end:
            time.sleep(CALLBACK / 4)

    def _past(self, start: int, count: int) -> Samples:
        """Samples that the device took; zeros for those it never had or that are forgotten."""
        at = np.arange(start, start + count)
        known = (at >= max(0, self.clock - len(self._ring))) & (at < self.clock)
        return np.where(known, self._ring[at % len(self._ring)], np.float32(0))

    def _check(self) -> None:
        if time.monotonic() - self._taken > STALLED:
            raise SoundError(
                "The loudspeaker takes no sound any more: check that it is still plugged in."
            )


_SLOWLY = 0.03
"""Share by which each block moves the estimate of how far two clocks are apart: a thread that is
late once does not count, a device that lost sound does within a second."""


class _Rate:
    """A store of samples that come at one rate and are taken at 16 kHz, any number at a time."""

    def __init__(self, rate: int) -> None:
        self._resampler = Resampler(rate) if rate != SAMPLE_RATE else None
        self._held = np.zeros(0, np.float32)

    @property
    def ready(self) -> int:
        return len(self._held)

    def put(self, samples: Samples) -> None:
        if self._resampler:
            samples = self._resampler.process(samples)
        self._held = np.concatenate([self._held, samples])

    def take(self, count: int) -> Samples:
        taken, self._held = self._held[:count], self._held[count:]
        return taken
