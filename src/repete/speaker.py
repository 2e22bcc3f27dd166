"""The speaker: where what is said goes: a loudspeaker, a file, or nowhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from repete import clips, sound
from repete.errors import UsageError
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.playing import Playing, Playlist


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


class Silence(Playlist):
    """Nowhere: the words are only read on the screen; time passes as the microphone hears."""

    def say(self, clip: Clip) -> Playing:
        """Start the clip, after what is still being said."""
        return self.add(clip.samples)

    def hear(self, count: int, at: float) -> Samples:
        """What is said in the next `count` samples."""
        return self.next(count)

    def play(self, clip: Clip) -> float:
        """Say the clip to its end; the monotonic time then."""
        self.say(clip).wait()
        return time.monotonic()


class FileSpeaker(Silence):
    """A sound file that grows with every clip, half a second apart; it is whole at any moment.

    A clip that is stopped is in it as far as it was heard.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._said: list[Playing] = []

    def say(self, clip: Clip) -> Playing:
        """Add the clip to the file.

        Raises:
            ClipError: the disk refuses, or the name ends in neither .wav nor .flac.
        """
        playing = super().say(clip)
        self._said.append(playing)
        self._write()
        return playing

    def stopped(self, playing: Playing) -> None:
        """Take the rest of the clip out of the file."""
        self._write()

    def _write(self) -> None:
        pause = np.zeros(SAMPLE_RATE // 2, np.float32)
        parts = [part for playing in self._said for part in (playing.heard, pause)]
        clips.write(Clip(np.concatenate(parts)), self.path)


def speaker(output: str | None, otherwise: Path) -> Loudspeaker | FileSpeaker | Silence:
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
