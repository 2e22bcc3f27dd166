"""Cutting in over loudspeakers, on a real sound server and in real time.

    .venv/bin/python benchmarks/desk.py SPEECH [--minutes 20] [--room FILE]

SPEECH is a folder of recordings of real people, who cut in, one every five seconds; FILE is a
room's impulse response, by default one made of numbers. A desk is a virtual device with three
channels: what the loudspeaker plays, what comes to the microphone, and the user alone, so that a
recording of it holds all three on one clock. A process of its own hears the first channel and plays
it into the second, late, filtered and softer. The partner is a process that talks through the parts
of a rehearsal. The desks work side by side; every figure is read from the recordings.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import echo

from repete import clips, sound
from repete.analysis.condition import level
from repete.cut_in import VOICE, CutIn, take_up
from repete.model import SAMPLE_RATE, Clip, Line, Samples, Span
from repete.partner import Partner
from repete.playing import Playing
from repete.voice_activity import BLOCK, Alert, speech_in
from tests.world.studio import Studio, sound_server

LEVELS = (-6.0, -20.0)
"""The echoes, in dB under what is played."""

SETTING = 8.0
"""Seconds of the coach's setting, which nobody cuts in on."""

PERIOD = 5.0
"""Seconds from one cut-in to the next, give or take half a second."""

SILENT = 0.0005
"""Share of full scale under which nothing is heard."""

OVER = 0.6
"""Seconds of silence after which the user's turn is over and the partner talks again."""

DELAY = 0.03
"""Seconds of the way from the loudspeaker to the microphone, beside what the devices take."""

LATE = round(0.4 * SAMPLE_RATE)
"""Samples of a room that come back."""

PIPE = "--latency-msec=20"
RAW = ("--rate=16000", "--format=s16le", PIPE)
STEP = BLOCK / SAMPLE_RATE


def main() -> None:
    """Measure and print; or be one of the two processes of a desk."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("speech", type=Path, help="a folder of recordings of people")
    asked.add_argument("--minutes", type=float, default=20.0, help="of the partner alone")
    asked.add_argument("--echo", type=float, nargs="+", default=LEVELS, help="under him, in dB")
    asked.add_argument("--room", type=Path, help="an impulse response")
    asked.add_argument("--most", type=int, help="cut-ins at most")
    told = asked.parse_args()
    users = list(echo.cut_ins(told.speech))[: told.most]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(echo.partner_lines(None), folder / "lines")
        written(users, folder / "users")
        late = (clips.read(told.room).samples if told.room else echo.late(DELAY))[:LATE]
        (folder / "pulse").mkdir()
        with sound_server(folder / "pulse") as server, ExitStack() as opened:
            desks = [opened.enter_context(desk(server, folder, late, at)) for at in told.echo]
            if told.minutes:
                together(
                    [threading.Thread(target=one.alone, args=(told.minutes,)) for one in desks]
                )
            if users:
                together([threading.Thread(target=one.cut_in) for one in desks])


def together(threads: list[threading.Thread]) -> None:
    """Run them side by side to their ends."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def written(sounds: Iterator[Samples] | list[Samples], folder: Path) -> None:
    """The sounds as files, in order."""
    folder.mkdir()
    for number, samples in enumerate(sounds):
        clips.write(Clip(samples), folder / f"{number:03}.flac")


