"""Sound in and out: the only module that opens a device.

Every function imports the sound library when it is called: a machine without one can still
analyse recordings.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from repete.clips import Resampler, resample
from repete.echo import Canceller
from repete.errors import SoundError
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.playing import Playing, Playlist, Speaker
from repete.voice_activity import BLOCK

LEAD_IN = 0.2
"""Seconds of silence played first: a loudspeaker that slept loses its first moments of sound."""

LATENCY = 0.07
"""Seconds of sound handed ahead to the loudspeaker: what a word takes to be heard, and to stop."""

PATIENT = 0.3
"""The same where nobody waits: the machine may be busy for so long, as when a library loads."""

CALLBACK = BLOCK / SAMPLE_RATE / 4
"""Seconds of sound between two calls of the device."""

KEPT = 0.12
"""Seconds of sound that the microphone keeps for us when the machine is busy. It hands over four
callbacks' sound at a time, a block: of what is handed over nothing waits for the rest of its block,
as it would for up to 40 ms with callbacks of 10 ms."""

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

    `lost` counts the times that the machine was too busy to take a block from the device;
    `arrived` is the monotonic time at which the last block was whole.
    """

    def __init__(self, rate: int) -> None:
        self.incoming: queue.SimpleQueue[tuple[Samples, float]] = queue.SimpleQueue()
        self._resampler = Resampler(rate) if rate != SAMPLE_RATE else None
        self._held = np.zeros(0, np.float32)
        self.lost = 0
        self.arrived = 0.0

    def __iter__(self) -> Iterator[Samples]:
        while True:
            while len(self._held) >= BLOCK:
                block, self._held = self._held[:BLOCK], self._held[BLOCK:]
                yield block
            try:
                block, self.arrived = self.incoming.get(timeout=_STALLED)
            except queue.Empty:
                raise SoundError(
                    "The microphone gives no sound any more: check that it is still plugged in."
                ) from None
            self._hold(block)

    def drain(self) -> Samples:
        """What was captured so far and not yet taken, such as the coach's own voice."""
        while not self.incoming.empty():
            block, self.arrived = self.incoming.get()
            self._hold(block)
        captured, self._held = self._held, np.zeros(0, np.float32)
        return captured

    def _hold(self, block: Samples) -> None:
        if self._resampler:
            block = self._resampler.process(block)
        self._held = np.concatenate([self._held, block])


class Recording:
    """A recording that stands in for a microphone: its blocks, then the end."""

    def __init__(self, clip: Clip) -> None:
        self._left = np.pad(clip.samples, (0, -len(clip.samples) % BLOCK))
        self.lost = 0
        self.arrived = 0.0

    def __iter__(self) -> Iterator[Samples]:
        while len(self._left):
            block, self._left = self._left[:BLOCK], self._left[BLOCK:]
            yield block

    def drain(self) -> Samples:
        """Nothing: a recording waits to be heard."""
        return np.zeros(0, np.float32)


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
        if time.monotonic() - self._taken > _STALLED:
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
    number = _choose(device, "input")
    rate = _rate_of(number, "input")
    mic = Microphone(rate)

    def take(block: Samples, _frames: int, _time: object, status: Any) -> None:
        if status.input_overflow:
            mic.lost += 1
        mic.incoming.put((block[:, 0].copy(), time.monotonic()))

    with _running("microphone", _settings(number, rate, KEPT), take):
        yield mic


@contextmanager
def loudspeaker(device: str | None = None, latency: float = LATENCY) -> Iterator[Loudspeaker]:
    """The loudspeaker named, numbered, or the default one, open while the block lasts.

    `latency` is the seconds of sound handed ahead to it: more, where nobody waits, stutters less.

    Raises:
        SoundError: there is none, it is busy, or it does not exist.
    """
    number = _choose(device, "output")
    rate = _rate_of(number, "output")
    speaker = Loudspeaker(rate, latency)

    def give(block: Samples, frames: int, _time: object, status: Any) -> None:
        block[:, 0] = speaker.give(frames, is_late=status.output_underflow)

    with ExitStack() as opened:

        def open_with(latency: float) -> None:
            opened.close()
            settings = _settings(number, rate, latency)
            stream = opened.enter_context(_running("loudspeaker", settings, give))
            speaker.latency = round(stream.latency * rate)
            speaker.restart = partial(_restart, stream)

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


@contextmanager
def _running(what: str, settings: dict[str, Any], callback: Callable[..., None]) -> Iterator[Any]:
    sd = _library()
    kind = sd.InputStream if what == "microphone" else sd.OutputStream
    with _explained(what):
        stream = kind(**settings, callback=callback)
        stream.start()
    try:
        yield stream
    finally:
        stream.abort()
        stream.close()


def _restart(stream: Any) -> None:
    """Let a loudspeaker forget what was handed to it."""
    with _explained("loudspeaker"):
        stream.abort()
        stream.start()


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Say what to do about a device that does not open."""
    try:
        yield
    except _library().PortAudioError as error:
        option = "--input" if what == "microphone" else "--output"
        raise SoundError(
            f"The {what} cannot be opened ({_reason(error)}): close the program that uses it, "
            f"or choose another one from `repete devices` with {option}."
        ) from error


def _settings(number: int, rate: int, latency: float) -> dict[str, Any]:
    return {
        "device": number,
        "samplerate": rate,
        "latency": latency,
        "blocksize": round(CALLBACK * rate),
        "channels": 1,
        "dtype": "float32",
    }


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
