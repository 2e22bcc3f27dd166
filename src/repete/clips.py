"""Clips as files: read any recording, write one, bring any rate to the one format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from repete.errors import ClipError
from repete.model import SAMPLE_RATE, Clip, Samples

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

CODECS = {".flac": "flac", ".wav": "pcm_s16le"}
"""The kinds of file that Repete writes, by their ending."""

BYTES = 2
"""Bytes of a sample as `to_pcm` writes it."""

Progress = Callable[[float], None]
"""Told the share done, from 0 to 1."""

DEAD_CHANNEL = 40.0
"""Decibels under the loudest channel from which a channel is dead: it holds its crosstalk at most
(unbalanced cables and cheap inputs part their channels by 40 to 60 dB)."""

SANE = 1e3
"""The largest sample that can be meant; what is beyond, or is no number, is damage."""


def read(path: Path, progress: Progress = lambda share: None) -> Clip:
    """The sound of any recording that FFmpeg decodes: phone memo, video, mp3, wav, flac.

    Several channels become one, their mean, dead ones left out. What that hides is told in the
    clip's `flaws`: `damaged` (samples that were no numbers), `one_channel_dead`.

    Raises:
        ClipError: the file is missing, empty, holds no sound or cannot be decoded.
    """
    import av

    if not path.exists():
        raise ClipError(f"{path} does not exist: check the name.")
    if path.is_dir():
        raise ClipError(f"{path} is a folder: name a recording in it.")
    if path.stat().st_size == 0:
        raise ClipError(f"{path} is empty: record it again.")
    try:
        heard = _heard(path, progress)
        if not all(heard.live):
            heard = _heard(path, lambda share: None, heard.live)
    except (av.FFmpegError, PermissionError) as error:
        raise ClipError(
            f"{path} cannot be read as a recording ({error.strerror or error}): "
            "try to play it elsewhere, or convert it to WAV."
        ) from error
    if not len(heard.samples):
        raise ClipError(f"{path} holds no sound: name an audio or video recording.")
    return Clip(heard.samples, heard.flaws)


def write(clip: Clip, path: Path) -> None:
    """Write the clip as 16-bit FLAC or WAV, by the file's ending; the file appears whole or not.

    Raises:
        ClipError: the ending is neither, the clip is empty, or the disk refuses.
    """
    import av

    codec = CODECS.get(path.suffix.lower())
    if codec is None:
        raise ClipError(f"{path} cannot be written: end its name in .wav or .flac.")
    if not len(clip.row):
        raise ClipError(f"There is no sound to write to {path}: record something first.")
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(part), "w", format=path.suffix[1:].lower()) as container:
            stream: Any = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
            stream.codec_context.format = "s16"
            for frame in _frames(clip):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        part.replace(path)
    except (av.FFmpegError, OSError) as error:
        part.unlink(missing_ok=True)
        raise ClipError(
            f"{path} cannot be written ({error.strerror or error}): "
            "check the free space and the folder's permissions."
        ) from error


def to_pcm(samples: Samples) -> bytes:
    """The samples as 16-bit little-endian integers, clipped at full scale."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def from_pcm(data: bytes) -> Samples:
    """What `to_pcm` wrote, as samples; an odd last byte is dropped."""
    whole = data[: len(data) // 2 * 2]
    samples = np.frombuffer(whole, "<i2").astype(np.float32)
    samples /= np.float32(32767)
    return samples


@dataclass(frozen=True)
class Pcm:
    """A row of samples in a file that `to_pcm` wrote: its first `count`, read when asked for."""

    path: Path
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, stretch: slice) -> Samples:
        """The samples of a stretch.

        Raises:
            ClipError: the file is gone, or cannot be read.
        """
        first, last, _ = stretch.indices(self.count)
        try:
            with self.path.open("rb") as file:
                file.seek(first * BYTES)
                return from_pcm(file.read(max(0, last - first) * BYTES))
        except OSError as error:
            raise ClipError(
                f"{self.path} cannot be read ({error.strerror or error}): "
                "check that its folder is still there."
            ) from error


