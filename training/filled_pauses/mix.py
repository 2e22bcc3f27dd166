"""Takes with filled pauses at known places: replies with hums cut in, then a room and a line.

Every take has one voice; the hums are its own, or another's of the same split made to fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import hums
import numpy as np

from repete.analysis.frames import frames_of, levels, powers
from repete.model import LANGUAGES, SAMPLE_RATE, Samples, Span

FADE = 0.04
"""Seconds in which a hum and its neighbour blend where no silence parts them."""

LONGEST = 29.0
"""Seconds of the longest take: what the recognizer reads at once."""

USUAL = 9.0
"""Seconds under which three takes of four stay: what it reads at once while it is said."""

VOCODED = 0.4
"""Share of the replies that go through the vocoder as hums do."""

LEVEL = 0.5
"""Share of full scale that the loudest of an ordinary take has."""

LEAST, MOST = 0.15, 1.2
"""Seconds of a filled pause."""


@dataclass(frozen=True, eq=False)
class Take:
    """Sound with the filled pauses in it; `doubtful` stretches are neither right nor wrong."""

    samples: Samples
    fillers: tuple[Span, ...]
    voice: str


@dataclass(frozen=True)
class Cast:
    """A voice's replies and the hums that fit it."""

    voice: str
    replies: tuple[Path, ...]
    hums: tuple[Path, ...]


def take(cast: Cast, rng: np.random.Generator, *, is_ordinary: bool = False) -> Take:
    """One take of a voice, a third of them without any filled pause.

    An ordinary one is clean, and its replies are not through the vocoder.
    """
    pieces: list[Samples] = []
    fillers: list[Span] = []
    longest = USUAL if rng.random() < 0.8 else LONGEST
    seconds, enough = 0.0, rng.uniform(4, longest - 2)
    rate = 0.0 if rng.random() < 0.25 else rng.uniform(0.2, 0.6)
    while seconds < enough:
        reply = np.load(_chosen(cast.replies, rng)).astype(np.float32)
        reply = reply[: round((longest - 1 - seconds) * SAMPLE_RATE)]
        if not is_ordinary and rng.random() < VOCODED:
            reply = hums.vocoded(reply)
        sound, found = _cut_in(reply, cast, rate, rng)
        gap = _breathed(cast, float(np.abs(reply).max()), rng)
        fillers += [Span(s.start + seconds, s.end + seconds) for s in found]
        pieces += [sound, gap]
        seconds += (len(sound) + len(gap)) / SAMPLE_RATE
    whole = np.concatenate(pieces)
    factor = rng.uniform(0.87, 1.15)
    whole = _resampled(whole, factor)
    moved = tuple(Span(s.start / factor, s.end / factor) for s in fillers)
    kept = tuple(s for s in moved if s.end < LONGEST)
    whole = whole[: round(LONGEST * SAMPLE_RATE)]
    sound = whole * np.float32(LEVEL / np.abs(whole).max()) if is_ordinary else spoilt(whole, rng)
    return Take(sound, kept, cast.voice)


def _breathed(cast: Cast, loud: float, rng: np.random.Generator) -> Samples:
    """A pause in which someone may breathe or smack their lips."""
    gap = _silence(rng.uniform(0.2, 1.3))
    if rng.random() < 0.6:
        air = hums.breath(_usable(cast, rng), rng.uniform(0.15, 0.9), rng)[: len(gap)]
        first = rng.integers(len(gap) - len(air) + 1)
        level = loud * 10 ** (rng.uniform(-35, -12) / 20) / max(float(np.abs(air).max()), 1e-6)
        gap[first : first + len(air)] += air * np.float32(level)
        gap[first : first + 80] += (
            np.float32(level * rng.choice([0.0, 2.0])) * _click(rng)[: len(gap) - first]
        )
    return gap


def _click(rng: np.random.Generator) -> Samples:
    return np.asarray(rng.normal(0, 1, 80) * np.exp(-np.arange(80) / 20), np.float32)


