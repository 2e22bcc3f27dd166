"""The speaker: where what is said goes: a loudspeaker, a file, or nowhere."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from repete import clips, sound
from repete.errors import UsageError
from repete.model import SAMPLE_RATE, Clip


class Speaker(Protocol):
    """Takes clips one after another."""

    def play(self, clip: Clip) -> float:
        """Play the clip to its end; the monotonic time of its last sample."""


@dataclass(frozen=True)
class Loudspeaker:
    """A sound device, the default one unless named."""

    device: str | None = None

    def play(self, clip: Clip) -> float:
        """Play the clip to its end; the monotonic time of its last sample.

        Raises:
            SoundError: the device is missing or busy.
        """
        return sound.play(clip, self.device)


@dataclass
class FileSpeaker:
    """A sound file that grows with every clip, half a second apart; it is whole at any moment."""

    path: Path
    _said: list[Clip] = field(default_factory=list)

    def play(self, clip: Clip) -> float:
        """Add the clip to the file; the monotonic time at which it was written.

        Raises:
            ClipError: the disk refuses, or the name ends in neither .wav nor .flac.
        """
        self._said += [clip, Clip(np.zeros(SAMPLE_RATE // 2, np.float32))]
        clips.write(Clip(np.concatenate([said.samples for said in self._said])), self.path)
        return time.monotonic()


@dataclass(frozen=True)
class Silence:
    """Nowhere: the words are only read on the screen."""

    def play(self, clip: Clip) -> float:
        """Do nothing; the monotonic time now."""
        return time.monotonic()


def speaker(output: str | None, otherwise: Path) -> Speaker:
    """The speaker that `--output` names: a device, a file's name, or "none".

    With nothing named it is the default loudspeaker, or the file `otherwise` on a machine that
    has none.

    Raises:
        UsageError: it names a file of a kind that cannot be written.
    """
    if output == "none":
        return Silence()
    if output is None:
        return Loudspeaker() if sound.has_output() else FileSpeaker(otherwise)
    path = Path(output)
    if path.suffix.lower() in clips.CODECS:
        return FileSpeaker(path)
    if path.suffix and path.parent.is_dir() and not output.isdigit() and "/" in output:
        raise UsageError(f"{output} cannot be written: end its name in .wav or .flac.")
    return Loudspeaker(output)