@contextmanager
def desk(server: Studio, folder: Path, late: Samples, decibels: float) -> Iterator[Desk]:
    """A device whose channels are the loudspeaker, the microphone and the user, with its echo."""
    name = f"desk{-decibels:.0f}"
    impulse = np.zeros((len(late), 2), np.float32)
    impulse[0, 0], impulse[:, 1] = 1, late / np.linalg.norm(late) * 10 ** (decibels / 20)
    with wave.open(str(folder / f"{name}.wav"), "wb") as out:
        out.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        out.writeframes((impulse * 32767).astype("<i2").tobytes())
    loaded = [
        server.run("pactl", "load-module", *module)
        for module in (
            ("module-null-sink", f"sink_name={name}", "rate=16000", "channels=3",
             "channel_map=front-left,front-right,rear-left"),
            ("module-remap-sink", f"sink_name={name}both", f"master={name}", "channels=2",
             "remix=no", "channel_map=front-left,front-right",
             "master_channel_map=front-left,front-right"),
            ("module-virtual-surround-sink", f"sink_name={name}room", f"master={name}both",
             f"hrir={folder / name}.wav", "rate=16000", "channels=2",
             "channel_map=front-left,front-right"),
            ("module-remap-sink", f"sink_name={name}said", f"master={name}room", "channels=1",
             "remix=no", "channel_map=mono", "master_channel_map=front-left"),
            ("module-remap-sink", f"sink_name={name}user", f"master={name}", "channels=2",
             "remix=no", "channel_map=front-left,front-right",
             "master_channel_map=front-right,rear-left"),
            ("module-remap-source", f"source_name={name}ear", f"master={name}.monitor",
             "channels=1", "remix=no", "channel_map=mono", "master_channel_map=front-right"),
        )
    ]  # fmt: skip
    env = {**server.env, "PULSE_SINK": f"{name}said", "PULSE_SOURCE": f"{name}ear"}
    try:
        yield Desk(Studio(env), folder, name, decibels)
    finally:
        for number in reversed(loaded):
            server.run("pactl", "unload-module", number)


