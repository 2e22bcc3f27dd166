"""The devices: the only file that opens one.

The sound library is imported when it is needed: a machine without one can still analyse recordings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from repete.errors import SoundError
from repete.model import SAMPLE_RATE, Samples
from repete.sound.output import CALLBACK

Way = Literal["input", "output"]

_NAMES: dict[Way, str] = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True)
class Device:
    """A sound device: its number, its name, its channels each way, whether it is the default."""

    number: int
    name: str
    inputs: int
    outputs: int
    is_default_input: bool
    is_default_output: bool


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


@dataclass(frozen=True)
class Port:
    """A device one way, and the rate at which it runs in samples a second."""

    way: Way
    number: int
    rate: int


def port(way: Way, device: str | None) -> Port:
    """The port of the device named, numbered, or of the default one.

    Raises:
        SoundError: there is none, or it does not exist.
    """
    number = _choose(device, way)
    return Port(way, number, _rate_of(number, way))


@contextmanager
def running(
    port: Port, latency: float, callback: Callable[[Samples, int, object, Any], None]
) -> Iterator[Any]:
    """The port's stream, which calls back for every `CALLBACK` seconds while the block lasts.

    Raises:
        SoundError: the device is busy.
    """
    sd = _library()
    kind = sd.InputStream if port.way == "input" else sd.OutputStream
    with _explained(port.way):
        stream = kind(
            device=port.number,
            samplerate=port.rate,
            latency=latency,
            blocksize=round(CALLBACK * port.rate),
            channels=1,
            dtype="float32",
            callback=callback,
        )
        stream.start()
    try:
        yield stream
    finally:
        stream.abort()
        stream.close()


def restart(stream: Any) -> None:
    """Let a stream that goes out forget what was handed to it.

    Raises:
        SoundError: the device does not start again.
    """
    with _explained("output"):
        stream.abort()
        stream.start()


@contextmanager
def _explained(way: Way) -> Iterator[None]:
    """Say what to do about a device that does not open."""
    try:
        yield
    except _library().PortAudioError as error:
        raise SoundError(
            f"The {_NAMES[way]} cannot be opened ({_reason(error)}): close the program that uses "
            f"it, or choose another one from `repete devices` with --{way}."
        ) from error


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


def _choose(device: str | None, way: Way) -> int:
    """The number of the device named, or of the default one."""
    what = _NAMES[way]
    able = [found for found in devices() if (found.inputs if way == "input" else found.outputs)]
    if not able:
        raise SoundError(
            f"There is no {what} on this machine: plug one in, or use "
            f"--{way} FILE{' or --output none' if way == 'output' else ''}."
        )
    if device is None:
        chosen = [
            found
            for found in able
            if (found.is_default_input if way == "input" else found.is_default_output)
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


def _rate_of(number: int, way: Way) -> int:
    """16 kHz when the device takes it, else the rate that the device likes best."""
    sd = _library()
    check = sd.check_input_settings if way == "input" else sd.check_output_settings
    try:
        check(device=number, samplerate=SAMPLE_RATE, channels=1, dtype="float32")
    except sd.PortAudioError:
        return int(sd.query_devices(number)["default_samplerate"])
    return SAMPLE_RATE


def _reason(error: Exception) -> str:
    return str(error).split(" [PaErrorCode", maxsplit=1)[0]
