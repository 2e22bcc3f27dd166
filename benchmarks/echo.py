"""Cutting in over loudspeakers: does the partner stop for the user, and only for the user?

    .venv/bin/python benchmarks/echo.py SPEECH [--partner FOLDER] [--minutes 20]

SPEECH is a folder of recordings of real people, who cut in; FOLDER holds the partner's recordings,
by default the scenarios are read by this computer's voice. The sound goes through the parts that a
rehearsal uses (the echo canceller, the voice activity, the cut-in), faster than real time; the room
is made of numbers (the devices' delay, a tail, a small loudspeaker's band and its distortion), or
it is one of the impulse responses in SPEECH/rir. What the devices add is in no figure here:
`desk.py` measures that.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

from repete import clips, scenario
from repete.analysis.condition import level
from repete.cut_in import VOICE, CutIn
from repete.echo import Canceller
from repete.errors import RepeteError
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Samples
from repete.voice_activity import BLOCK, Alert, speech_in
from repete.voices.system import system_voice

PARTNER = -20.0
"""Level of the partner's speech as it is played, in dBFS."""

USER = -26.0
"""Level of the user's speech at the microphone: a voice at arm's length."""

HISS = -65.0
"""Level of the room's noise."""

CUT_IN = 2.0
"""Seconds of each cut-in."""

WARM = 6.0
"""Seconds of the partner alone before the first cut-in, as the coach sets the scene."""

STEP = BLOCK / SAMPLE_RATE

random = np.random.default_rng(5)


@dataclass(frozen=True)
class Room:
    """How much comes back, in dB under what is played (None: headphones), and how distorted."""

    name: str
    decibels: float | None
    drive: float = 4.0
    delay: float = 0.09
    tail: float = 0.35
    measured: Path | None = None


ROOMS = (
    Room("headphones", None),
    Room("echo -20 dB", -20.0),
    Room("echo -6 dB", -6.0),
    Room("echo -6 dB, clean loudspeaker", -6.0, drive=0.0),
)


@dataclass(frozen=True)
class CuttingIn:
    """A stretch of real speech that starts at a sample of the partner's."""

    at: int
    samples: Samples

    @property
    def voiced(self) -> int:
        """The sample at which their voice sounds first, after a breath or an "s"."""
        return self.at + onset(self.samples)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("speech", type=Path)
    asked.add_argument("--partner", type=Path)
    asked.add_argument("--minutes", type=float, default=20.0)
    chosen = asked.parse_args()
    lines = list(partner_lines(chosen.partner))
    users = list(cut_ins(chosen.speech))
    said = speech_of(lines, chosen.minutes * 60)
    print(f"{len(lines)} lines of the partner, {len(users)} cut-ins of real speech")
    measured = sorted((chosen.speech / "rir").glob("*.wav"))
    rooms = (*ROOMS, *(Room(f"echo -6 dB, {path.stem}", -6.0, measured=path) for path in measured))
    for room in rooms:
        alone(room, said)
    talk = speech_of(lines, WARM + len(users) * (CUT_IN + 3))
    for room in rooms:
        together(room, talk, users)


def partner_lines(folder: Path | None) -> Iterator[Samples]:
    """What the partner says, each line at the same level."""
    if folder:
        for path in sorted(folder.iterdir()):
            yield at_level(clips.read(path), PARTNER)
        return
    voice = system_voice()
    for found in scenario.readable().values():
        for language in LANGUAGES:
            if wording := found.wordings.get(language):
                yield at_level(voice.say(wording.setting, language, "partner"), PARTNER)


def cut_ins(folder: Path) -> Iterator[Samples]:
    """The first seconds of every long enough stretch of speech in the recordings."""
    for path in sorted(folder.glob("[ef][nr]/*")):
        try:
            clip = clips.read(path)
        except RepeteError:
            continue
        for span in speech_in(clip):
            if span.seconds >= CUT_IN * 0.6:
                piece = clip.cut(span).samples[: round(CUT_IN * SAMPLE_RATE)]
                yield at_level(Clip(piece), USER)


