"""Sound in and out: the only module that opens a device.

Every function imports the sound library when it is called: a machine without one can still
analyse recordings.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from repete.clips import Resampler, resample
from repete.errors import SoundError
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.voice_activity import BLOCK

LEAD_IN = 0.2
"""Seconds of silence played first: a loudspeaker that slept loses its first moments of sound."""

BUFFER = 0.3
"""Seconds of sound handed ahead to the loudspeaker: while the recognizer loads beside it, Python
may be late by a tenth of a second, which a small buffer turns into a stutter."""

_PIECE = 2048
"""Samples played at a time: short enough for Ctrl-C to be heard at once."""

_STALLED = 4.0
"""Seconds without a block after which a microphone counts as stuck."""


@dataclass(frozen=True)
class Device:
    """A sound device: its number, its name, its channels each way, whether it is the default."""

    number: int
    name: str
    inputs: int
    outputs: int
    is_default_input: bool
    is_default_output: bool


class Microphone:
    """An open microphone: iterate over it for blocks of `BLOCK` samples.

    `lost` counts the times that the machine was too busy to take a block from the device.
    """

    def __init__(self, blocks: queue.SimpleQueue[Samples], rate: int) -> None:
        self._incoming = blocks
        self._resampler = Resampler(rate) if rate != SAMPLE_RATE else None
        self._held = np.zeros(0, np.float32)
        self.lost = 0

    def __iter__(self) -> Iterator[Samples]:
        while True:
            try:
                block = self._incoming.get(timeout=_STALLED)
            except queue.Empty:
                raise SoundError(
                    "The microphone gives no sound any more: check that it is still plugged in."
                ) from None
            if self._resampler:
                block = self._resampler.process(block)
            self._held = np.concatenate([self._held, block])
            while len(self._held) >= BLOCK:
                yield self._held[:BLOCK]
                self._held = self._held[BLOCK:]

    def drain(self) -> Samples:
        """What was captured so far and not yet taken, such as the coach's own voice."""
        captured = [self._held]
        while not self._incoming.empty():
            captured.append(self._incoming.get())
        self._held = np.zeros(0, np.float32)
        return np.concatenate(captured)


@contextmanager
def microphone(device: str | None = None) -> Iterator[Microphone]:
    """The microphone named, numbered, or the default one, open while the block lasts.

    Raises:
        SoundError: there is none, it is busy, or it does not exist.
    """
    sd = _library()
    number = _choose(device, "input")
    incoming: queue.SimpleQueue[Samples] = queue.SimpleQueue()
    rate = _rate_of(number, "input")
    mic = Microphone(incoming, rate)

    def take(block: Samples, _frames: int, _time: object, status: Any) -> None:
        if status.input_overflow:
            mic.lost += 1
        incoming.put(block[:, 0].copy())

    try:
        stream = sd.InputStream(
            samplerate=rate, device=number, channels=1, dtype="float32", callback=take
        )
        stream.start()
    except sd.PortAudioError as error:
        raise SoundError(
            f"The microphone cannot be opened ({_reason(error)}): close the program that uses it, "
            "or choose another one from `repete devices` with --input."
        ) from error
    try:
        yield mic
    finally:
        stream.abort()
        stream.close()


def play(clip: Clip, device: str | None = None) -> float:
    """Play the clip to its end; the monotonic time at which its last sample was heard.

    Raises:
        SoundError: there is no loudspeaker, it is busy, or it does not exist.
    """
    sd = _library()
    number = _choose(device, "output")
    rate = _rate_of(number, "output")
    lead_in = np.zeros(round(LEAD_IN * rate), np.float32)
    samples = np.concatenate([lead_in, resample(clip.samples, SAMPLE_RATE, rate)])
    try:
        with sd.OutputStream(
            samplerate=rate, device=number, channels=1, dtype="float32", latency=BUFFER
        ) as stream:
            for start in range(0, len(samples), _PIECE):
                stream.write(np.ascontiguousarray(samples[start : start + _PIECE, np.newaxis]))
    except sd.PortAudioError as error:
        raise SoundError(
            f"The loudspeaker cannot be opened ({_reason(error)}): close the program that uses it, "
            "or choose another one from `repete devices` with --output."
        ) from error
    return time.monotonic()


def devices() -> tuple[Device, ...]:
    """Every sound device of this machine.

    Raises:
        SoundError: the sound library itself is missing.
    """
    sd = _library()
    into, out = sd.default.device
    return tuple(
        Device(
            number,
            info["name"],
            info["max_input_channels"],
            info["max_output_channels"],
            number == into,
            number == out,
        )
        for number, info in enumerate(sd.query_devices())
    )


def has_output() -> bool:
    """Whether anything on this machine can play sound."""
    try:
        return any(device.outputs for device in devices())
    except SoundError:
        return False


def _library() -> Any:
    try:
        import sounddevice
    except OSError as error:
        raise SoundError(
            "The sound library PortAudio is missing: on Debian or Ubuntu run "
            "`sudo apt install libportaudio2`, on Fedora `sudo dnf install portaudio`."
        ) from error
    _hush_alsa()
    return sounddevice


@cache
def _hush_alsa() -> object:
    """Keep ALSA, Linux's sound layer, from writing its own notes over the screen.

    The handler is given back so that it lives as long as the library that calls it.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return None
    texts = (ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    handler = ctypes.CFUNCTYPE(None, *texts)(lambda *_: None)
    alsa.snd_lib_error_set_handler(handler)
    return handler


def _choose(device: str | None, kind: str) -> int:
    """The number of the device named, or of the default one."""
    what = "microphone" if kind == "input" else "loudspeaker"
    able = [found for found in devices() if (found.inputs if kind == "input" else found.outputs)]
    if not able:
        raise SoundError(
            f"There is no {what} on this machine: plug one in, or use "
            f"--{kind} FILE{' or --output none' if kind == 'output' else ''}."
        )
    if device is None:
        chosen = [
            found
            for found in able
            if (found.is_default_input if kind == "input" else found.is_default_output)
        ]
        return (chosen or able)[0].number
    named = [
        found
        for found in able
        if device == str(found.number) or device.lower() in found.name.lower()
    ]
    exact = [found for found in named if found.name == device]
    if not named:
        raise SoundError(
            f'There is no {what} "{device}" (nor a file of that name): '
            "`repete devices` lists what there is."
        )
    return (exact or named)[0].number


def _rate_of(number: int, kind: str) -> int:
    """16 kHz when the device takes it, else the rate that the device likes best."""
    sd = _library()
    check = sd.check_input_settings if kind == "input" else sd.check_output_settings
    try:
        check(device=number, samplerate=SAMPLE_RATE, channels=1, dtype="float32")
    except sd.PortAudioError:
        return int(sd.query_devices(number)["default_samplerate"])
    return SAMPLE_RATE


def _reason(error: Exception) -> str:
    return str(error).split(" [PaErrorCode", maxsplit=1)[0]
