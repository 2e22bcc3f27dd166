"""The real recognizer writes no word that nobody said, and none of its own prompt."""

from __future__ import annotations

import numpy as np
import pytest

from repete import clips
from repete.analysis.lexicon import plain
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Language, Samples, Span
from repete.transcribe.recognizer import Recognizer
from repete.transcribe.verbatim import PROMPTS
from tests.world.studio import AUDIO

SECONDS = 6

INVENTED = ("thanks for watching", "thank you for watching", "sous-titrage", "sous-titres", "amara")
"""What Whisper writes of its own where nobody speaks: the ends of the videos it was trained on."""


def _pink(rng: np.random.Generator) -> Samples:
    """Noise that loses 3 dB an octave, as rooms and fans do."""
    count = SECONDS * SAMPLE_RATE
    spectrum = np.fft.rfft(rng.normal(0, 1, count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(0.05 * noise / noise.std(), np.float32)


def _sounds() -> dict[str, Samples]:
    rng = np.random.default_rng(7)
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    white = rng.normal(0, 0.05, len(at))
    breath = white * np.maximum(0, np.sin(2 * np.pi * 0.35 * at)) ** 3
    hum = 0.1 * np.sin(2 * np.pi * 50 * at) + 0.05 * np.sin(2 * np.pi * 150 * at)
    made = {
        "silence": np.zeros(len(at)),
        "white noise": white,
        "hum": hum,
        "breath": breath,
        "tone": 0.2 * np.sin(2 * np.pi * 440 * at),
    }
    return {name: np.asarray(x, np.float32) for name, x in made.items()} | {"pink": _pink(rng)}


SOUNDS = _sounds()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SOUNDS)
def test_where_nobody_speaks_there_is_no_word(
    recognizer: Recognizer, name: str, language: Language
) -> None:
    assert recognizer.transcribe(Clip(SOUNDS[name]), language).text == ""


@pytest.mark.parametrize("name", ["white noise", "breath", "hum"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_noise_that_was_taken_for_speech_gives_neither_prompt_nor_credits(
    recognizer: Recognizer, name: str, language: Language
) -> None:
    """Though voice activity is told to have found speech all over."""
    clip = Clip(SOUNDS[name])
    found = recognizer.transcribe(clip, language, (Span(0.0, clip.seconds),))
    _assert_clean(found.text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_a_second_of_speech_holds_no_word_of_the_prompt(
    recognizer: Recognizer, language: Language
) -> None:
    for name in ("pitch", "interrupted"):
        whole = clips.read(AUDIO / f"{name}.{language}.flac")
        hesitations = {plain(word) for word in PROMPTS[language].split()}
        read = recognizer.transcribe(whole, language)
        assert not hesitations & {plain(word.text) for word in read.words}  # they are fluent
        for start in np.arange(3.0, whole.seconds - 0.5, 4.0):  # at 3 s in French one leaked
            part = whole.cut(Span(float(start), float(start) + 0.5))
            _assert_clean(recognizer.transcribe(part, language).text, language)


def _assert_clean(text: str, language: Language) -> None:
    prompt = {plain(word) for word in PROMPTS[language].split()}
    assert not prompt & {plain(word) for word in text.split()}, text
    assert not [words for words in INVENTED if words in text.casefold()], text