def at_level(clip: Clip, decibels: float) -> Samples:
    """The clip with its speech at a level; its pauses do not count."""
    loud = np.abs(clip.samples) > 0.05 * np.abs(clip.samples).max()
    gain = 10 ** ((decibels - level(clip.samples[loud])) / 20)
    return (clip.samples * gain).astype(np.float32)


def speech_of(lines: list[Samples], seconds: float) -> Samples:
    """The lines one after another, with a breath between them, for so long."""
    parts: list[Samples] = []
    left = round(seconds * SAMPLE_RATE) // BLOCK * BLOCK
    for line in cycle([lines[at] for at in random.permutation(len(lines))]):
        pause = np.zeros(round(random.uniform(0.2, 0.5) * SAMPLE_RATE), np.float32)
        parts += [line, pause]
        if sum(map(len, parts)) >= left:
            return np.concatenate(parts)[:left]
    raise ValueError("there are no lines")


def comes_back(room: Room, said: Samples) -> Samples:
    """What the microphone hears of what is played."""
    if room.decibels is None:
        return np.zeros_like(said)
    driven = np.tanh(room.drive * said) / room.drive if room.drive else said
    answer = late(room.delay, room.tail) if room.measured is None else response(room.measured)
    back = convolved(driven, answer)
    back *= 10 ** (room.decibels / 20) * np.linalg.norm(said) / np.linalg.norm(back)
    return back.astype(np.float32)


def late(delay: float = 0.09, tail: float = 0.35) -> Samples:
    """How a room answers a click: after the delay, with a tail, in a small loudspeaker's band."""
    count = round(tail * SAMPLE_RATE)
    noise = 0.3 * random.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    noise[0] = 1.0
    size = 1 << (count * 2 - 1).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    band = 1 / (1 + (200 / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / 6000) ** 4)
    shaped = np.fft.irfft(np.fft.rfft(noise, size) * band)
    return np.concatenate([np.zeros(round(delay * SAMPLE_RATE)), shaped])


def response(path: Path, delay: float = 0.09) -> Samples:
    """The impulse response of a real room, behind the devices' delay."""
    found = clips.read(path).samples
    first = max(0, int(np.argmax(np.abs(found))) - SAMPLE_RATE // 400)
    return np.concatenate([np.zeros(round(delay * SAMPLE_RATE)), found[first:]])


VOICED = 0.7
"""Likeness of a sound to itself a period later from which it is voiced."""


def onset(samples: Samples) -> int:
    """The first sample of a frame of 40 ms that is voiced and near the level of the rest."""
    size, enough = SAMPLE_RATE // 25, 10 ** ((USER - 12) / 20)
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE) < 70] = 0
    voice = np.fft.irfft(spectrum, len(samples)).astype(np.float32)
    for at in range(0, len(voice) - size, size // 8):
        frame = voice[at : at + size]
        if np.sqrt(np.mean(frame**2)) >= enough and _periodic(frame) >= VOICED:
            return at
    return 0


def _periodic(frame: Samples) -> float:
    lags = range(SAMPLE_RATE // 400, SAMPLE_RATE // 66, 2)
    pairs = [(frame[:-lag], frame[lag:]) for lag in lags]
    return max(float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9)) for a, b in pairs)


