"""The clock of a reply."""

import pytest

from repete.analysis import timing
from repete.analysis.delivery import measure, pauses
from repete.model import Span
from tests.conftest import said, speech


def test_onset_speech_and_total() -> None:
    found = timing.measure(speech("--sss-s"), (2, 10))
    assert found is not None
    assert (found.onset, found.speech, found.total) == (1.0, 2.0, 2.5)


def test_speaking_and_pausing_make_the_total() -> None:
    spans = (Span(1.0, 2.0), Span(2.2, 3.0), Span(3.3, 4.0))  # 0.2 s are no pause yet
    found = timing.measure(spans, None)
    assert found is not None
    paused = sum(pause.seconds for pause in pauses(spans))
    assert paused == pytest.approx(0.3)
    assert found.speech == pytest.approx(found.total - paused)


def test_nobody_spoke() -> None:
    assert timing.measure((), (2, 10)) is None
    assert measure(said(""), (), "en") is None


@pytest.mark.parametrize(
    ("seconds", "light", "verdict"),
    [
        (9.9, "none", "short"),
        (10, "green", "on_time"),
        (19.9, "green", "on_time"),
        (20, "amber", "on_time"),
        (30, "red", "on_time"),
        (33.7, "red", "on_time"),
        (33.8, "red", "long"),
    ],
)
def test_the_light_and_the_verdict(seconds: float, light: str, verdict: str) -> None:
    assert timing.light(seconds, (10, 30)) == light
    assert timing.verdict(seconds, (10, 30)) == verdict


def test_without_a_target_there_is_no_verdict() -> None:
    found = timing.measure(speech("ss"), None)
    assert found is not None
    assert (found.verdict, found.light) == (None, "none")


def test_pauses_lie_between_stretches_of_speech() -> None:
    assert [(pause.start, pause.end) for pause in pauses(speech("-s-s--s-"))] == [
        (1.0, 1.5),
        (2.0, 3.0),
    ]
