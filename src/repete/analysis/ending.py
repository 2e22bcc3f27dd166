"""Ending: how the voice sounded when it stopped: falling, level or rising, or held like an "um"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from repete.analysis.delivery.held import AUDIBLE, held_sounds
from repete.analysis.frames import STEP, Floats, Frames, frames_of
from repete.model import SAMPLE_RATE, Samples

Tone = Literal["falling", "level", "rising"]

REACH = 2.0
"""Seconds before the end that are looked at: an intonation phrase lasts one to two."""

LAST = 0.15
"""Seconds of voice whose pitch is compared with the rest: the nucleus of the last syllable."""

FALL, RISE = -2.0, 2.0
"""Semitones by which the last syllable lies under or over the rest of a phrase that falls or
rises; a move of less is not heard as one in running speech ('t Hart 1981 finds 1.5 to 3)."""

OCTAVE = 10.0
"""Semitones from which a jump is an error of the pitch tracker."""

HELD = 0.35
"""Seconds for which the last sound is held by somebody who has not finished."""

_ENOUGH = 4


@dataclass(frozen=True)
class Ending:
    """The end of what was said: its `tone` (None without a voice), how long its last sound was
    held, in seconds (0 when it was not), and whether it `hesitates`: ends in a filled pause, told
    by the recognizer's encoder (`delivery.sounded`)."""

    tone: Tone | None = None
    held: float = 0.0
    hesitates: bool = False


def ending(samples: Samples) -> Ending:
    """How the voice sounded at the end of the samples, whatever silence follows it."""
    loud = np.flatnonzero(np.abs(samples) > 0.1 * np.abs(samples).max(initial=0.0))
    if not len(loud):
        return Ending()
    stop = int(loud[-1]) + 1
    frames = frames_of(samples[max(0, stop - round(REACH * SAMPLE_RATE)) : stop])
    heard = frames.level > np.percentile(frames.level, 95) - AUDIBLE
    voiced = np.flatnonzero((frames.pitch > 0) & heard)
    if not len(voiced):
        return Ending()
    return Ending(_tone(frames.pitch[voiced]), _held(frames, int(voiced[-1])))


def _tone(pitch: Floats) -> Tone | None:
    """Where the last syllable lies against the voice before it."""
    last = round(LAST / STEP)
    if len(pitch) < last + _ENOUGH:
        return None
    semitones = 12 * np.log2(np.median(pitch[-last // 2 :]) / np.median(pitch[:-last]))
    if abs(semitones) > OCTAVE:
        return None
    return "falling" if semitones <= FALL else "rising" if semitones >= RISE else "level"


def _held(frames: Frames, end: int) -> float:
    spans = held_sounds(frames)
    at = end * STEP
    return next((span.seconds for span in reversed(spans) if at - span.end < LAST), 0.0)