def _usable(cast: Cast, rng: np.random.Generator) -> hums.Analysed:
    while True:
        hum = hums.analysed(cast.hums[rng.integers(len(cast.hums))])
        if hums.is_usable(hum):
            return hum


def _chosen(replies: Sequence[Path], rng: np.random.Generator) -> Path:
    """A reply: half of them slow, or words that sound like a filled pause, where there are any."""
    kind = rng.choice(["", "", "slow", "alike"])
    kept = [path for path in replies if kind in path.name]
    return (kept or replies)[int(rng.integers(len(kept or replies)))]


def _cut_in(
    reply: Samples, cast: Cast, rate: float, rng: np.random.Generator
) -> tuple[Samples, list[Span]]:
    """The reply with some hums put where its level is low."""
    frames = frames_of(reply)
    voiced = frames.pitch > 0
    if rate == 0 or voiced.sum() < 30:
        return reply, []
    hertz = float(np.median(frames.pitch[voiced]))
    loud = float(np.percentile(np.abs(reply), 97))
    count = rng.poisson(rate * len(reply) / SAMPLE_RATE)
    places = (
        sorted(rng.choice(_dips(reply), size=min(count, 6), replace=True).tolist()) if count else []
    )
    found: list[Span] = []
    last = 0
    sound = np.zeros(0, np.float32)
    for place in places:
        if place < last:
            continue
        sound = _joined(sound, reply[last:place])
        hum = _hum(cast, hertz, loud, rng)
        before, after = (_gap(rng) for _ in range(2))
        if before:
            sound = np.concatenate([sound, _silence(before)])
        start = max(0.0, len(sound) / SAMPLE_RATE - (0 if before else FADE))
        sound = _joined(sound, hum) if not before else np.concatenate([sound, hum])
        found.append(Span(start, len(sound) / SAMPLE_RATE))
        if after:
            sound = np.concatenate([sound, _silence(after)])
        last = place
    return _joined(sound, reply[last:]), found


def _gap(rng: np.random.Generator) -> float:
    """Seconds of silence beside a hum: often none."""
    return float(rng.uniform(0.05, 0.6)) if rng.random() < 0.45 else 0.0


def _hum(cast: Cast, hertz: float, loud: float, rng: np.random.Generator) -> Samples:
    seconds = float(np.exp(rng.uniform(np.log(LEAST), np.log(rng.choice([0.6, MOST])))))
    if rng.random() < 0.5:
        spoken = np.load(cast.hums[rng.integers(len(cast.hums))]).astype(np.float32)
        sound = hums.cropped(spoken, seconds, 2 ** (rng.uniform(-4, 2) / 12), rng)
    else:
        sound = hums.sung(
            _usable(cast, rng), seconds, hertz * 2 ** (rng.uniform(-4, 1.5) / 12), rng
        )
    level = 10 ** (rng.uniform(-10, 1) / 20)
    peak = float(np.percentile(np.abs(sound), 97))
    return np.asarray(sound * (loud * level / max(peak, 1e-6)), np.float32)


def _dips(reply: Samples) -> np.ndarray:
    """Where the level has a local minimum: between words, or in a stop."""
    level = levels(powers(reply, 160))
    smooth = np.convolve(level, np.ones(5) / 5, "same")
    inner = np.flatnonzero((smooth[1:-1] <= smooth[:-2]) & (smooth[1:-1] < smooth[2:])) + 1
    low = inner[smooth[inner] < np.percentile(smooth, 45)]
    return (low if len(low) else np.array([0])) * 160


def _joined(one: Samples, other: Samples) -> Samples:
    size = min(round(FADE * SAMPLE_RATE), len(one), len(other))
    if size == 0:
        return np.concatenate([one, other])
    fade = np.linspace(0, 1, size, dtype=np.float32)
    blend = one[-size:] * (1 - fade) + other[:size] * fade
    return np.concatenate([one[:-size], blend, other[size:]])


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def _resampled(sound: Samples, factor: float) -> Samples:
    """Faster and higher by `factor`: another speaker."""
    at = np.arange(0, len(sound) - 1, factor)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)


