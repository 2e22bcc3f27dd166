"""The probe that hears filled pauses: its arithmetic on toys, and the weights that are shipped."""

from __future__ import annotations

import numpy as np
import pytest

from repete.analysis.delivery import sounded
from repete.analysis.delivery.breaths import without_breaths
from repete.model import SAMPLE_RATE, Hum, Samples, Span, Word

HIDDEN, STEPS = 2, 3


def toy() -> dict[str, sounded.Floats]:
    """A probe that looks at one number of a piece and its two neighbours' sum."""
    project = np.zeros((sounded.SIZE, HIDDEN), np.float32)
    project[7, 0] = 1
    join = np.zeros((STEPS * HIDDEN, HIDDEN), np.float32)
    join[::HIDDEN, 0] = 1
    tell = np.zeros(STEPS * HIDDEN, np.float32)
    tell[HIDDEN] = 10
    zeros = np.zeros(HIDDEN, np.float32)
    return {
        "project": project, "project_bias": zeros, "join": join, "join_bias": zeros,
        "tell": tell, "tell_bias": np.float32(-15) * np.ones(1, np.float32),
    }  # fmt: skip


def encoded(*stretches: tuple[float, float], seconds: float = 4.0) -> sounded.Floats:
    """Pieces in which the number that the toy looks at is 1 within the stretches."""
    pieces = np.zeros((round(seconds * sounded.RATE), sounded.SIZE), np.float32)
    for start, end in stretches:
        pieces[round(start * sounded.RATE) : round(end * sounded.RATE), 7] = 1
    return pieces


def test_a_stretch_is_found_where_its_pieces_say_so() -> None:
    (found,) = sounded.stretches(sounded.likely(encoded((1.0, 1.5)), toy()), 0.5)
    assert (found.start, found.end) == (pytest.approx(1.0, abs=0.03), pytest.approx(1.5, abs=0.03))


def test_a_blink_is_none_and_a_gap_of_closing_lips_joins() -> None:
    likely = np.zeros(200, np.float32)
    likely[10:13] = 1
    likely[50:60] = likely[64:75] = 1
    assert sounded.stretches(likely, 0.5) == (Span(1.0, 1.5),)


def test_a_sound_that_goes_on_is_none() -> None:
    assert sounded.stretches(np.ones(200, np.float32), 0.5) == ()


def test_times_are_those_of_the_whole_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounded, "weights", toy)
    pieces = encoded((1.0, 1.5), (2.5, 3.0))
    here, later = sounded.filled_pauses(pieces), sounded.filled_pauses(pieces, 100.0)
    assert len(here) == 2
    assert [round(span.start + 100, 3) for span in here] == [span.start for span in later]


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> sounded.Floats:
    """Four seconds in which a filled pause from 1 to 1.5 is likely, but not sure."""
    monkeypatch.setattr(sounded, "weights", dict)
    told = np.zeros(4 * sounded.RATE, np.float32)
    told[sounded.RATE : round(1.5 * sounded.RATE)] = (sounded.LIKELY + sounded.SURE) / 2
    monkeypatch.setattr(sounded, "likely", lambda encoded, given: told)
    return encoded()


def test_a_likely_one_is_found_between_words_but_not_inside_one(doubtful: sounded.Floats) -> None:
    apart = [Word("my", 10.2, 11.0), Word("name", 11.5, 12.0)]
    assert sounded.filled_pauses(doubtful, 10.0, apart) == (Hum(11.0, 11.5, 0.4),)
    assert sounded.filled_pauses(doubtful, 10.0, [Word("my", 10.9, 11.6)]) == ()


def test_none_is_found_away_from_speech(doubtful: sounded.Floats) -> None:
    assert sounded.filled_pauses(doubtful, 10.0, (), [Span(12.0, 13.0)]) == ()
    (found,) = sounded.filled_pauses(doubtful, 10.0, (), [Span(11.2, 11.4)])
    assert (found.start, found.end) == pytest.approx((11.1, 11.5), abs=0.021)


@pytest.mark.parametrize("shape", [(100, 768), (0, 512), (512,)])
def test_what_another_model_made_tells_nothing(shape: tuple[int, ...]) -> None:
    assert sounded.filled_pauses(np.ones(shape, np.float32)) == ()


def test_the_shipped_weights_are_a_network_of_the_size_that_is_read() -> None:
    told = sounded.likely(encoded(), sounded.weights())
    assert told.shape == (200,)
    assert ((told >= 0) & (told <= 1)).all()


def test_one_that_is_written_and_not_sounded_is_a_word_misheard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sounded, "weights", toy)
    words = (Word("un", 10.6, 11.0), Word("euh,", 11.1, 11.4), Word("hum", 12.5, 12.7))
    told = encoded((1.0, 1.5))
    assert sounded.without_denied(words, told, 10.0, "fr") == words[:2]
    assert sounded.without_denied(words, told[:, :400], 10.0, "fr") == words


def noise(seconds: float, level: float) -> Samples:
    rng = np.random.default_rng(5)
    return rng.normal(0, level, round(seconds * SAMPLE_RATE)).astype(np.float32)


def voice(seconds: float, level: float) -> Samples:
    """A buzz at 120 Hz."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * at) / k for k in range(1, 20))
    return (level * buzz / np.sqrt(np.mean(buzz**2))).astype(np.float32)


@pytest.mark.parametrize(
    ("sound", "likelihood", "is_kept"),
    [
        pytest.param(noise(0.5, 0.02), 0.9, False, id="a breath"),
        pytest.param(voice(0.5, 0.02), 0.9, True, id="a quiet voice"),
        pytest.param(noise(0.5, 0.08), 0.9, True, id="a creak as loud as the words"),
        pytest.param(noise(0.5, 0.02), 0.98, True, id="a creak beyond doubt"),
    ],
)
def test_what_is_quiet_and_has_no_pitch_is_a_breath(
    sound: Samples, likelihood: float, is_kept: bool
) -> None:
    talk = np.concatenate([voice(1.0, 0.1), noise(0.3, 1e-4), sound, noise(0.3, 1e-4)])
    hum = Hum(11.3, 11.8, likelihood)
    assert without_breaths([hum], talk, start=10.0) == ((hum,) if is_kept else ())
