"""A line: what is heard and what is said, at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from repete.echo import Canceller
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.playing import Playing, Speaker
from repete.sound.input import Microphone, Recording
from repete.sound.output import Loudspeaker
from repete.voice_activity import BLOCK


class Line:
    """A conversation's sound: what is heard, block by block, and what is said meanwhile.

    Iterate over it for the user's blocks of `BLOCK` samples, with what was said taken out of
    them.
    """

    def __init__(
        self, microphone: Microphone | Recording, speaker: Speaker, canceller: Canceller | None
    ) -> None:
        self.microphone = microphone
        self.speaker = speaker
        self._canceller = canceller
        self._losses = 0

    def say(self, clip: Clip) -> Playing:
        """Start to say the clip, after what is still being said; returns at once."""
        return self.speaker.say(clip)

    def __iter__(self) -> Iterator[Samples]:
        for block in self.microphone:
            if isinstance(self.microphone, Recording) and isinstance(self.speaker, Loudspeaker):
                if self.speaker.is_speaking:
                    time.sleep(BLOCK / SAMPLE_RATE)  # a recording talks no faster than who it is to
                yield block
                continue
            said = self.speaker.hear(len(block), self.microphone.arrived)
            yield self._clean(block, said)

    def _clean(self, block: Samples, said: Samples) -> Samples:
        if self._canceller is None:
            return block
        if (losses := self.lost + self.stutters + self.slips) != self._losses:
            self._losses = losses
            self._canceller.disturbed()
        return self._canceller.process(block, said)

    def hasten(self) -> None:
        """Answer quickly from now on, instead of being safe from a machine that is busy.

        Raises:
            SoundError: the loudspeaker does not open again.
        """
        if isinstance(self.speaker, Loudspeaker):
            self.speaker.hasten()

    def drain(self) -> Samples:
        """What was captured and not yet taken: forget it, or look at its level."""
        return self.microphone.drain()

    @property
    def is_echo(self) -> bool:
        """Whether the last block is only what is left of an echo: nobody spoke in it."""
        return bool(self._canceller and self._canceller.is_echo)

    @property
    def lost(self) -> int:
        """How often sound from the microphone was lost so far."""
        return self.microphone.lost

    @property
    def stutters(self) -> int:
        """How often the loudspeaker ran dry so far."""
        return self.speaker.stutters if isinstance(self.speaker, Loudspeaker) else 0

    @property
    def slips(self) -> int:
        """How often what was said had to be set anew against what was heard."""
        return self.speaker.slips if isinstance(self.speaker, Loudspeaker) else 0
