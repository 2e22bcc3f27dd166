"""The real world, made of software: a sound server, a virtual microphone, a virtual loudspeaker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from repete import clips
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.places import cache_folder

AUDIO = Path(__file__).parents[2] / "audio"

AUDIBLE = 0.01
"""Root mean square from which a second of sound is more than silence."""

ALIKE = 0.8

NO_NETWORK = Path(__file__).with_name("no_network")
"""A folder that, on PYTHONPATH, ends any Python process that reaches for the network."""


@dataclass
class Command:
    """A `repete` that runs in a process of its own, with the network cut."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        """Everything printed so far, on one line."""
        return " ".join(" ".join(self.lines).split())

    def wait_for(self, words: str, seconds: float = 90) -> None:
        """Wait until the words are printed."""
        end = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came: {self.text}"
            assert self.process.poll() is None or words in self.text, self.text
            time.sleep(0.02)

    def ended(self, seconds: float = 180) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)


def unbroken_pitch() -> Samples:
    """The shipped pitch without the silence around it: repeated, it leaves no question open."""
    return clips.read(AUDIO / "pitch.en.flac").samples[8_000:-14_000]


def home_of_its_own(folder: Path) -> Path:
    """A data folder in that folder, with the cache of the usual one: the weights are large."""
    home = folder / "home"
    home.mkdir()
    (home / "cache").symlink_to(cache_folder())
    return home


class Memory:
    """Watches what a process takes until it ends: nothing tells it afterwards."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.most = 0.0
        """Megabytes that it held at most so far."""
        self._process = process
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def wait(self) -> None:
        """Wait until the process has ended."""
        self._watching.join()

    def _watch(self) -> None:
        status = Path(f"/proc/{self._process.pid}/status")
        while self._process.poll() is None:
            lines = status.read_text().splitlines() if status.exists() else []
            peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
            self.most = max(self.most, peak / 1024)
            time.sleep(0.5)


def start(*arguments: str, env: dict[str, str] | None = None) -> Command:
    """Start `repete` with these arguments."""
    told = {**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    told["PYTHONPATH"] = str(NO_NETWORK)
    return Command(
        subprocess.Popen(
            [sys.executable, "-m", "repete", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=told,
        )
    )


@dataclass(frozen=True)
class Studio:
    """A running sound server: what is played into `mouth` is heard by `mic`."""

    env: dict[str, str]

    def run(self, *command: str) -> str:
        """Run a client of the server."""
        told = {**os.environ, **self.env}
        done = subprocess.run(command, env=told, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def speak(self, path: Path) -> None:
        """Be the user: speak a recording into the microphone, to its end."""
        self.run("paplay", "--device=mouth", str(path))

    def start_speaking(self, path: Path) -> subprocess.Popen[bytes]:
        """Be the user who may be interrupted: speak until the process is terminated."""
        command = ["paplay", "--device=mouth", str(path)]
        return subprocess.Popen(command, env={**os.environ, **self.env})

    def record(self, path: Path) -> subprocess.Popen[bytes]:
        """Record the loudspeaker into a WAV file until the process is terminated."""
        recorder = subprocess.Popen(
            ["parec", "--device=speaker.monitor", "--rate=16000", "--channels=1",
             "--format=s16le", "--latency-msec=20", "--file-format=wav", str(path)],
            env={**os.environ, **self.env},
        )  # fmt: skip
        time.sleep(3)  # a sound server that slept takes a while to deliver its first sample
        return recorder


def is_heard(clip: Clip, recording: Samples) -> float:
    """How much of the clip is in a recording: the share of its seconds that are found there.

    A second is found when the peak of its cross-correlation with the recording is above 0.8 of
    the energy of both. Seconds of silence do not count; a click between two does no harm.
    """
    seconds = [
        clip.samples[at : at + SAMPLE_RATE] for at in range(0, len(clip.samples), SAMPLE_RATE)
    ]
    loud = [piece for piece in seconds if np.sqrt(np.mean(piece**2)) > AUDIBLE]
    return float(np.mean([_likeness(piece, recording) > ALIKE for piece in loud]))


def _likeness(piece: Samples, recording: Samples) -> float:
    """The peak of the cross-correlation over the energy of both, by fast Fourier transform."""
    size = 1 << int(np.ceil(np.log2(len(recording) + len(piece))))
    spectrum = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(piece, size))
    correlation = np.fft.irfft(spectrum, size)[: len(recording)]
    at = int(np.argmax(correlation))
    energy = np.linalg.norm(recording[at : at + len(piece)]) * np.linalg.norm(piece)
    return float(correlation[at] / energy) if energy else 0.0


def recorded(path: Path) -> Clip:
    """A recording whose program was stopped: its header may count no samples."""
    data = path.read_bytes()
    return Clip(clips.from_pcm(data[44:]))


@contextmanager
def sound_server(runtime: Path) -> Iterator[Studio]:
    """A sound server of its own in a folder, with a virtual microphone and loudspeaker."""
    runtime.chmod(0o700)
    server = Studio({"XDG_RUNTIME_DIR": str(runtime), "HOME": str(runtime)})
    server.run("pulseaudio", "--start", "--exit-idle-time=-1")
    for module in (
        ("module-null-sink", "sink_name=mouth"),
        ("module-remap-source", "master=mouth.monitor", "source_name=mic"),
        ("module-null-sink", "sink_name=speaker"),
    ):
        server.run("pactl", "load-module", *module)
    server.run("pactl", "set-default-sink", "speaker")
    server.run("pactl", "set-default-source", "mic")
    try:
        yield server
    finally:
        server.run("pulseaudio", "--kill")
