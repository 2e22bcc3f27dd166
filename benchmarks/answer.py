"""How long a user waits for the coach, on a real sound server: the endpoint, then the first sample.

    .venv/bin/python benchmarks/answer.py [--takes 8]

A recorded user gives a pitch through the virtual microphone, take after take, and the coach answers
as soon as it ends (the partner's own last words are left out). Printed for each language, with the
machine: the seconds from the decision that the user has finished to the first sample of the
feedback in the loudspeaker (the device's own latency included), and from the last sample of the
user's speech to the same; the microphone's overflows and the loudspeaker's stutters.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from repete.model import LANGUAGES, Language
from tests.world.studio import AUDIO, Studio, sound_server


class Stopwatch:
    """When the user fell silent, when that was decided, and when the coach was first heard.

    `waits` has these three monotonic times of each take.
    """

    def __init__(self) -> None:
        self.waits: list[tuple[float, float, float]] = []
        self._decided: tuple[float, float] | None = None

    def decide(self, silence: float) -> None:
        """The decision has fallen, so many seconds after the last speech; it may be taken back."""
        now = time.monotonic()
        self._decided = (now - silence, now)

    def hear(self, samples: Any, latency: float) -> None:
        """What the loudspeaker takes now will be heard after its latency."""
        if self._decided and np.abs(samples).max(initial=0.0) > 1e-3:
            self.waits.append((*self._decided, time.monotonic() + latency))
            self._decided = None


def measured(takes: int, studio: Studio, language: Language) -> tuple[Stopwatch, int, int]:
    """The stopwatch after so many takes, the overflows and the stutters."""
    os.environ.update(studio.env)
    from repete import scenario, sound
    from repete.cli import sitting
    from repete.endpoint import Endpointer

    watch = Stopwatch()
    desks: list[sitting.Desk] = []
    threads: list[threading.Thread] = []

    class Timed(sitting.Desk):
        def _turn_opens(self) -> None:
            super()._turn_opens()
            desks[:] = [self]
            if len(watch.waits) == len(threads):
                threads.append(threading.Thread(target=_speak, args=(studio, language)))
                threads[-1].start()

    end, take = Endpointer.end, sound.Loudspeaker.next

    def ends(self: Endpointer, why: Any) -> None:
        watch.decide(self.silence)
        end(self, why)

    def heard(self: sound.Loudspeaker, count: int) -> Any:
        samples = take(self, count)
        watch.hear(samples, self.latency / self.rate)
        return samples

    Endpointer.end = ends  # type: ignore[method-assign]
    sound.Loudspeaker.next = heard  # type: ignore[method-assign]
    sitting.Desk = Timed  # type: ignore[misc]
    whole = scenario.find("pitch").brief(language, "network")
    only = replace(whole.play[0], ways=(), otherwise="end")
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        sitting.sit(replace(whole, play=(only,)), sitting.Choice(takes=takes, as_json=True))
    Endpointer.end, sound.Loudspeaker.next = end, take  # type: ignore[method-assign]
    return watch, desks[0].line.lost, desks[0].line.stutters


def _speak(studio: Studio, language: Language) -> None:
    subprocess.run(
        ["paplay", "--device=mouth", str(AUDIO / f"pitch.{language}.flac")],
        env={**os.environ, **studio.env},
        check=True,
    )


def told(name: str, seconds: Sequence[float]) -> str:
    """Median and 95th percentile of the seconds."""
    worst = float(np.percentile(seconds, 95))
    return (
        f"{name}: {statistics.median(seconds):.2f} s median, {worst:.2f} s p95 (n={len(seconds)})"
    )


def main() -> None:
    """Print the waits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--takes", type=int, default=8)
    given = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True
    )
    told_in = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # the server leaves late
    with told_in as folder, sound_server(Path(folder)) as studio:
        for language in LANGUAGES:
            watch, lost, stutters = measured(given.takes, studio, language)
            since = {"decision": 1, "last speech": 0}
            for name, place in since.items():
                seconds = [wait[2] - wait[place] for wait in watch.waits]
                print(told(f"{language}: {name} -> first sample of feedback", seconds), flush=True)
            print(f"{language}: microphone overflows {lost}, loudspeaker stutters {stutters}")


if __name__ == "__main__":
    main()
