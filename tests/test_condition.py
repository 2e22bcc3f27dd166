"""Whether a recording is fit to be judged."""

import numpy as np
import pytest

from repete.analysis import condition
from repete.model import Clip, Span
from tests.conftest import silence, tone

WHOLE = (Span(0, 1),)


@pytest.mark.parametrize(
    ("clip", "speech", "expected"),
    [
        (tone(1), WHOLE, ()),
        (tone(1), (), ("no_speech",)),
        (silence(0), (), ("no_speech",)),
        (tone(1, level=0.004), WHOLE, ("too_quiet",)),
        (Clip(np.clip(tone(1, level=3).samples, -1, 1)), WHOLE, ("clipped",)),
    ],
)
def test_problems(clip: Clip, speech: tuple[Span, ...], expected: tuple[str, ...]) -> None:
    assert condition.problems(clip, speech) == expected


def test_level() -> None:
    assert condition.level(tone(1, level=1).samples) == pytest.approx(-3.01, abs=0.01)
    assert condition.level(silence(1).samples) == -120
    assert condition.level(silence(0).samples) == -120


@pytest.mark.parametrize(("hertz", "share"), [(5, 0.0), (20, 0.0), (80, 1.0), (1000, 1.0)])
def test_rumble_goes_and_voices_stay(hertz: float, share: float) -> None:
    sound = tone(1, hertz).samples
    kept = condition.without_rumble(sound)[2000:-2000]
    usual = float(np.std(sound))
    assert float(np.std(kept)) == pytest.approx(share * usual, abs=0.05 * usual)


def test_a_long_recording_is_filtered_without_a_seam() -> None:
    sound = tone(61, 100).samples
    kept = condition.without_rumble(sound)
    assert np.allclose(kept[2000:-2000], sound[2000:-2000], atol=2e-3)
