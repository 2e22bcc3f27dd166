"""How long a user waits for the coach, on a real sound server: the endpoint, then the first sample.

    .venv/bin/python benchmarks/answer.py [--takes 8]

A recorded user gives a pitch through the virtual microphone, take after take. Printed, with the
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
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.world.studio import AUDIO, Studio, sound_server


class Stopwatch:
    """When the user fell silent, when that was decided, and when the coach was first heard."""

    def __init__(self) -> None:
        self.decided: list[float] = []
        self.answered: list[float] = []
        self.fell_silent: list[float] = []

    def decide(self, lag: float) -> None:
        """The decision has fallen, so many seconds after the last speech."""
        self.decided.append(time.monotonic())
        self.fell_silent.append(self.decided[-1] - lag)

    def hear(self, samples: Any, latency: float) -> None:
        """What the loudspeaker takes now will be heard after its latency."""
        if len(self.answered) < len(self.decided) and np.abs(samples).max(initial=0.0) > 1e-3:
            self.answered.append(time.monotonic() + latency)


def measured(takes: int, studio: Studio) -> tuple[Stopwatch, int, int]:
    """The stopwatch after so many takes, the overflows and the stutters."""
    os.environ.update(studio.env)
    from repete import scenario, sound
    from repete.cli import sitting
    from repete.conversation import Conversation

    watch = Stopwatch()
    line: list[sound.Line] = []

    class Timed(sitting.Desk):
        def _answer(self, *given: Any) -> Any:
            line[:] = [self.line]
            watch.decide(talk[-1]._endpointer.silence)
            return super()._answer(*given)

        def _turn_opens(self) -> None:
            super()._turn_opens()
            if len(watch.decided) == len(threads):
                threads.append(threading.Thread(target=_speak, args=(studio,)))
                threads[-1].start()

    talk: list[Conversation] = []
    threads: list[threading.Thread] = []
    begin = Conversation.__init__

    def noted(self: Conversation, *given: Any) -> None:
        begin(self, *given)
        talk.append(self)

    take = sound.Loudspeaker.next

    def heard(self: sound.Loudspeaker, count: int) -> Any:
        samples = take(self, count)
        watch.hear(samples, self.latency / self.rate)
        return samples

    Conversation.__init__ = noted  # type: ignore[method-assign]
    sound.Loudspeaker.next = heard  # type: ignore[method-assign]
    sitting.Desk = Timed  # type: ignore[misc]
    brief = scenario.find("pitch").brief("en", "network")
    sitting.sit(brief, sitting.Choice(takes=takes, as_json=True))
    return watch, line[0].lost, line[0].stutters


def _speak(studio: Studio) -> None:
    subprocess.run(
        ["paplay", "--device=mouth", str(AUDIO / "pitch.en.flac")],
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
        watch, lost, stutters = measured(given.takes, studio)
    both = list(zip(watch.fell_silent, watch.decided, watch.answered, strict=False))
    print(told("decision -> first sample of feedback", [end - start for _, start, end in both]))
    print(told("last speech -> first sample of feedback", [end - start for start, _, end in both]))
    print(f"microphone overflows {lost}, loudspeaker stutters {stutters}")


if __name__ == "__main__":
    main()
