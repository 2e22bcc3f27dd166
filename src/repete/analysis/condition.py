"""Condition: whether a recording is fit to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from repete.analysis.frames import levels
from repete.model import SAMPLE_RATE, Clip, Samples, Span

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
    is_dead = len(sound.samples) > 0 and level(sound.samples) < DEAD
    checks = {
        "damaged": "damaged" in clip.flaws or not bool(np.isfinite(clip.samples).all()),
        "too_short": 0 < clip.seconds < SHORT,
        "dead_silence": is_dead,
        "no_speech": not speech,
        "too_quiet": bool(speech) and speech_level(sound, speech) < TOO_QUIET,
        "clipped": share_clipped(clip.samples) > CLIPPED_SHARE,
        "one_channel_dead": "one_channel_dead" in clip.flaws,
        "offset": abs(_middle(clip.samples)) > OFFSET,
        "noisy": bool(speech) and (signal_to_noise(sound, speech) or NOISY) < NOISY,
        "narrow": bool(speech) and is_narrow(sound, speech),
        "too_long": clip.seconds > LONG,
    }
    return tuple(problem for problem, is_there in checks.items() if is_there)


def clean(clip: Clip) -> Clip:
    """The clip with every sample a number and its middle at zero."""
    samples = _finite(clip.samples)
    middle = _middle(samples)
    return replace(clip, samples=samples - np.float32(middle) if abs(middle) > _SILENT else samples)


_SILENT = 1e-4


def _finite(samples: Samples) -> Samples:
    """The samples, with silence for those that are no numbers."""
    if np.isfinite(samples).all():
        return samples
    return np.nan_to_num(samples, posinf=0.0, neginf=0.0)


def without_rumble(samples: Samples) -> Samples:
    """The clean sound without what lies under every voice: wind, bumps, a breath into the
    microphone.

    Such rumble can be ten times as strong as a weak voice, which neither its level nor a voice
    activity detector then tells from silence.
    """
    samples = _finite(samples)
    middle = np.float32(_middle(samples))
    kept = np.empty(len(samples), np.float32)
    for start in range(0, len(samples), _PART):
        before = min(start, _FADE)
        part = samples[start - before : start + _PART + _FADE] - middle
        size = len(part) + _FADE
        hertz = np.arange(size // 2 + 1) * SAMPLE_RATE / size
        share = np.clip((hertz - _GONE) / (_KEPT - _GONE), 0, 1)
        spectrum = np.fft.rfft(part, size) * (0.5 - 0.5 * np.cos(np.pi * share))
        found = np.fft.irfft(spectrum, size)[before : before + _PART]
        kept[start : start + _PART] = found[: len(samples) - start]
    return kept


_GONE, _KEPT = 30.0, 60.0
"""Hertz up to which all is taken out, and from which all is kept; a low voice starts at 65."""

_PART, _FADE = 30 * SAMPLE_RATE, SAMPLE_RATE // 2
"""Samples that are filtered at a time, and what is looked at beyond them."""


def _middle(samples: Samples) -> float:
    if not len(samples):
        return 0.0
    middle = float(np.mean(samples))
    return middle if np.isfinite(middle) else float(np.nanmean(samples[np.isfinite(samples)]))


def share_clipped(samples: Samples) -> float:
    """The share of samples at full scale."""
    count = np.count_nonzero(samples >= CLIPPED) + np.count_nonzero(samples <= -CLIPPED)
    return count / max(len(samples), 1)


def signal_to_noise(clip: Clip, speech: Sequence[Span]) -> float | None:
    """Power of the speech, its noise taken off, over the noise between the words, in dB.

    None when there is too little silence to tell (`_QUIET` seconds).
    """
    level = levels(clip.samples, _HOP)
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
    cuts = [clip.cut(span).samples[: _ROWS * _SIZE] for span in speech[:_SPANS]]
    heard = np.concatenate(cuts)[: _ROWS * _SIZE]
    rows = heard[: len(heard) // _SIZE * _SIZE].reshape(-1, _SIZE)
    if not len(rows):
        return False
    powers = [_power(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE)]
    power = np.sum(powers, axis=0)
    hertz = np.arange(len(power)) * SAMPLE_RATE / _SIZE
    low, high = power[(hertz > 300) & (hertz < 3400)], power[hertz > 4500]
    is_voice = np.mean(low > NARROW * low.max()) > 0.5  # a tone is narrow in itself
    return bool(is_voice and high.sum() < NARROW * low.sum())


_SIZE, _ROWS, _SPANS = 1024, 2000, 50
_AT_ONCE = 200


def _power(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The power of all rows together, at each frequency."""
    spectrum = np.fft.rfft(rows * np.hanning(rows.shape[1]).astype(np.float32), axis=1)
    return np.asarray(np.sum(spectrum.real**2 + spectrum.imag**2, axis=0))


def speech_level(clip: Clip, speech: Sequence[Span]) -> float:
    """The level of the speech alone, in dBFS."""
    parts = [clip.cut(span).samples for span in speech]
    count = sum(len(part) for part in parts)
    power = sum(float(np.dot(part, part)) for part in parts) / max(count, 1)
    return max(-120.0, 10 * float(np.log10(power))) if power > 0 else -120.0


def level(samples: Samples) -> float:
    """The level of a stretch of sound in dBFS (10 log10 of its mean square); -120 for silence."""
    total = np.einsum("i,i->", samples, samples, dtype=np.float64) if len(samples) else 0.0
    power = float(total) / max(len(samples), 1)
    return max(-120.0, 10 * float(np.log10(power))) if power > 0 else -120.0
