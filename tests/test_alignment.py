"""Words are laid over the sounds that their letters stand for."""

from __future__ import annotations

import numpy as np
import pytest

from repete.analysis.edges import spoken
from repete.model import LANGUAGES, Language, Span, Word
from repete.transcribe import alignment
from repete.transcribe.alignment import Encoded, align, silences, sounds
from repete.transcribe.alignment.path import NEVER, best_path
from repete.transcribe.alignment.sounds import SOUNDS, STEP, WIDTH
from repete.transcribe.alignment.spelling import sounds_of

QUIET, LEAST = SOUNDS[0], -6.0


class Heard(Encoded):
    """Sounds that are heard for certain, one letter a step, without a network."""

    def __init__(self, heard: list[str], start: float = 0.0) -> None:
        super().__init__(np.zeros((1, WIDTH), np.float32), start)
        fit = np.full((len(heard), len(SOUNDS)), LEAST, np.float32)
        fit[np.arange(len(heard)), [SOUNDS.index(sound) for sound in heard]] = 0
        self.__dict__["fit"] = fit


def said(words: list[str], language: Language, each: int = 8, pause: int = 0) -> list[str]:
    """The sounds of some words, `each` steps long, with `pause` steps of quiet around a word."""
    heard = [QUIET] * pause
    for word in words:
        for index in sounds_of(word, language):
            heard += [SOUNDS[index]] * each
        heard += [QUIET] * pause
    return heard


def rough(words: list[str], start: float, end: float) -> list[Word]:
    step = (end - start) / len(words)
    return [
        Word(word, start + index * step, start + (index + 1) * step)
        for index, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("This", "en", "ðɪs"),
        ("speech", "en", "spitʃ"),
        ("L’homme", "fr", "lɔm"),
        ("oiseaux", "fr", "wazo"),
        ("2014", "fr", ""),
        ("…", "en", ""),
    ],
)
def test_a_word_is_read_as_it_is_spoken(word: str, language: Language, expected: str) -> None:
    assert "".join(SOUNDS[index] for index in sounds_of(word, language)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_start_and_end_where_their_sounds_do(language: Language) -> None:
    words = ["bonsoir", "2024", "madame"] if language == "fr" else ["good", "2024", "evening"]
    first, last = (len(sounds_of(words[place], language)) * 8 for place in (0, 2))
    heard = [
        *said(words[:1], language, pause=20),
        *["t", "u"] * 10,
        *said(words[2:], language, pause=20),
    ]
    found = align(rough(words, 5.0, 6.0), (), Heard(heard, start=5.0), language)
    starts = [round((word.start - 5.0) / STEP) for word in found]
    ends = [round((word.end - 5.0) / STEP) for word in found]
    middle = 20 + first + 20
    assert starts == [20, middle, middle + 40]
    assert ends == [20 + first, middle + 20, middle + 40 + last]


def test_a_sound_that_nobody_wrote_down_is_no_part_of_a_word() -> None:
    heard = [*said(["good"], "en"), *["ə"] * 30, *said(["evening"], "en")]
    found = align(rough(["good", "evening"], 0.0, 0.9), (), Heard(heard), "en")
    assert found[0].end == pytest.approx(0.01 * len(said(["good"], "en")), abs=0.011)
    assert found[1].start == pytest.approx(found[0].end + 0.3, abs=0.011)


@pytest.mark.parametrize("seed", range(12))
def test_words_stay_in_order_and_inside_the_sound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = rng.normal(0, 1, (int(rng.integers(1, 120)), WIDTH)).astype(np.float32)
    encoded = Encoded(frames, start=float(rng.uniform(0, 50)))
    texts = [str(text) for text in rng.choice(["so", "yes,", "2014", "l'été", "Hm"], 9)]
    words = rough(texts, encoded.start, encoded.start + STEP * 2 * len(frames))
    speech = [Span(encoded.start + at, encoded.start + at + 0.5) for at in (0.0, 0.7, 1.4)]
    found = align(words, speech, encoded, "fr" if seed % 2 else "en")
    times = [at for word in found for at in (word.start, word.end)]
    assert [word.text for word in found] == texts
    assert times == sorted(times)
    assert min(times) >= encoded.start - 1e-3
    assert max(times) <= encoded.start + 2 * STEP * len(frames) + 1e-3


def test_a_word_ends_with_its_stretch_of_speech_unless_the_detector_missed_it() -> None:
    heard = said(["good", "evening"], "en", pause=20)
    (first, second) = align(
        rough(["good", "evening"], 0.2, 1.0),
        [Span(0.0, 0.34)],
        Heard(heard),
        "en",
    )
    whole = align(rough(["good", "evening"], 0.2, 1.0), (), Heard(heard), "en")
    assert (first.start, first.end) == (whole[0].start, 0.34)
    assert second == whole[1]


def test_a_long_stretch_is_aligned_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = np.random.default_rng(3).normal(0, 1, (300, WIDTH)).astype(np.float32)
    words = rough(["one", "two", "three", "four"] * 5, 2.0, 8.0)
    monkeypatch.setattr(alignment, "LONGEST", 100)
    found = align(words, (), Encoded(frames, 2.0), "en")
    times = [at for word in found for at in (word.start, word.end)]
    assert times == sorted(times)
    assert all(abs(word.start - known.start) < 1 for word, known in zip(found, words, strict=True))


@pytest.mark.parametrize("shape", [(0, WIDTH), (50, 384)])
def test_without_frames_of_the_known_model_words_keep_their_times(shape: tuple[int, int]) -> None:
    encoded = Encoded(np.zeros(shape, np.float32), 0.0)
    words = tuple(rough(["good", "evening"], 0.0, 1.0))
    assert align(words, [Span(0.0, 1.0)], encoded, "en") == words
    assert silences(encoded) == ()


def test_a_path_may_leap_where_it_is_let() -> None:
    fit = np.array([[0, -9, -9], [-9, -3, 0], [-9, -9, 0]], np.float32)
    leap = np.array([NEVER, NEVER, -1], np.float32)
    assert best_path(fit, leap).tolist() == [0, 2, 2]
    assert best_path(fit, np.full(3, NEVER, np.float32)).tolist() == [0, 1, 2]
    assert best_path(np.zeros((3, 1), np.float32), leap[:1]).tolist() == [0, 0, 0]


def test_only_long_quiet_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    even = {"frequency": np.zeros(len(SOUNDS), np.float32)}
    monkeypatch.setattr(sounds, "weights_of", lambda name: even)
    heard = [*"a" * 20, *QUIET * 10, *"a" * 20, *QUIET * 40, *"a" * 20]
    (found,) = silences(Heard(heard, start=2.0))
    assert (found.start, found.end) == pytest.approx((2.5, 2.9), abs=0.03)


def test_speech_is_what_the_detector_and_the_words_say_but_no_silence() -> None:
    speech = [Span(1.0, 2.0), Span(3.0, 4.0)]
    words = [Word("weak", 2.1, 2.4), Word("there", 3.0, 3.5)]
    assert spoken(speech, words, [Span(3.5, 3.8)]) == (
        Span(1.0, 2.4),
        Span(3.0, 3.5),
        Span(3.8, 4.0),
    )
    assert spoken(speech, (), ()) == tuple(speech)
    assert spoken((), (), [Span(0.0, 1.0)]) == ()