class Resampler:
    """Brings a stream of blocks from one rate to another, without seams."""

    def __init__(self, rate: int, to: int = SAMPLE_RATE) -> None:
        self._rate = rate
        self._resampler = _resampler(to)

    def process(self, block: Samples) -> Samples:
        """The next samples at the new rate; a few are held back for the next call."""
        import av

        frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format="flt", layout="mono")
        frame.rate = self._rate
        return _joined(self._resampler.resample(frame))

    def flush(self) -> Samples:
        """The samples that were held back."""
        return _joined(self._resampler.resample(None))


def resample(samples: Samples, rate: int, to: int = SAMPLE_RATE) -> Samples:
    """The same sound at another rate."""
    if rate == to or not len(samples):
        return samples
    resampler = Resampler(rate, to)
    return np.concatenate([resampler.process(np.ascontiguousarray(samples)), resampler.flush()])


def _resampler(rate: int = SAMPLE_RATE) -> AudioResampler:
    import av

    return av.AudioResampler(format="flt", layout="mono", rate=rate)


def _joined(frames: list[Any]) -> Samples:
    rows: list[NDArray[np.float32]] = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(rows) if rows else np.zeros(0, np.float32)


@dataclass
class _Heard:
    """The channels of a recording as they are decoded, mixed into one.

    The mean is taken over the channels that are `wanted` (all when it is empty), so that one that
    is dead does not halve the others.
    """

    wanted: tuple[bool, ...] = ()
    power: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    is_damaged: bool = False
    _mixed: bytearray = field(default_factory=bytearray)  # grows in place: hours are held once

    @property
    def samples(self) -> Samples:
        return np.frombuffer(self._mixed, np.float32)

    @property
    def live(self) -> tuple[bool, ...]:
        """Which channels are to be heard: all of them in a silence."""
        if not self.power.any():
            return (True,) * len(self.power)
        least = self.power.max() / 10 ** (DEAD_CHANNEL / 10)
        return tuple((self.power >= least).tolist())

    @property
    def flaws(self) -> tuple[str, ...]:
        found = {"damaged": self.is_damaged, "one_channel_dead": not all(self.live)}
        return tuple(flaw for flaw, is_there in found.items() if is_there)

    def add(self, frames: Iterable[AudioFrame]) -> None:
        """The next sound, a row for each channel."""
        for frame in frames:
            rows: Any = frame.to_ndarray()
            power = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
            self.power = power if not len(self.power) else self.power + power
            kept = rows[list(self.wanted)] if self.wanted else rows
            self._mixed += kept.mean(axis=0, dtype=np.float32).tobytes()


def _heard(path: Path, progress: Progress, wanted: tuple[bool, ...] = ()) -> _Heard:
    """Everything that is heard in a recording.

    Raises:
        ClipError: it has no sound.
        FFmpegError: it cannot be decoded.
    """
    import av

    heard = _Heard(wanted)
    resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        if not container.streams.audio:
            raise ClipError(f"{path} holds no sound: name an audio or video recording.")
        stream: Any = container.streams.audio[0]
        length = float(stream.duration * stream.time_base) if stream.duration else 0.0
        for frame in container.decode(stream):
            whole = _repaired(frame)
            heard.is_damaged |= whole is not frame
            heard.add(resampler.resample(whole))
            if length and frame.time is not None:
                progress(min(1.0, frame.time / length))
        with suppress(av.FFmpegError):  # where no frame ever came there is nothing to flush
            heard.add(resampler.resample(None))
    return heard


def _repaired(frame: AudioFrame) -> AudioFrame:
    """The frame with silence for every sample that is no number; itself when there is none."""
    import av

    if frame.format.name not in _FLOATS:
        return frame
    samples: Any = frame.to_ndarray()
    is_sane = np.abs(samples) <= SANE
    if is_sane.all():
        return frame
    whole = av.AudioFrame.from_ndarray(
        np.where(is_sane, samples, 0).astype(samples.dtype), frame.format.name, frame.layout.name
    )
    whole.rate, whole.pts, whole.time_base = frame.rate, frame.pts, frame.time_base
    return whole


_FLOATS = ("flt", "fltp", "dbl", "dblp")


def _frames(clip: Clip, size: int = 4096) -> Iterator[Any]:
    import av

    for start in range(0, len(clip.row), size):
        block = np.frombuffer(to_pcm(clip.row[start : start + size]), "<i2")
        frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format="s16", layout="mono")
        frame.rate = SAMPLE_RATE
        frame.pts = start
        yield frame
