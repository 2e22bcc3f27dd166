"""Condition: whether a recording is fit to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import levels, powers
from repete.model import PART, SAMPLE_RATE, Clip, Row, Samples, Span

CLIPPED = 0.999
"""Share of full scale from which a sample counts as clipped."""

CLIPPED_SHARE = 1e-3
"""Share of clipped samples from which the sound is audibly broken."""

TOO_QUIET = -45.0
"""Level of speech in dBFS under which a recognizer starts to guess."""

DEAD = -85.0
"""Level in dBFS under which a microphone is muted or unplugged: real ones always hiss."""


NOISY = 12.0
"""Signal to noise in dB under which delivery is measured worse: on synthetic speech pauses were
found with F1 0.96 at 10 dB and 0.76 at 5 dB."""

SHORT = 0.5
"""Seconds under which a recording holds no reply."""

OFFSET = 0.02
"""Share of full scale by which the middle of a sound may be off: more is a broken input."""

NARROW = 5e-6
"""Power above 4.5 kHz against the power under 4 kHz, below which the sound went through a
telephone (8000 samples a second hold nothing above 4 kHz)."""


LONG = 3600.0
"""Seconds from which a recording is hardly one reply."""


def problems(clip: Clip, speech: Sequence[Span]) -> tuple[str, ...]:
    """What is wrong with a recording, worst first.

    `damaged` (samples that are no numbers), `too_short`, `dead_silence` (not even the hiss of a
    microphone), `no_speech`, `too_quiet`, `clipped`, `one_channel_dead`, `offset`, `noisy`,
    `narrow`, `too_long`.
    """
    sound = clean(clip)
    is_dead = len(sound.row) > 0 and _level_of(sound.parts()) < DEAD
    checks = {
        "damaged": "damaged" in clip.flaws or not all(map(_is_finite, clip.parts())),
        "too_short": 0 < clip.seconds < SHORT,
        "dead_silence": is_dead,
        "no_speech": not speech,
        "too_quiet": bool(speech) and speech_level(sound, speech) < TOO_QUIET,
        "clipped": share_clipped(clip) > CLIPPED_SHARE,
        "one_channel_dead": "one_channel_dead" in clip.flaws,
        "offset": abs(_middle(clip)) > OFFSET,
        "noisy": bool(speech) and (signal_to_noise(sound, speech) or NOISY) < NOISY,
        "narrow": bool(speech) and is_narrow(sound, speech),
        "too_long": clip.seconds > LONG,
    }
    return tuple(problem for problem, is_there in checks.items() if is_there)


def clean(clip: Clip) -> Clip:
    """The clip with every sample a number and its middle at zero."""
    middle = _middle(clip)
    return replace(clip, row=_Clean(clip.row, np.float32(middle if abs(middle) > _SILENT else 0)))


_SILENT = 1e-4


@dataclass(frozen=True, eq=False)
class _Clean:
    """A row of samples with its `middle` at zero, and silence for those that are no numbers."""

    row: Row
    middle: np.float32

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, stretch: slice) -> Samples:
        samples = _finite(self.row[stretch])
        return samples - self.middle if self.middle else samples


def _finite(samples: Samples) -> Samples:
    """The samples, with silence for those that are no numbers."""
    if _is_finite(samples):
        return samples
    return np.nan_to_num(samples, posinf=0.0, neginf=0.0)


def _is_finite(samples: Samples) -> bool:
    return bool(np.isfinite(samples).all())


def without_rumble(samples: Samples) -> Samples:
    """The clean sound without what lies under every voice: wind, bumps, a breath into the
    microphone.

    Such rumble can be ten times as strong as a weak voice, which neither its level nor a voice
    activity detector then tells from silence.
    """
    return np.concatenate([samples[:0], *parts_without_rumble(Clip(samples))])


def parts_without_rumble(clip: Clip) -> Iterator[Samples]:
    """The same of a long sound, `PART` samples at a time."""
    sound = _Clean(clip.row, np.float32(_middle(clip)))
    for start in range(0, len(sound), PART):
        before = min(start, _FADE)
        part = sound[start - before : start + PART + _FADE]
        size = len(part) + _FADE
        hertz = np.arange(size // 2 + 1) * SAMPLE_RATE / size
        share = np.clip((hertz - _GONE) / (_KEPT - _GONE), 0, 1)
        weights = (0.5 - 0.5 * np.cos(np.pi * share)).astype(np.float32)
        found = np.fft.irfft(np.fft.rfft(part, size) * weights, size)[before : before + PART]
        yield found[: len(sound) - start].astype(np.float32, copy=False)


_GONE, _KEPT = 30.0, 60.0
"""Hertz up to which all is taken out, and from which all is kept; a low voice starts at 65."""

_FADE = SAMPLE_RATE // 2
"""Samples that are looked at beyond those that are filtered."""


def _middle(clip: Clip) -> float:
    """The mean of all samples that are numbers."""
    total = sum(float(np.sum(_finite(part), dtype=np.float64)) for part in clip.parts())
    return total / max(len(clip.row), 1)


def share_clipped(clip: Clip) -> float:
    """The share of samples at full scale."""
    clipped = (np.count_nonzero(np.abs(part) >= CLIPPED) for part in clip.parts())
    return sum(clipped) / max(len(clip.row), 1)


def signal_to_noise(clip: Clip, speech: Sequence[Span]) -> float | None:
    """Power of the speech, its noise taken off, over the noise between the words, in dB.

    None when there is too little silence to tell (`_QUIET` seconds).
    """
    level = levels(np.concatenate([np.zeros(0), *(powers(part, _HOP) for part in clip.parts())]))
    inside = np.zeros(len(level), bool)
    near = np.zeros(len(level), bool)
    for span in speech:
        first, last = round(span.start / _STEP), round(span.end / _STEP) + 1
        inside[first:last] = True
        near[max(0, first - _ECHO) : last + _ECHO] = True
    quiet = level[~near]
    if len(quiet) * _STEP < _QUIET or not inside.any():
        return None
    noise = float(10 ** (np.percentile(quiet, _USUAL) / 10))
    signal = max(float(np.mean(10 ** (level[inside] / 10))) - noise, noise * 1e-2)
    return round(min(90.0, 10 * float(np.log10(signal / noise))), 1)


_USUAL = 30
"""Percentile of the quiet that is its noise: what is louder may be a cough or a missed word."""

_STEP = 0.01
_HOP = round(_STEP * SAMPLE_RATE)
_ECHO = 15
_QUIET = 0.3
"""Seconds without speech that tell the noise."""


def is_narrow(clip: Clip, speech: Sequence[Span]) -> bool:
    """Whether the speech has nothing above 4 kHz, as through a telephone."""
    beginnings = (Span(span.start, min(span.end, span.start + _SOME)) for span in speech[:_SPANS])
    rows = (_rows(clip.cut(beginning).samples) for beginning in beginnings)
    heard = [_power(some) for some in rows if len(some)]
    if not heard:
        return False
    power = np.sum(heard, axis=0)
    hertz = np.arange(len(power)) * SAMPLE_RATE / _SIZE
    low, high = power[(hertz > 300) & (hertz < 3400)], power[hertz > 4500]
    is_voice = np.mean(low > NARROW * low.max()) > 0.5  # a tone is narrow in itself
    return bool(is_voice and high.sum() < NARROW * low.sum())


_SIZE, _SPANS, _SOME = 1024, 50, 4.0
"""Samples of a spectrum; how many stretches are looked at, and how many seconds of each."""


def _rows(samples: Samples) -> NDArray[np.float32]:
    return samples[: len(samples) // _SIZE * _SIZE].reshape(-1, _SIZE)


def _power(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The power of all rows together, at each frequency."""
    spectrum = np.fft.rfft(rows * np.hanning(rows.shape[1]).astype(np.float32), axis=1)
    return np.asarray(np.sum(spectrum.real**2 + spectrum.imag**2, axis=0))


def speech_level(clip: Clip, speech: Sequence[Span]) -> float:
    """The level of the speech alone, in dBFS."""
    return _level_of(chain.from_iterable(map(clip.parts, speech)))


def level(samples: Samples) -> float:
    """The level of a stretch of sound in dBFS (10 log10 of its mean square); -120 for silence."""
    return _level_of([samples])


def _level_of(parts: Iterable[Samples]) -> float:
    """The level of several stretches of sound together."""
    total, count = 0.0, 0
    for part in parts:
        total += float(np.einsum("i,i->", part, part, dtype=np.float64))
        count += len(part)
    power = total / max(count, 1)
    return max(-120.0, 10 * float(np.log10(power))) if power > 0 else -120.0
