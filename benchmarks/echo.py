"""Cutting in over loudspeakers: does the partner stop for the user, and only for the user?

    .venv/bin/python benchmarks/echo.py SPEECH [--partner FOLDER] [--minutes 20]

SPEECH is a folder of recordings of real people, who cut in; FOLDER holds the partner's recordings,
by default the scenarios are read by this computer's voice. The sound goes through the parts that a
rehearsal uses (the echo canceller, the voice activity, the cut-in), faster than real time; the room
is made of numbers: the devices' delay, a tail, a small loudspeaker's band and its distortion.
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
from repete.model import SAMPLE_RATE, Clip, Samples
from repete.voice_activity import BLOCK, VoiceActivity, speech_in
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
    for room in ROOMS:
        alone(room, said)
    talk = speech_of(lines, WARM + len(users) * (CUT_IN + 3))
    for room in ROOMS:
        together(room, talk, users)


def partner_lines(folder: Path | None) -> Iterator[Samples]:
    """What the partner says, each line at the same level."""
    if folder:
        for path in sorted(folder.iterdir()):
            yield at_level(clips.read(path), PARTNER)
        return
    voice = system_voice()
    for found in scenario.readable().values():
        for language, wording in found.wordings.items():
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
    count = round(room.tail * SAMPLE_RATE)
    tail = 0.3 * random.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail[0] = 1.0
    size = 1 << (count * 2 - 1).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    band = 1 / (1 + (200 / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / 6000) ** 4)
    shaped = np.fft.irfft(np.fft.rfft(tail, size) * band)
    late = np.concatenate([np.zeros(round(room.delay * SAMPLE_RATE)), shaped])
    back = convolved(driven, late)
    back *= 10 ** (room.decibels / 20) * np.linalg.norm(said) / np.linalg.norm(back)
    return back.astype(np.float32)


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
    canceller, activity = Canceller(), VoiceActivity()
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
        f"{room.name:<30} false cut-ins {len(stops)} in {len(said) / SAMPLE_RATE / 60:.0f} min "
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
    delays, late, missed = [], [], 0
    for found in placed:
        if (quiet := stop_after(without, found)) is None:
            continue
        if (stop := stop_after(voiced, found)) is None:
            missed += 1
            continue
        delays.append(stop)
        late.append(stop - quiet)
    total = len(delays) + missed
    change = [
        level(clean[one.at : one.at + len(one.samples)]) - level(one.samples) for one in placed
    ]
    print(
        f"{room.name:<30} heard {len(delays)} of {total} ({100 * len(delays) / total:.0f} %); "
        f"{percentiles(delays)} from the first sound to the decision; {percentiles(late)} later "
        f"than with nobody else speaking, {np.mean(np.array(late) <= 0.2):.0%} within 0.2 s; "
        f"voice {np.median(change):+.1f} dB",
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
    """Seconds from the first sample of a cut-in to the end of the block that stops the partner."""
    partner = CutIn("en")
    first, last = found.at // BLOCK, (found.at + len(found.samples)) // BLOCK
    for at in range(first, min(last, len(voiced))):
        if partner.process(STEP, voiced[at]) == "stop":
            return ((at + 1) * BLOCK - found.at) / SAMPLE_RATE
    return None


def percentiles(figures: list[float]) -> str:
    """The median and the ninth decile."""
    return f"{np.median(figures):.2f} s (nine in ten: {np.percentile(figures, 90):.2f} s)"


if __name__ == "__main__":
    main()