def convolved(samples: Samples, late: Samples) -> Samples:
    """The convolution, as long as the samples."""
    size = 1 << (len(samples) + len(late) - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(late, size)
    return np.asarray(np.fft.irfft(spectrum, size)[: len(samples)])


def hiss(count: int) -> Samples:
    """The room's noise."""
    return (random.standard_normal(count) * 10 ** (HISS / 20)).astype(np.float32)


def heard(samples: Samples, said: Samples) -> tuple[Samples, list[bool]]:
    """What the canceller leaves, and in which blocks there is a voice that is the user's."""
    canceller, activity = Canceller(), Alert()
    clean, voiced = np.empty_like(samples), []
    for at in range(0, len(samples), BLOCK):
        block = slice(at, at + BLOCK)
        clean[block] = canceller.process(samples[block], said[block])
        is_voice = activity.process(clean[block])[-1] >= VOICE
        voiced.append(bool(is_voice) and not canceller.is_echo)
    return clean, voiced


def alone(room: Room, said: Samples) -> None:
    """The partner talks, nobody else: every stop is false."""
    microphone = comes_back(room, said) + hiss(len(said))
    start = time.process_time()
    clean, voiced = heard(microphone, said)
    cost = (time.process_time() - start) / (len(said) / SAMPLE_RATE)
    partner = CutIn("en")
    stops = [at * STEP for at, voice in enumerate(voiced) if partner.process(STEP, voice) == "stop"]
    when = ", ".join(f"{at:.1f} s" for at in stops) or "no time"
    print(
        f"{room.name:<36} false cut-ins {len(stops)} in {len(said) / SAMPLE_RATE / 60:.0f} min "
        f"(at {when}); level {level(microphone):.0f} -> {level(clean):.0f} dBFS; "
        f"{cost:.3f} s of processor a second, voice activity included",
        flush=True,
    )


def together(room: Room, said: Samples, users: list[Samples]) -> None:
    """People cut in while the partner talks."""
    user = np.zeros_like(said)
    placed = list(places(said, users))
    for found in placed:
        user[found.at : found.at + len(found.samples)] += found.samples
    noise = hiss(len(said))
    clean, voiced = heard(comes_back(room, said) + user + noise, said)
    _, without = heard(user + noise, np.zeros_like(said))
    stops = [stop_after(voiced, found) for found in placed]
    quiet = [stop_after(without, found) for found in placed]
    delays = [stop for stop in stops if stop is not None]
    alone = [stop for stop in quiet if stop is not None]
    change = [
        level(clean[one.at : one.at + len(one.samples)]) - level(one.samples) for one in placed
    ]
    print(
        f"{room.name:<36} heard {len(delays)} of {len(stops)} ({len(delays) / len(stops):.1%}; "
        f"with nobody else speaking {len(alone)}); {percentiles(delays)} from the first voiced "
        f"sample to the decision, {np.mean(np.array(delays) <= 0.15):.0%} within 0.15 s (with "
        f"nobody else speaking {percentiles(alone)}); voice {np.median(change):+.1f} dB",
        flush=True,
    )


def places(said: Samples, users: list[Samples]) -> Iterator[CuttingIn]:
    """Each cut-in at a moment when the partner is heard, with time between them."""
    at = round(WARM * SAMPLE_RATE)
    for samples in users:
        while at < len(said) and np.abs(said[at : at + SAMPLE_RATE // 4]).mean() < 0.01:
            at += BLOCK
        if at + len(samples) > len(said):
            return
        yield CuttingIn(at, samples)
        at += round((CUT_IN + random.uniform(1.5, 2.5)) * SAMPLE_RATE)


def stop_after(voiced: list[bool], found: CuttingIn) -> float | None:
    """Seconds from the first voiced sample to the end of the block that stops the partner."""
    partner = CutIn("en")
    first, last = found.at // BLOCK, (found.at + len(found.samples)) // BLOCK
    for at in range(first, min(last, len(voiced))):
        if partner.process(STEP, voiced[at]) == "stop":
            return ((at + 1) * BLOCK - found.voiced) / SAMPLE_RATE
    return None


def percentiles(figures: list[float]) -> str:
    """The median and the ninth decile."""
    return f"{np.median(figures):.2f} s (nine in ten: {np.percentile(figures, 90):.2f} s)"


if __name__ == "__main__":
    main()
