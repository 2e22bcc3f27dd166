"""Hearing and speaking at once, on a real sound server: bounds are on samples, not on the clock.

The desk is one virtual device whose left channel is the loudspeaker and whose right one is what
the microphone hears, so that a recording of it holds both on one clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repete import clips
from repete.analysis.condition import level
from repete.model import SAMPLE_RATE, Clip, Samples
from tests.world.studio import AUDIO, Studio, is_heard

LINE = AUDIO / "pitch.en.flac"
USER = AUDIO / "hook.fr.flac"
TOP = Path(__file__).parents[2]

SLOW = 3.0
"""Seconds of sound within which the partner is silent: many times what it takes, for the sound
server itself runs late on a machine that is very busy. He has a dozen more to say."""


@pytest.fixture(scope="module")
def desk(studio: Studio) -> Iterator[Studio]:
    """The studio with a desk in it."""
    loaded = [
        studio.run("pactl", "load-module", *module)
        for module in (
            ("module-null-sink", "sink_name=desk", "rate=16000", "channels=2"),
            ("module-remap-sink", "sink_name=left", "master=desk", "channels=1", "remix=no",
             "channel_map=mono", "master_channel_map=front-left"),
            ("module-remap-sink", "sink_name=right", "master=desk", "channels=1", "remix=no",
             "channel_map=mono", "master_channel_map=front-right"),
            ("module-remap-source", "source_name=ear", "master=desk.monitor", "channels=1",
             "remix=no", "channel_map=mono", "master_channel_map=front-right"),
        )
    ]  # fmt: skip
    yield Studio({**studio.env, "PULSE_SINK": "left", "PULSE_SOURCE": "ear"})
    for number in reversed(loaded):
        studio.run("pactl", "unload-module", number)


@pytest.fixture
def echoing(desk: Studio) -> Iterator[Studio]:
    """The desk with a loudspeaker that the microphone hears, 6 dB softer."""
    number = desk.run(
        "pactl", "load-module", "module-remap-sink", "sink_name=both", "master=desk", "channels=2",
        "remix=no", "channel_map=front-left,front-right",
        "master_channel_map=front-left,front-right",
    )  # fmt: skip
    desk.run("pactl", "set-sink-volume", "both", "65536", "52057")
    yield Studio({**desk.env, "PULSE_SINK": "both"})
    desk.run("pactl", "unload-module", number)


@pytest.fixture
def busy() -> Iterator[None]:
    """The other core works."""
    worker = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    yield
    worker.kill()
    worker.wait()


class Scene:
    """A partner who talks on the desk, and a recording of both."""

    def __init__(self, desk: Studio, folder: Path, seconds: float) -> None:
        self.desk = desk
        self.tape = folder / "tape.flac"
        self._both = folder / "both.raw"
        env = {**os.environ, **desk.env}
        with self._both.open("wb") as out:
            self._recorder = subprocess.Popen(
                ["parec", "--device=desk.monitor", "--rate=16000", "--channels=2",
                 "--format=s16le", "--latency-msec=20"],
                env=env, stdout=out,
            )  # fmt: skip
        time.sleep(1)
        self._partner = subprocess.Popen(
            [sys.executable, "-m", "tests.world.partner", str(LINE), str(self.tape), str(seconds)],
            env=env, cwd=TOP, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._partner.stdout is not None
        assert self._partner.stdout.readline() == "talking\n"

    def end(self) -> tuple[dict[str, Any], Samples, Samples]:
        """What the partner did; what was played; what came to the microphone."""
        out, _ = self._partner.communicate(timeout=120)
        self._recorder.terminate()
        self._recorder.wait()
        data = self._both.read_bytes()
        both = clips.from_pcm(data[: len(data) // 4 * 4]).reshape(-1, 2)
        return json.loads(out), both[:, 0], both[:, 1]


def audible(samples: Samples) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.flatnonzero(np.abs(samples) > 0.005)


def test_the_partner_falls_silent_when_the_user_cuts_in(desk: Studio, tmp_path: Path) -> None:
    scene = Scene(desk, tmp_path, 11)
    time.sleep(5)
    desk.run("paplay", "--device=right", str(USER))
    did, played, came = scene.end()
    assert [decision for decision, _ in did["done"]] == ["stop", "yield"]
    user = int(audible(came)[0])
    silent = int(audible(played)[-1])
    whole = len(clips.read(LINE).samples)
    assert silent - int(audible(played)[0]) < whole * 0.8  # he had more to say
    assert (silent - user) / SAMPLE_RATE < SLOW


def test_on_loudspeakers_the_partner_does_not_interrupt_himself(
    echoing: Studio, tmp_path: Path
) -> None:
    line = clips.read(LINE)
    did, played, came = Scene(echoing, tmp_path, line.seconds + 1).end()
    assert level(came) == pytest.approx(level(played) - 6, abs=1)  # there is an echo indeed
    stops = [decision for decision, _ in did["done"] if decision == "stop"]
    assert len(stops) <= did["stutters"]  # a loudspeaker that runs dry moves its echo
    assert stops or is_heard(line, played) > 0.7


def test_no_sample_is_lost_while_the_other_core_works(
    desk: Studio, busy: None, tmp_path: Path
) -> None:
    scene = Scene(desk, tmp_path, 12)
    desk.run("paplay", "--device=right", str(USER))
    did, _, came = scene.end()
    assert did["lost"] == 0
    tape = clips.read(tmp_path / "tape.flac").samples
    lags = [lag(piece, tape) for piece in pieces(came, tape)]
    assert len(lags) >= 5
    assert np.ptp(lags) <= 8  # a lost block would move what follows by 160


def pieces(came: Samples, tape: Samples) -> list[tuple[int, Samples]]:
    """The loud seconds of what came to the microphone, and where they start."""
    starts = range(0, len(came) - SAMPLE_RATE, SAMPLE_RATE)
    found = [(at, came[at : at + SAMPLE_RATE]) for at in starts]
    loud = [(at, piece) for at, piece in found if level(piece) > -40]
    return [(at, piece) for at, piece in loud if is_heard(Clip(piece), tape) == 1]


def lag(piece: tuple[int, Samples], tape: Samples) -> int:
    at, samples = piece
    size = 1 << (len(tape) + len(samples)).bit_length()
    spectrum = np.fft.rfft(tape, size) * np.conj(np.fft.rfft(samples, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(tape)])) - at
