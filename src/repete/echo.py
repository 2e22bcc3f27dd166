"""Echo: takes what the loudspeaker says out of what the microphone hears.

An adaptive filter learns how the room turns what was played into what comes back, and that is
subtracted. Nothing else is done to the sound, so that the user's voice stays as it was, also while
both speak: cancellers made for calls attenuate it then, and with it one cut-in in three is lost.

The filter is the Kalman filter in the frequency domain, in blocks and partitions, of Kuech, Mabande
and Enzner, "State-space architecture of the partitioned-block-based acoustic echo controller",
ICASSP 2014. It weighs each new block by how much of it the echo explains, so that it needs no
detector of double talk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repete.analysis.condition import level
from repete.delay import FARTHEST, Jump
from repete.model import Samples

BLOCK = 512
"""Samples taken at a time."""

PARTITIONS = 12
"""Blocks of what was played that may come back: 384 ms hold the devices' delay and the room."""

FADING = 0.5
"""Decibels by which an echo counts for less with each block after it: what comes back late, or
through the loudspeaker's own resonance, is the end of an echo and no voice."""

REMAINDER = 6.0
"""Decibels under the echo that a small loudspeaker's distortion, which no filter learns, may leave:
what is heard is the user's only above that."""

EXPLAINED, LOUDER = 1.0, 3.0
"""Decibels that the filter must take away for its picture of the room to hold. Where it takes less,
the echo may have moved, as after a device has lost sound: then what is heard is the user's only
when it is so much louder than the echo."""

HELP = 10**0.05
"""Power that must go (0.5 dB) for the filter's word to be taken: with headphones it knows nothing,
and every sample stays as it was."""

HARM = 10**-0.1
"""Power that comes (1 dB) when the room is no longer the one that was learnt: it starts again."""

LESSONS = 125
"""Blocks of something played (4 s) that teach the room: until then what is heard meanwhile may be
all echo. A coach who sets the scene has taught it before anybody cuts in."""

FUTILE = 62
"""How many of them (2 s) an echo that has jumped is looked for, before its room is learnt anew."""

KNOWN = 4.0
"""Times (6 dB) by which power must have gone once for there to be an echo: with headphones nothing
that jumps is taught again."""

AUDIBLE = -60.0
"""Level in dBFS from which something is played."""

_PRIOR = (0.85 ** np.arange(PARTITIONS, dtype=np.float32))[:, np.newaxis]
"""What a room gives back, as power, before anything is known of it: less and less."""

_STEADY = np.float32(0.99**2)
"""How much of the room is still the same a block later: a head moves, and the clocks of two devices
part by a sample or two a second, which a slower filter never catches up with."""

_SMOOTH = np.float32(0.5)
_RECENT = 0.1
"""Share of the newest block in the power that is compared: a third of a second counts."""

_SILENT = -120.0
_TINY = np.float32(1e-10)
_SIZE = (PARTITIONS, BLOCK + 1)


