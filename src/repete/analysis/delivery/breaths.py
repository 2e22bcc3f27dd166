"""Breaths: what the encoder takes for a filled pause, though nobody gives voice to it.

A breath between two sentences has the colour of a vowel, as a whisper has, and no pitch. A filled
pause may be creaky or drowned in noise, so that no pitch is found in it either; it is as loud as
the words around it then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repete.analysis.frames import frames_of, levels, powers
from repete.model import SAMPLE_RATE, Hum, Samples

VOICED = 0.4
"""Share of a filled pause that has a pitch at least, unless it is loud."""

QUIETER = 6.0
"""Decibels under the loud part of the speech around it that a breath stays: half as loud. The 14
breaths taken for filled pauses in synthetic replies lay 7 dB and more under it, with a pitch in
less than half of them; of 37 real filled pauses one did."""

CERTAIN = 0.97
"""Likelihood from which it is no breath (theirs was 0.96 at most), however creaky and quiet."""

_HOP = SAMPLE_RATE // 100


def without_breaths(hums: Sequence[Hum], sound: Samples, start: float) -> tuple[Hum, ...]:
    """The filled pauses that are no breath, of those told in a sound that begins at `start`."""
    if not hums:
        return ()
    level = levels(powers(sound, _HOP))
    loud = float(np.percentile(level, 95))

    def is_breath(hum: Hum) -> bool:
        first, last = (round((at - start) * SAMPLE_RATE) for at in (hum.start, hum.end))
        loudest = level[first // _HOP : last // _HOP + 1].max(initial=-120.0)
        if loudest > loud - QUIETER or hum.likelihood >= CERTAIN:
            return False
        return bool(np.mean(frames_of(sound[max(0, first) : last]).pitch > 0) < VOICED)

    return tuple(hum for hum in hums if not is_breath(hum))
