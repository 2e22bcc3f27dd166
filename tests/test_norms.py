"""Norms stand beside the figures, can be overridden, and silence what is not sure."""

from __future__ import annotations

from collections.abc import Callable
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
    Quote,
    Repetition,
    Span,
    Stretch,
    Take,
    Tally,
    Timing,
    Usage,
    Verdict,
    Voice,
)  # fmt: skip
from repete.norms import FILE, Norm, baseline, every, norm
from repete.phrases import number, phrases
from repete.summary import figures, groups
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
    assert baseline([100, 120]) is None
    own = baseline([100, 110, 120, 130, 300])
    assert own
    assert (own.median, own.takes) == (120, 5)
    assert 100 <= own.low < own.median < own.high <= 300


WHOLE = replace(
    DELIVERY,
    fillers=(Filler("um", 1, 2), Filler("um", 3, 4, "sound")),
    fillers_per_minute=4.0,
    pauses_per_minute=2.0,
    doubtful=(Filler("so", 5, 6),),
    lengthened=(Quote("de", 7, 7.4),),
    repetitions=(Repetition("my", 8, 9),),
    hedges=(Quote("maybe", 9, 9.5),),
    fastest=Stretch(0, 10, 180),
    slowest=Stretch(10, 20, 90),
    voice=Voice(120, 2.5, 3.1, 32, 2.2, (Span(4, 5),)),
    usage=Usage(34, (Tally("client", 4),), 6, 3),
)
"""A delivery in which everything was measured."""

MEASURED = {
    "onset", "speech", "before_first_move", "words_per_minute", "articulation_rate", "fastest",
    "slowest", "pauses_per_minute", "fillers_per_minute", "doubtful", "lengthened", "repetitions",
    "pitch_variation_semitones", "rising_ends", "loudness_lufs", "loudness_variation",
    "trailing_off", "signal_to_noise", "longest_sentence", "repeated", "persons", "hedges",
}  # fmt: skip


def a_take(language: Language, delivery: Delivery = WHOLE) -> Take:
    timing = replace(TIMING, before_first_move=0.25)
    return Take(None, "network", language, None, None, timing, delivery)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_is_told_with_its_norm(language: Language) -> None:
    found = {figure.measure: figure for figure in figures(a_take(language))}
    assert set(found) == MEASURED
    assert "150" in found["words_per_minute"].text
    for measure, figure in found.items():
        if known := norm(measure, language, 30):
            assert known.source in str(figure)
    assert figures(replace(a_take(language), delivery=None)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_measured_is_not_told(language: Language) -> None:
    found = figures(a_take(language, Delivery()))
    assert {figure.measure for figure in found} == {
        "onset", "speech", "before_first_move", "pauses_per_minute",
    }  # fmt: skip


def test_one_of_a_kind_is_told_as_one() -> None:
    delivery = replace(WHOLE, fillers=WHOLE.fillers[:1])
    text = " ".join(figure.text for figure in figures(a_take("en", delivery)))
    for wrong in ("1 fillers", "1 hedges", "1 words", "1 pauses", "1 statements"):
        assert wrong not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_speakers_own_baseline_stands_beside_the_norm(language: Language) -> None:
    own = {"words_per_minute": baseline([140.0, 150.0, 152.5, 160.0, 170.0])}
    assert own["words_per_minute"]
    found = figures(a_take(language), baselines=own)  # type: ignore[arg-type]
    beside = {figure.measure: figure.beside for figure in found}
    assert number(language, 152.5, 0) in beside["words_per_minute"]
    assert norm("words_per_minute", language, 30).source in beside["words_per_minute"]  # type: ignore[union-attr]
    assert not [figure for figure in found if figure.own and figure.measure != "words_per_minute"]


def test_figures_stand_under_their_headings() -> None:
    found = groups(a_take("fr"))
    assert [group.heading for group in found] == [
        "Temps", "Débit", "Pauses", "Hésitations", "Voix", "Mots",
    ]  # fmt: skip
    assert sum(len(group.figures) for group in found) == len(MEASURED)


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


def with_rate(value: float) -> Delivery:
    return replace(DELIVERY, words_per_minute=value)


def with_pitch(value: float) -> Delivery:
    return replace(DELIVERY, voice=Voice(pitch_variation_semitones=value))


def with_fillers(value: float) -> Delivery:
    return replace(DELIVERY, fillers=(Filler("um", 1, 2),) * 5, fillers_per_minute=value)


@pytest.mark.parametrize(
    ("measure", "bound", "made", "note"),
    [
        ("words_per_minute", "high", with_rate, "pace"),
        ("words_per_minute", "low", with_rate, "pace"),
        ("pitch_variation_semitones", "low", with_pitch, "pitch"),
        ("fillers_per_minute", "harm", with_fillers, "fillers"),
    ],
)
def test_no_feedback_builds_on_a_difference_smaller_than_the_figures_error(
    measure: str, bound: str, made: Callable[[float], Delivery], note: str
) -> None:
    known = norm(measure, "en", TIMING.total)
    assert known
    assert known.error > 0
    one = 60 / TIMING.total if measure == "fillers_per_minute" else 0.0  # one may be no filler
    error = max(known.error, one) * (-1 if bound == "low" else 1)
    limit = getattr(known, bound)
    assert about(made(limit + 0.9 * error)) == []
    assert about(made(limit + 1.1 * error)) == [note]


@pytest.mark.parametrize(
    ("seconds", "told"), [(11.6, []), (11.4, ["timing"]), (35.4, []), (40.0, ["timing"])]
)
def test_a_length_that_may_be_in_time_is_not_told(seconds: float, told: list[str]) -> None:
    target = (12.0, 35.0)
    verdict: Verdict = "short" if seconds < 12 else "long"
    timing = replace(TIMING, total=seconds, target=target, verdict=verdict)
    assert about(replace(DELIVERY, words_per_minute=None), timing) == told


def test_pauses_that_noise_may_hide_are_not_missed() -> None:
    drowned = Voice(pitch_variation_semitones=2.5, signal_to_noise=4.0)
    assert about(replace(DELIVERY, pauses=(), voice=drowned)) == []
    assert about(replace(DELIVERY, pauses=(), voice=replace(drowned, signal_to_noise=30.0)))


def test_one_filler_more_or_less_in_a_short_reply_decides_nothing() -> None:
    short = replace(TIMING, total=9.0)
    two = replace(DELIVERY, fillers=(Filler("um", 1, 2),) * 2, fillers_per_minute=13.3)
    assert about(two, short) == []


def test_every_norm_that_judges_has_an_error() -> None:
    for known in every().values():
        if {known.low, known.high, known.harm} != {None}:
            assert known.error > 0, known.measure


def test_the_user_is_told_of_every_problem() -> None:
    for language in LANGUAGES:
        for problem in ("damaged", "too_short", "offset", "noisy", "narrow"):
            assert phrases(language)["screen"][problem]
