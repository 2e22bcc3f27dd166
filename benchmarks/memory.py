"""The memory that a long reply costs: whole rehearsals on a real sound server, in real time.

    .venv/bin/python benchmarks/memory.py [--minutes 10 30]

Prints, with the machine, the most memory that `repete pitch` holds while somebody talks for so long
without a pause, and when the reply is judged and kept; beside it what plain faster-whisper holds
that reads the recording afterwards.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from repete import clips
from repete.endpoint import OVER
from repete.model import SAMPLE_RATE, Clip
from repete.transcribe import weights
from tests.world.studio import (
    Memory,
    Studio,
    home_of_its_own,
    sound_server,
    start,
    unbroken_pitch,
)

ALLOWED = "450 + 2 for each minute"

PLAIN = """
import resource, sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8")
list(model.transcribe(sys.argv[2], language="en", beam_size=1)[0])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--minutes", type=float, nargs="+", default=[10.0, 30.0])
    told = asked.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {sys.version[:6]}; "
          f"most memory in MB, {ALLOWED} is asked for")  # fmt: skip
    for minutes in told.minutes:
        with tempfile.TemporaryDirectory() as folder:
            measure(minutes, Path(folder))


def measure(minutes: float, folder: Path) -> None:
    """Print what a reply of so many minutes takes."""
    talk = folder / "talk.flac"
    clips.write(Clip(np.resize(unbroken_pitch(), round(minutes * 60 * SAMPLE_RATE))), talk)
    with sound_server(folder) as studio:
        while_it_lasts, in_all = rehearsed(minutes, talk, studio)
    command = [sys.executable, "-c", PLAIN, str(weights.find()), str(talk)]
    plain = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{minutes:4.0f} min  while it lasts {while_it_lasts:4.0f}  in all {in_all:4.0f}"
          f"  plain faster-whisper {plain:5.0f} ({in_all / plain:.2f})", flush=True)  # fmt: skip


def rehearsed(minutes: float, talk: Path, studio: Studio) -> tuple[float, float]:
    """The most memory when the talk has ended, and when the take is kept."""
    weights.find()
    home = home_of_its_own(talk.parent)
    longest = max(30, round(minutes * 60 / OVER))
    command = start(
        "pitch", "--lang", "en", "--seconds", str(longest), "--output", "none", "--takes", "1",
        env={**studio.env, "REPETE_HOME": str(home)},
    )  # fmt: skip
    memory = Memory(command.process)
    command.wait_for("Your turn")
    studio.speak(talk)
    while_it_lasted = memory.most
    assert command.ended(600) == 0, command.text
    return while_it_lasted, memory.most


if __name__ == "__main__":
    main()