@dataclass(frozen=True)
class Desk:
    """A desk on the sound server."""

    studio: Studio
    folder: Path
    name: str
    decibels: float

    def alone(self, minutes: float) -> None:
        """The partner talks for so long and nobody else: every stop is false."""
        told = self._talk(minutes * 60, ())
        stops = [at for decision, at in told["done"] if decision == "stop"]
        when = ", ".join(f"{at:.1f} s" for at in stops) or "no time"
        print(
            f"echo {self.decibels:3.0f} dB   false cut-ins {len(stops)} in {minutes:.0f} min (at "
            f"{when}); lost {told['lost']}, stutters {told['stutters']}, slips {told['slips']}",
            flush=True,
        )

    def cut_in(self) -> None:
        """Everybody cuts in once while the partner talks."""
        users = sorted((self.folder / "users").iterdir())
        told = self._talk((len(users) + 1) * (PERIOD + 0.6), users)
        said, back, user = told["tape"]
        stops = list(stopped(said, user, [clips.read(path).samples for path in users]))
        heard = [found.seconds for found in stops if found.seconds is not None]
        delays = [
            found.seconds for found in stops if found.seconds is not None and found.is_over_him
        ]
        alone = audible(said) & ~around(user)
        print(
            f"echo {self.decibels:3.0f} dB   heard {len(heard)} of {len(stops)} "
            f"({len(heard) / len(stops):.1%}); {echo.percentiles(delays)} from the first voiced "
            f"sample to the partner's silence, {np.mean(np.array(delays) <= 0.2):.0%} within 0.2 s "
            f"(n = {len(delays)}); measured echo {level(back[alone]) - level(said[alone]):.1f} dB; "
            f"lost {told['lost']}, stutters {told['stutters']}, slips {told['slips']}",
            flush=True,
        )

    def _talk(self, seconds: float, users: list[Path] | tuple[()]) -> dict[str, Any]:
        """Let the partner talk, and the users cut in; what he did and, with users, the tape."""
        env = {**os.environ, **self.studio.env}
        raw = self.folder / f"{self.name}.raw"
        with raw.open("wb") as out:
            recorder = users and subprocess.Popen(
                ["parec", f"--device={self.name}.monitor", "--channels=3", *RAW,
                 "--channel-map=front-left,front-right,rear-left"],
                env=env, stdout=out,
            )  # fmt: skip
            time.sleep(1)
            partner = subprocess.Popen(
                [sys.executable, __file__, "partner", str(self.folder / "lines"), str(seconds)],
                env=env, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert partner.stdout is not None
            assert partner.stdout.readline() == "talking\n"
            random = np.random.default_rng(7)
            time.sleep(SETTING + 2)
            for user in users:
                began = time.monotonic()
                self.studio.run("paplay", PIPE, f"--device={self.name}user", str(user))
                time.sleep(max(0, began + PERIOD + random.uniform(-0.5, 0.5) - time.monotonic()))
            told: dict[str, Any] = json.loads(partner.communicate()[0])
            if recorder:
                recorder.terminate()
                recorder.wait()
        if users:
            data = raw.read_bytes()
            told["tape"] = clips.from_pcm(data[: len(data) // 6 * 6]).reshape(-1, 3).T
        return told


@dataclass(frozen=True)
class Stop:
    """How a cut-in went.

    `seconds` from the first voiced sample to the partner's silence, None if that never came;
    whether he was heard just before at all.
    """

    seconds: float | None
    is_over_him: bool


def audible(
    samples: Samples, window: int = SAMPLE_RATE // 100
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether something is heard, sample by sample."""
    rows = np.abs(samples[: len(samples) // window * window]).reshape(-1, window).max(1)
    loud = np.repeat(rows > 0.001, window)
    return np.pad(loud, (0, len(samples) - len(loud)))


def around(samples: Samples) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether something is heard, or was a second ago."""
    loud = audible(samples).astype(np.float32)
    return np.convolve(loud, np.ones(SAMPLE_RATE, np.float32))[: len(loud)] > 0.5


def onsets(user: Samples, lengths: list[int]) -> list[int]:
    """Where each user's recording begins: the channel is empty otherwise."""
    loud = np.flatnonzero(user)
    found: list[int] = []
    for length in lengths:
        found.append(int(loud[0]))
        loud = loud[loud > found[-1] + length]
    return found


def stopped(said: Samples, user: Samples, users: list[Samples]) -> Iterator[Stop]:
    """What became of each cut-in: he is silent when nothing more is heard until the user ends."""
    lengths = [len(samples) for samples in users]
    for begin, samples in zip(onsets(user, lengths), users, strict=True):
        voiced, end = begin + echo.onset(samples), begin + len(samples)
        before = said[voiced - SAMPLE_RATE // 20 : voiced]
        loud = np.flatnonzero(np.abs(said[begin:end]) > SILENT)
        last = begin + int(loud[-1]) + 1 if len(loud) else begin
        was_heard = end - last > SAMPLE_RATE // 4
        yield Stop(
            (last - voiced) / SAMPLE_RATE if was_heard else None,
            bool(np.abs(before).max() > SILENT),
        )


def partner(folder: Path, seconds: float) -> None:
    """Talk and listen, as in a rehearsal: the setting first, then line after line."""
    files = sorted(folder.iterdir())
    lines = [clips.read(path) for path in files]
    order = np.random.default_rng(5)
    activity, cut_in, silence = Alert(), CutIn("en"), 0.0
    done: list[tuple[str, float]] = []
    speech = [speech_in(clip) for clip in lines]
    blocks = 0
    with sound.duplex() as opened:

        def say(line: Line, at: float) -> Playing:
            clip = lines[int(line.text)]
            return opened.say(
                clip.cut(Span(take_up(speech[int(line.text)], at), clip.seconds)) if at else clip
            )

        talking = Partner(say)
        setting = opened.say(Clip(np.resize(lines[0].samples, round(SETTING * SAMPLE_RATE))))
        print("talking", flush=True)
        for block in opened:
            blocks += 1
            now = blocks * STEP
            if now > seconds:
                break
            probability = float(activity.process(block)[-1])
            if not setting.is_over:
                continue
            is_voice = probability >= VOICE and not opened.is_echo
            silence = 0.0 if is_voice else silence + STEP
            if cut_in.state == "yielded":
                if silence > OVER:
                    cut_in.listen()
                continue
            if not talking.is_talking:
                talking.begin([Line(str(n), "a") for n in order.permutation(len(lines))], "", now)
            talking.process(now)
            decision = cut_in.process(STEP, is_voice)
            if decision == "stop":
                talking.pause(now)
            elif decision == "resume":
                talking.resume()
            elif decision == "yield":
                talking.stop(now)
            if decision != "none":
                done.append((decision, now))
        told = {
            "done": done,
            "slips": opened.slips,
            "lost": opened.lost,
            "stutters": opened.stutters,
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "partner":
        partner(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
