"""Echo: takes what the loudspeaker says out of what the microphone hears."""

from __future__ import annotations

import numpy as np

from repete.model import SAMPLE_RATE, Samples

FRAME = SAMPLE_RATE // 100
"""Samples that the canceller takes at a time: 10 ms."""


class Canceller:
    """WebRTC's echo canceller (AEC3), for a stream of any blocks.

    It finds the delay of the echo by itself, up to half a second; nothing has to be known of the
    room. Its output is late by less than one `FRAME`.
    """

    def __init__(self) -> None:
        from pywebrtc_audio import EchoCanceller

        self._library = EchoCanceller(SAMPLE_RATE, 1)
        self._heard = np.zeros(0, np.float32)
        self._said = np.zeros(0, np.float32)
        self._clean = np.zeros(FRAME, np.float32)

    def process(self, heard: Samples, said: Samples) -> Samples:
        """The next samples of the microphone without those of the loudspeaker.

        `said` is what was played meanwhile, as many samples as `heard`: the echo in `heard` is of
        these or of earlier ones.
        """
        self._heard = np.concatenate([self._heard, heard])
        self._said = np.concatenate([self._said, said])
        whole = len(self._heard) // FRAME * FRAME
        if whole:
            found = self._library.process(self._heard[:whole], self._said[:whole])
            self._heard, self._said = self._heard[whole:], self._said[whole:]
            self._clean = np.concatenate([self._clean, found])
        clean, self._clean = self._clean[: len(heard)], self._clean[len(heard) :]
        return clean
