"""How long a user waits: the first word, the analysis, `--help`; and how much memory it takes.

    .venv/bin/python benchmarks/rehearsal.py

Prints each figure with the machine. The first word is timed on a virtual loudspeaker of a real
sound server, from the start of the command to the first sound; the analysis is set against plain
faster-whisper with word times on the same file, in turn, as a ratio.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from repete import clips
from repete.model import SAMPLE_RATE, Clip
from repete.transcribe import weights
from tests.world.studio import AUDIO, sound_server

RUNS = 5
REPETE = (sys.executable, "-m", "repete")
AUDIBLE = 300
"""Amplitude of a 16-bit sample from which there is sound."""

PLAIN = """
import sys, av, numpy
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
segments, _ = model.transcribe(sys.argv[2], language="en", word_timestamps=True, vad_filter=True)
print(sum(len(segment.words) for segment in segments))
"""


def main() -> None:
    """Measure and print."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.processor() or platform.machine()}, {cores} cores, Python {sys.version[:6]}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REPETE_HOME"] = folder
        show("repete --help", [seconds_of((*REPETE, "--help")) for _ in range(RUNS)], "s")
        show("first spoken word, cache warm", first_words(Path(folder)), "s")
        analysis(Path(folder))


def show(what: str, figures: list[float], unit: str) -> None:
    """One line: the median, the least and the most."""
    middle, least, most = statistics.median(figures), min(figures), max(figures)
    print(f"{what:<44} {middle:7.2f} {unit:<3} ({least:.2f} to {most:.2f}, {len(figures)} runs)")


def seconds_of(command: tuple[str, ...]) -> float:
    """How long a command takes."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def first_words(folder: Path) -> list[float]:
    """Seconds from the command to the first sound of the prompt, the voice's cache being warm."""
    runtime = folder / "pulse"
    runtime.mkdir()
    with sound_server(runtime) as server:
        env = {**os.environ, **server.env}
        listener = subprocess.Popen(
            ["parec", "--device=speaker.monitor", "--rate=16000", "--channels=1",
             "--format=s16le", "--latency-msec=10"],
            stdout=subprocess.PIPE, env=env,
        )  # fmt: skip
        assert listener.stdout is not None
        os.set_blocking(listener.stdout.fileno(), False)
        time.sleep(3)
        found = [first_word(env, listener.stdout.read) for _ in range(RUNS + 1)]
        listener.kill()
        listener.wait()
    return found[1:]  # the first run synthesizes the prompt


def first_word(env: dict[str, str], heard: Callable[[], bytes | None]) -> float:
    """One start of a rehearsal, interrupted once it speaks."""
    heard()
    start = time.monotonic()
    rehearsal = subprocess.Popen(
        [*REPETE, "rehearse", "interrupted", "--lang", "en"],
        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    loudest = 0
    while loudest < AUDIBLE:
        time.sleep(0.005)
        data = heard() or b""
        loudest = int(np.abs(np.frombuffer(data[: len(data) // 2 * 2], "<i2")).max(initial=0))
    took = time.monotonic() - start
    rehearsal.kill()
    rehearsal.wait()
    time.sleep(0.5)
    return took


def analysis(folder: Path) -> None:
    """A minute of speech: `repete analyse` against plain faster-whisper, in turn."""
    parts = [clips.read(AUDIO / f"{name}.en.flac").samples for name in ("pitch", "interrupted")]
    minute = np.resize(np.concatenate(parts), 60 * SAMPLE_RATE).astype(np.float32)
    path = folder / "minute.wav"
    clips.write(Clip(minute), path)
    model = str(weights.find())
    ours, plain = [], []
    for _ in range(RUNS):
        ours.append(seconds_of((*REPETE, "analyse", str(path), "--lang", "en", "--json")))
        plain.append(seconds_of((sys.executable, "-c", PLAIN, model, str(path))))
    show("analysis of 60 s, the whole command", ours, "s")
    show("share of real time", [took / 60 for took in ours], "")
    ratios = [one / other for one, other in zip(ours, plain, strict=True)]
    show("against plain faster-whisper (beam 5)", ratios, "x")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'most memory of any of these processes':<44} {peak:7.0f} MB")
    show("  of repete analyse", [memory_of(path)], "MB")


def memory_of(path: Path) -> float:
    """Peak memory of one analysis, in MB."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    command = (sys.executable, "-c", code, *REPETE, "analyse", str(path), "--lang", "en", "--json")
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