class Canceller:
    """Follows one microphone and one loudspeaker; feed it every block, in order.

    `is_echo` tells of the last block that it holds nothing louder than what may be left of the
    echo: it is not the user's, whatever it sounds like. In an unknown room that is all that is
    heard while something is played.
    """

    def __init__(self) -> None:
        self.is_echo = False
        self._said = np.zeros(2 * BLOCK, np.float32)
        self._past = np.zeros(_SIZE, np.complex64)
        self._rest = np.zeros(BLOCK + 1, np.float32)
        self._before = self._after = 0.0
        self._loudest = _SILENT
        self._knows = False
        self._lessons = 0
        self._jump: Jump | None = None
        self._silence = PARTITIONS
        self._forget()

    def process(self, heard: Samples, said: Samples) -> Samples:
        """The next `BLOCK` samples of the microphone without those of the loudspeaker.

        `said` is what was played meanwhile, as many samples: the echo in `heard` is of these or of
        earlier ones.
        """
        self._said = np.concatenate([self._said[BLOCK:], said])
        self._past = np.roll(self._past, 1, 0)
        self._past[0] = np.fft.rfft(self._said)
        is_said = level(said) > AUDIBLE
        self._silence = 0 if is_said else self._silence + 1
        self._lessons += is_said
        if self._jump:
            self._look(self._jump, heard, is_said)
        is_lost = bool(self._jump and self._jump.has_begun)
        is_unknown = is_lost or self._lessons < LESSONS
        echo = self._echo()
        clean = np.asarray(heard - echo, np.float32)
        self._loudest = max(level(echo), self._loudest - FADING)
        self.is_echo = (is_unknown and self._silence < PARTITIONS) or self._is_left_over(
            level(heard), level(clean)
        )
        if is_lost:
            return heard
        self._learn(clean)
        return clean if self._helps(heard, clean) else heard

    def _echo(self) -> Samples:
        """What should come back during the last block."""
        whole = np.fft.irfft((self._past * self._room).sum(0))
        return np.asarray(whole[BLOCK:], np.float32)

    def _helps(self, heard: Samples, clean: Samples) -> bool:
        """Whether the filter takes something away; where it adds, the room is learnt anew."""
        self._before += _RECENT * (float(np.dot(heard, heard)) - self._before)
        self._after += _RECENT * (float(np.dot(clean, clean)) - self._after)
        self._knows = self._knows or self._before > KNOWN * self._after
        if self._before < HARM * self._after:
            self._start_over()
        return self._before > HELP * self._after

    def _is_left_over(self, heard: float, clean: float) -> bool:
        """Whether a block, so loud before and after, is what is left of an echo."""
        if clean > heard - EXPLAINED:
            return min(heard, clean) < self._loudest + LOUDER
        return clean < self._loudest - REMAINDER

    def disturbed(self) -> None:
        """Told when a device lost sound: the echo's delay may have jumped."""
        if self._knows:
            self._jump = Jump(PARTITIONS)

    def _start_over(self) -> None:
        """Learn the room anew: it is no longer the one that was learnt."""
        if self._knows:
            self._lessons = 0
        self._jump = None
        self._forget()

    def _forget(self) -> None:
        self._room = np.zeros(_SIZE, np.complex64)
        self._doubt = np.repeat(_PRIOR, BLOCK + 1, axis=1)

    def _look(self, jump: Jump, heard: Samples, is_said: bool) -> None:
        """Look for an echo that has jumped, and move the room to where it is."""
        samples = jump.process(heard, self._echo(), is_said)
        if samples is not None:
            self._move(samples)
            self._jump = None
        elif jump.tried > FUTILE:
            self._start_over()

    def _move(self, samples: int) -> None:
        """Let the room answer so much later, or sooner."""
        answer = np.fft.irfft(self._room, axis=1)[:, :BLOCK].ravel()
        moved = np.pad(answer, FARTHEST)[FARTHEST - samples :][: answer.size]
        spectra = np.fft.rfft(moved.reshape(PARTITIONS, BLOCK), 2 * BLOCK, axis=1)
        self._room = spectra.astype(np.complex64)

    def _learn(self, clean: Samples) -> None:
        """Move the room towards what would have left less, where the echo can explain it."""
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), clean]))
        self._rest = _SMOOTH * self._rest + (1 - _SMOOTH) * _power(error)
        played = _power(self._past)
        unsure = (played * self._doubt).sum(0) + 2 * self._rest + _TINY
        gain = self._doubt / unsure
        change = np.fft.irfft(gain * self._past.conj() * error, axis=1)[:, :BLOCK]
        self._room += np.fft.rfft(change, 2 * BLOCK, axis=1)
        self._doubt *= _STEADY * (1 - np.float32(0.5) * gain * played)
        self._doubt += (1 - _STEADY) * _power(self._room)


def _power(spectrum: NDArray[np.complexfloating]) -> Samples:
    return np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)