def spoilt(sound: Samples, rng: np.random.Generator) -> Samples:
    """The sound in some room, through some microphone, at some distance from some noise."""
    if rng.random() < 0.4:
        sound = _in_room(sound, rng)
    if rng.random() < 0.3:
        sound = _through_line(sound, rng)
    snr = rng.choice([60.0, 45.0, 30.0, rng.uniform(5, 25)])
    power = float(np.mean(sound**2)) + 1e-9
    noise = _noise(len(sound), rng)
    sound = sound + noise * np.float32(np.sqrt(power / 10 ** (snr / 10)))
    gain = 10 ** (rng.uniform(-25, 0) / 20) / max(float(np.abs(sound).max()), 1e-6)
    return np.asarray(np.clip(sound * gain, -1, 1), np.float32)


def _in_room(sound: Samples, rng: np.random.Generator) -> Samples:
    decay = rng.uniform(0.1, 0.7)
    size = round(decay * SAMPLE_RATE)
    tail = rng.normal(0, 1, size) * 10 ** (-3 * np.arange(size) / size)
    tail[: round(0.002 * SAMPLE_RATE)] = 0
    tail *= rng.uniform(0.2, 1.0) / max(float(np.sqrt(np.sum(tail**2))), 1e-6)
    tail[0] = 1
    length = len(sound) + size - 1
    fast = 1 << (length - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, fast) * np.fft.rfft(tail, fast), fast)
    return wet[: len(sound)].astype(np.float32)


def _through_line(sound: Samples, rng: np.random.Generator) -> Samples:
    """A telephone's band and its eight bits, or a dull or thin microphone."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    low, high = rng.choice([50.0, 150.0, 300.0]), rng.choice([3400.0, 5000.0, 8000.0])
    shape = 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 8)
    heard = np.fft.irfft(spectrum * shape, len(sound)).astype(np.float32)
    if rng.random() < 0.5:
        peak = max(float(np.abs(heard).max()), 1e-6)
        law = np.sign(heard) * np.log1p(255 * np.abs(heard / peak)) / np.log(256)
        law = np.round(law * 127) / 127
        heard = (np.sign(law) * (256 ** np.abs(law) - 1) / 255 * peak).astype(np.float32)
    return heard


def _noise(size: int, rng: np.random.Generator) -> Samples:
    """Noise of some colour, sometimes swelling as breath and traffic do."""
    spectrum = np.fft.rfft(rng.normal(0, 1, size))
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    noise = np.fft.irfft(spectrum / np.maximum(hertz, 30) ** rng.uniform(0, 1), size)
    if rng.random() < 0.3:
        at = np.arange(size) / SAMPLE_RATE
        noise = noise * (1 + 0.9 * np.sin(2 * np.pi * rng.uniform(0.1, 2) * at))
    return (noise / np.sqrt(np.mean(noise**2))).astype(np.float32)


def casts(folder: Path, voices: Sequence[str]) -> list[Cast]:
    """Each voice in each of its languages, with its own hums and, now and then, another's."""
    own = {voice: _hums(folder, voice) for voice in voices}
    every = tuple(path for paths in own.values() for path in paths)
    found = []
    for voice in voices:
        for language in LANGUAGES:
            replies = tuple(sorted((folder / voice).glob(f"{language}-*.npy")))
            sounds = (*own[voice], *own[voice], *own[voice], *every)
            found += [Cast(f"{language} {voice}", replies, sounds)] if replies else []
    return found


def _hums(folder: Path, voice: str) -> tuple[Path, ...]:
    paths = sorted((folder / voice).glob("hum-*.npy"))
    return tuple(path for path in paths if len(np.load(path)) > LEAST * SAMPLE_RATE)
