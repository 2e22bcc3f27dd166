"""Condition: whether a recording is fit to be judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repete.model import Clip, Samples, Span

CLIPPED = 0.999
"""Share of full scale from which a sample counts as clipped."""

CLIPPED_SHARE = 1e-3
"""Share of clipped samples from which the sound is audibly broken."""

TOO_QUIET = -45.0
"""Level of speech in dBFS under which a recognizer starts to guess."""

DEAD = -85.0
"""Level in dBFS under which a microphone is muted or unplugged: real ones always hiss."""


def problems(clip: Clip, speech: Sequence[Span]) -> tuple[str, ...]:
    """What is wrong with a recording: `no_speech`, `too_quiet`, `clipped`."""
    found = []
    if not speech:
        found.append("no_speech")
    elif speech_level(clip, speech) < TOO_QUIET:
        found.append("too_quiet")
    if len(clip.samples) and float(np.mean(np.abs(clip.samples) >= CLIPPED)) > CLIPPED_SHARE:
        found.append("clipped")
    return tuple(found)


def speech_level(clip: Clip, speech: Sequence[Span]) -> float:
    """The level of the speech alone, in dBFS."""
    parts = [clip.cut(span).samples for span in speech]
    return level(np.concatenate(parts)) if parts else level(clip.samples[:0])


def level(samples: Samples) -> float:
    """The level of a stretch of sound in dBFS (10 log10 of its mean square); -120 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(-120.0, 10 * float(np.log10(power))) if power > 0 else -120.0
