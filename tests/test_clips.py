"""Recordings become clips and back."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from repete import clips
from repete.errors import ClipError
from repete.model import SAMPLE_RATE, Clip, Span
from tests.conftest import silence, tone


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_a_clip_survives_the_disk(tmp_path: Path, ending: str) -> None:
    clip = tone(0.7)
    clips.write(clip, tmp_path / f"a{ending}")
    back = clips.read(tmp_path / f"a{ending}")
    assert len(back.samples) == len(clip.samples)
    assert np.abs(back.samples - clip.samples).max() < 1e-4
    assert [path.name for path in tmp_path.glob("*a*")] == [f"a{ending}"]


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    clips.write(tone(3), tmp_path / "a.wav")
    shares: list[float] = []
    clips.read(tmp_path / "a.wav", shares.append)
    assert shares == sorted(shares)
    assert shares[-1] > 0.9


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.wav", None, "does not exist"),
        ("empty.wav", b"", "is empty"),
        ("notes.txt", b"no sound in here at all", "cannot be read as a recording"),
    ],
)
def test_what_is_no_recording(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClipError, match=says):
        clips.read(path)


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="is a folder"):
        clips.read(tmp_path)


def test_a_file_of_no_sound(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
    with pytest.raises(ClipError, match="no sound"):
        clips.read(tmp_path / "a.wav")


def test_nothing_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="no sound to write"):
        clips.write(Clip(np.zeros(0, np.float32)), tmp_path / "a.wav")


def test_a_kind_that_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=r"\.wav or \.flac"):
        clips.write(silence(1), tmp_path / "a.mp3")


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_pitch_and_length(rate: int) -> None:
    at = np.arange(rate) / rate
    there = np.sin(2 * np.pi * 440 * at).astype(np.float32)
    here = clips.resample(there, rate)
    assert abs(len(here) - SAMPLE_RATE) < 40
    assert np.argmax(np.abs(np.fft.rfft(here[:SAMPLE_RATE]))) == pytest.approx(440, abs=1)


def test_a_stream_resamples_without_seams() -> None:
    at = np.arange(48_000) / 48_000
    there = np.sin(2 * np.pi * 440 * at).astype(np.float32)
    stream = clips.Resampler(48_000)
    parts = [stream.process(block) for block in np.split(there, 100)]
    joined = np.concatenate([*parts, stream.flush()])
    assert np.abs(joined[200:15_000] - clips.resample(there, 48_000)[200:15_000]).max() < 1e-3


def test_pcm_clips_at_full_scale_and_drops_half_a_sample() -> None:
    data = clips.to_pcm(np.array([0, 2, -2], np.float32))
    assert clips.from_pcm(data + b"x") == pytest.approx([0, 1, -1])


def test_pcm_is_read_from_its_file_stretch_by_stretch(tmp_path: Path) -> None:
    path, sound = tmp_path / "take.pcm", tone(20)
    path.write_bytes(clips.to_pcm(sound.samples))
    kept = Clip(clips.Pcm(path, len(sound.samples)))
    assert kept.seconds == 20
    whole = np.concatenate([*kept.parts()])
    assert np.allclose(whole, sound.samples, atol=1e-4)
    assert (kept.cut(Span(3, 4)).samples == whole[48_000:64_000]).all()
    assert (np.concatenate([*kept.parts(Span(1, 18.5))]) == whole[16_000:296_000]).all()
    path.unlink()
    with pytest.raises(ClipError, match="cannot be read"):
        _ = kept.samples
