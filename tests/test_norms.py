"""Norms stand beside the figures, can be overridden, and silence what is not sure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from repete import feedback
from repete.errors import NormError
from repete.model import (
    LANGUAGES,
    Analysis,
    Brief,
    Delivery,
    Filler,
    Language,
    Pause,
    Take,
    Timing,
    Voice,
)  # fmt: skip
from repete.norms import FILE, Norm, baseline, every, norm
from repete.phrases import phrases
from repete.summary import figures
from tests.conftest import said

TIMING = Timing(0.5, 20, 30, None, None, "none")
DELIVERY = Delivery(
    words_per_minute=150,
    articulation_rate=5.0,
    pauses=(Pause(1, 2, "inside"),),
    pitch_range_semitones=6,
    loudness_lufs=-20,
    voice=Voice(pitch_variation_semitones=2.5),
)


def test_every_norm_names_its_source_and_how_strong_it_is() -> None:
    for known in every().values():
        assert known.source
        assert known.reference
        assert known.evidence in {"good", "fair", "weak", "custom"}
        assert known.language in {*LANGUAGES, "any"}


def test_a_figure_is_outside_only_by_more_than_its_error() -> None:
    band = Norm("x", "any", "any", "me", low=100, high=200, harm=300, error=10)
    found = [band.judge(value) for value in (85, 95, 150, 205, 215, 305, 311)]
    assert found == ["low", "usual", "usual", "usual", "high", "high", "harm"]


def test_introductions_and_talks_have_their_own() -> None:
    short, long = norm("words_per_minute", "en", 30), norm("words_per_minute", "en", 300)
    assert short is not None
    assert long is not None
    assert (short.high, long.high) == (210, 165)
    assert norm("nothing", "fr", 30) is None


def test_the_user_overrides(home: Path) -> None:
    home.mkdir()
    entry = '[[norm]]\nmeasure = "words_per_minute"\nlanguage = "fr"\ntalk = "any"\nsource = "moi"'
    (home / FILE).write_text(entry + "\nhigh = 180\n")
    known = norm("words_per_minute", "fr", 30)
    assert known is not None
    assert (known.source, known.high, known.low) == ("moi", 180, None)


def test_a_broken_file_is_told(home: Path) -> None:
    home.mkdir()
    (home / FILE).write_text("[[norm]]\nspeed = 1\n")
    with pytest.raises(NormError, match=r"norms\.toml"):
        every()


def test_a_baseline_needs_some_takes() -> None:
    assert baseline([100, None, 120]) is None
    assert baseline([100, 110, 120, 130, 300]) == 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_stands_beside_its_norm(language: Language) -> None:
    fillers = (Filler("um", 1, 2), Filler("um", 3, 4, "sound"))
    delivery = replace(DELIVERY, fillers=fillers, doubtful=(Filler("so", 5, 6),))
    take = Take(None, "network", language, None, None, TIMING, delivery)
    found = {figure.measure: figure for figure in figures(take)}
    assert set(found) == {
        "words_per_minute", "articulation_rate", "pauses_per_minute", "fillers_per_minute",
        "doubtful", "pitch_variation_semitones", "loudness_lufs",
    }  # fmt: skip
    assert "150" in found["words_per_minute"].text
    known = norm("words_per_minute", language, 30)
    assert known is not None
    assert known.source in str(found["words_per_minute"])
    assert figures(replace(take, delivery=None)) == ()


def about(delivery: Delivery, timing: Timing = TIMING) -> list[str]:
    analysis = Analysis(timing, delivery, (), ())
    found = feedback.give(Brief.unplanned("en", "network"), said("Good evening."), analysis)
    return [note.about for note in found.notes if note.kind == "fix"]


def test_feedback_speaks_only_of_what_is_sure() -> None:
    assert about(DELIVERY) == []
    assert about(replace(DELIVERY, words_per_minute=215)) == []
    assert about(replace(DELIVERY, words_per_minute=250)) == ["pace"]
    assert about(replace(DELIVERY, words_per_minute=60)) == ["pace"]
    assert about(replace(DELIVERY, words_per_minute=250), replace(TIMING, total=8)) == []
    assert about(replace(DELIVERY, pauses=())) == ["pauses"]
    assert about(replace(DELIVERY, voice=Voice(pitch_variation_semitones=0.5))) == ["pitch"]
    fillers = (Filler("um", 1, 2),) * 8
    assert about(replace(DELIVERY, fillers=fillers, fillers_per_minute=12.5)) == []
    assert about(replace(DELIVERY, fillers=fillers, fillers_per_minute=16)) == ["fillers"]


def test_the_user_is_told_of_every_problem() -> None:
    for language in LANGUAGES:
        for problem in ("damaged", "too_short", "offset", "noisy", "narrow"):
            assert phrases(language)["screen"][problem]
