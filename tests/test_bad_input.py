"""Recordings as they should not be: each is told in a clear note, without a warning or a crash."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from repete import clips
from repete.analysis.condition import LONG
from repete.judging import Evidence, judge
from repete.model import (
    LANGUAGES,
    SAMPLE_RATE,
    Brief,
    Clip,
    Heard,
    Language,
    Profile,
    Samples,
    Span,
    Take,
    Transcript,
    Word,
    text_of,
)
from repete.phrases import phrases
from repete.summary import figures, problems
from repete.voice_activity import speech_in
from tests.conftest import silence, tone

SPEECH = Path(__file__).parents[1] / "audio" / "pitch.en.flac"
MOST = 200e6 / 30
"""Bytes that the analysis may take for a minute of sound, beyond the sound itself."""


def spoken() -> Samples:
    """Some seconds of real speech."""
    return clips.read(SPEECH).cut(Span(0, 6)).samples


def written(path: Path, channels: list[NDArray[np.float64]], rate: int = SAMPLE_RATE) -> Path:
    """A WAV of 32-bit floats, which may hold anything."""
    layout = {1: "mono", 2: "stereo"}[len(channels)]
    rows = np.stack(channels, axis=1).astype("<f4").reshape(1, -1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(rows, format="flt", layout=layout)
        frame.rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def judged(clip: Clip) -> Take:
    """Everything that is said of a recording, the recognizer left out."""
    speech = speech_in(clip)
    words = [Word("oui.", span.start, span.end) for span in speech]
    transcript = Transcript(text_of(words), tuple(words))
    return judge(
        Evidence(clip, Heard(transcript, speech)), Brief.unplanned("fr", "network"), Profile()
    )


def told(clip: Clip) -> tuple[str, ...]:
    take = judged(clip)
    assert figures(take) is not None
    assert take.audio
    return take.audio.problems


@pytest.mark.parametrize("gain", [0.0, 0.005])
@pytest.mark.parametrize("dead", [0, 1])
def test_a_dead_channel_does_not_halve_the_live_one(tmp_path: Path, dead: int, gain: float) -> None:
    voice = spoken().astype(np.float64)
    both = [voice, voice]
    both[dead] = gain * np.random.default_rng(1).normal(0, voice.std(), len(voice))
    clip = clips.read(written(tmp_path / "a.wav", both))
    assert clip.samples == pytest.approx(voice, abs=1e-4)
    assert told(clip) == ("one_channel_dead",)


def test_two_live_channels_are_their_mean_and_no_louder(tmp_path: Path) -> None:
    voice = 0.9 * spoken() / np.abs(spoken()).max()
    clip = clips.read(written(tmp_path / "a.wav", [voice, 0.5 * voice]))
    assert clip.samples == pytest.approx(0.75 * voice, abs=1e-4)
    assert told(clip) == ()


def test_a_silence_in_stereo_has_no_dead_channel(tmp_path: Path) -> None:
    nothing = np.zeros(SAMPLE_RATE)
    assert told(clips.read(written(tmp_path / "a.wav", [nothing, nothing]))) == (
        "dead_silence",
        "no_speech",
    )


def test_a_clip_of_a_tenth_of_a_second_is_too_short() -> None:
    assert told(Clip(spoken()[:1600])) == ("too_short", "no_speech")


def test_digital_silence_is_told_apart_from_a_quiet_room() -> None:
    assert told(silence(2)) == ("dead_silence", "no_speech")
    hiss = np.random.default_rng(1).normal(0, 1e-3, 2 * SAMPLE_RATE).astype(np.float32)
    assert told(Clip(hiss)) == ("no_speech",)


def test_a_pure_tone_is_no_speech() -> None:
    assert told(tone(3, 1000)) == ("no_speech",)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_any_rate_is_read_and_a_telephone_is_told(tmp_path: Path, rate: int) -> None:
    sound = clips.resample(spoken(), SAMPLE_RATE, rate).astype(np.float64)
    clip = clips.read(written(tmp_path / "a.wav", [sound], rate))
    assert clip.seconds == pytest.approx(6, abs=0.05)
    assert told(clip) == (("narrow",) if rate == 8_000 else ())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("rate", [SAMPLE_RATE, 48_000])
def test_samples_that_are_no_numbers_are_silenced_and_told(
    tmp_path: Path, bad: float, rate: int
) -> None:
    sound = clips.resample(spoken(), SAMPLE_RATE, rate).astype(np.float64)
    sound[rate : rate + 100] = bad
    clip = clips.read(written(tmp_path / "a.wav", [sound], rate))
    assert np.abs(clip.samples).max() <= 1
    assert told(clip) == ("damaged",)
    microphone = spoken().copy()
    microphone[:100] = np.nan
    assert "damaged" in told(Clip(microphone))


def test_an_offset_is_told_and_changes_no_figure() -> None:
    assert told(Clip(spoken() + np.float32(0.2))) == ("offset",)
    centred, off = judged(Clip(spoken())), judged(Clip(spoken() + np.float32(0.2)))
    assert centred.delivery
    assert off.delivery
    assert off.delivery.loudness_lufs == pytest.approx(centred.delivery.loudness_lufs, abs=0.1)


def peak(minutes: int) -> int:
    """The most bytes that the analysis of some minutes of sparse speech takes."""
    sound = np.zeros(minutes * 60 * SAMPLE_RATE, np.float32)
    voice = spoken()
    for at in range(0, len(sound) - len(voice), 40 * SAMPLE_RATE):
        sound[at : at + len(voice)] = voice
    speech = tuple(Span(at, at + 6.0) for at in range(0, minutes * 60 - 6, 40))
    tracemalloc.start()
    judge(
        Evidence(Clip(sound), Heard(Transcript("oui"), speech)),
        Brief.unplanned("fr", "network"),
        Profile(),
    )
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_every_minute_more_of_sparse_speech_takes_little_memory() -> None:
    peak(1)  # loads what stays loaded
    assert peak(5) - peak(2) < 3 * MOST


def test_more_than_an_hour_is_told() -> None:
    whole = Clip(np.full(round((LONG + 1) * SAMPLE_RATE), 1e-3, np.float32))
    take = judge(
        Evidence(whole, Heard(Transcript(""))), Brief.unplanned("en", "network"), Profile()
    )
    assert take.audio
    assert "too_long" in take.audio.problems


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_a_sentence(language: Language) -> None:
    for problem in (
        "damaged", "too_short", "dead_silence", "no_speech", "too_quiet", "clipped",
        "one_channel_dead", "offset", "noisy", "narrow", "too_long",
    ):  # fmt: skip
        assert phrases(language)["screen"][problem]
    flawed = judged(Clip(spoken(), ("one_channel_dead",)))
    assert problems(flawed, language) == (phrases(language)["screen"]["one_channel_dead"],)
