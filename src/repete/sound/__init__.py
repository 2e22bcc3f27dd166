"""Sound in and out: a microphone and a loudspeaker, open while somebody needs them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np

from repete.echo import Canceller
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.playing import Speaker
from repete.sound import hardware
from repete.sound.hardware import Device, devices, has_output
from repete.sound.input import Microphone, Recording
from repete.sound.line import Line
from repete.sound.output import LATENCY, PATIENT, Loudspeaker

__all__ = [
    "LATENCY", "PATIENT", "Device", "Line", "Loudspeaker", "Microphone", "Recording", "devices",
    "duplex", "has_output", "loudspeaker", "microphone", "play",
]  # fmt: skip

LEAD_IN = 0.2
"""Seconds of silence played first: a loudspeaker that slept loses its first moments of sound."""

KEPT = 0.12
"""Seconds of sound that the microphone keeps for us when the machine is busy. It hands over four
callbacks' sound at a time, a block: of what is handed over nothing waits for the rest of its block,
as it would for up to 40 ms with callbacks of 10 ms."""


@contextmanager
def duplex(source: str | Clip | None = None, output: str | Speaker | None = None) -> Iterator[Line]:
    """A microphone and a loudspeaker, open together while the block lasts.

    Each is a device's name or number, or the default one; a clip may stand in for the microphone,
    any other speaker for the loudspeaker.

    Raises:
        SoundError: a device is missing, busy, or does not exist.
    """
    with ExitStack() as opened:
        speaker = (
            opened.enter_context(loudspeaker(output))
            if output is None or isinstance(output, str)
            else output
        )
        if isinstance(source, Clip):
            yield Line(Recording(source), speaker, None)
            return
        mic = opened.enter_context(microphone(source))
        canceller = Canceller() if isinstance(speaker, Loudspeaker) else None
        yield Line(mic, speaker, canceller)


@contextmanager
def microphone(device: str | None = None) -> Iterator[Microphone]:
    """The microphone named, numbered, or the default one, open while the block lasts.

    Raises:
        SoundError: there is none, it is busy, or it does not exist.
    """
    port = hardware.port("input", device)
    mic = Microphone(port.rate)

    def take(block: Samples, _frames: int, _time: object, status: Any) -> None:
        if status.input_overflow:
            mic.lost += 1
        mic.incoming.put((block[:, 0].copy(), time.monotonic()))

    with hardware.running(port, KEPT, take):
        yield mic


@contextmanager
def loudspeaker(device: str | None = None, latency: float = LATENCY) -> Iterator[Loudspeaker]:
    """The loudspeaker named, numbered, or the default one, open while the block lasts.

    `latency` is the seconds of sound handed ahead to it: more, where nobody waits, stutters less.

    Raises:
        SoundError: there is none, it is busy, or it does not exist.
    """
    port = hardware.port("output", device)
    speaker = Loudspeaker(port.rate, latency)

    def give(block: Samples, frames: int, _time: object, status: Any) -> None:
        block[:, 0] = speaker.give(frames, is_late=status.output_underflow)

    with ExitStack() as opened:

        def open_with(latency: float) -> None:
            opened.close()
            stream = opened.enter_context(hardware.running(port, latency, give))
            speaker.latency = round(stream.latency * port.rate)
            speaker.restart = partial(hardware.restart, stream)

        speaker.open = open_with
        open_with(latency)
        yield speaker


def play(clip: Clip, device: str | None = None) -> float:
    """Play the clip to its end; the monotonic time at which its last sample was heard.

    Raises:
        SoundError: there is no loudspeaker, it is busy, or it does not exist.
    """
    with loudspeaker(device, PATIENT) as opened:
        lead_in = np.zeros(round(LEAD_IN * SAMPLE_RATE), np.float32)
        opened.say(Clip(np.concatenate([lead_in, clip.samples]))).wait()
    return time.monotonic()
