"""Stretches of speech from block probabilities, 32 ms a block."""

from pathlib import Path

import numpy as np
import pytest

from repete import clips
from repete.cut_in import VOICE
from repete.model import Clip
from repete.voice_activity import BLOCK, REST, Alert, VoiceActivity, spans_of, speech_in
from tests.conftest import silence, tone


def spans(pattern: str) -> list[tuple[float, float]]:
    row = np.array([{"s": 0.9, "?": 0.4, "-": 0.1}[letter] for letter in pattern], np.float32)
    found = spans_of(row, len(pattern) * 0.032)
    return [(round(span.start / 0.032), round(span.end / 0.032)) for span in found]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", []),
        ("-----", []),
        ("--ssssss--", [(2, 8)]),
        ("--s--", []),
        ("--ssss??ss----", [(2, 10)]),
        ("--????--", []),
        ("ssssss---ssssss", [(0, 15)]),
        ("ssssss--------ssssss", [(0, 6), (14, 20)]),
    ],
)
def test_spans(pattern: str, expected: list[tuple[float, float]]) -> None:
    assert spans(pattern) == expected


def test_no_speech_in_silence_tone_and_noise() -> None:
    noise = np.random.default_rng(1).normal(0, 0.03, 32_000).astype(np.float32)
    assert speech_in(silence(2)) == ()
    assert speech_in(tone(2)) == ()
    assert speech_in(type(silence(0))(noise)) == ()
    assert speech_in(silence(0)) == ()


def test_a_stream_and_a_whole_clip_agree() -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, 512 * 20).astype(np.float32)
    whole = VoiceActivity().process(samples)
    stream = VoiceActivity()
    parts = [stream.process(block) for block in np.split(samples, 20)]
    assert np.concatenate(parts) == pytest.approx(whole, abs=1e-4)


def test_rumble_and_a_low_volume_hide_no_speech() -> None:
    clip = clips.read(Path("audio/interrupted.en.flac"))
    at = np.arange(len(clip.samples)) / 16_000
    rumble = (0.5 * np.sin(2 * np.pi * 6 * at)).astype(np.float32)
    usual, hidden = speech_in(clip), speech_in(Clip(clip.samples * np.float32(0.1) + rumble))
    assert len(hidden) == len(usual) > 0
    for one, other in zip(usual, hidden, strict=True):
        assert (other.start, other.end) == pytest.approx((one.start, one.end), abs=0.05)


def voice(blocks: int) -> np.ndarray:
    return clips.read(Path("audio/interrupted.en.flac")).samples[20_000 : 20_000 + blocks * BLOCK]


def hiss(blocks: int) -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.0005, blocks * BLOCK).astype(np.float32)


def test_after_a_long_silence_an_alert_hears_a_voice_as_if_it_were_the_first_sound() -> None:
    alert = Alert()
    alert.process(silence(60 * REST * BLOCK / 16_000).samples)
    assert alert.process(voice(10)) == pytest.approx(VoiceActivity().process(voice(10)), abs=1e-4)


def test_an_alert_is_not_lulled_by_a_minute_of_hiss() -> None:
    sound = np.concatenate([hiss(120 * REST), voice(4)])
    assert Alert().process(sound)[-4:].min() > VOICE > VoiceActivity().process(sound)[-4:].min()


def test_an_alert_forgets_no_voice_while_it_lasts() -> None:
    sound = voice(2 * REST)
    assert Alert().process(sound) == pytest.approx(VoiceActivity().process(sound), abs=1e-4)


def test_an_alert_fed_block_by_block_says_the_same() -> None:
    sound = np.concatenate([hiss(REST + 3), voice(5), hiss(REST)])
    stream = Alert()
    parts = [stream.process(block) for block in np.split(sound, len(sound) // BLOCK)]
    assert np.concatenate(parts) == pytest.approx(Alert().process(sound), abs=1e-4)
