"""A filler is marked right or wrong, and every figure and the feedback follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from repete.correction import corrected, judged, marked, pairs, retold
from repete.errors import UsageError
from repete.model import Correction, Delivery, Filler, Profile, Take, Transcript
from repete.model import Feedback as Said
from repete.summary import figures
from tests.library import session, take

NOW = "2026-03-02T10:00:00+01:00"
SURE = (Filler("um", 1.0, 1.3), Filler("uh", 1.5, 1.8, "sound"), Filler("you know", 6.0, 6.4))
HEARD = take(
    delivery=Delivery(fillers=SURE, fillers_per_minute=36.0, doubtful=(Filler("so", 4, 4.2),))
)


def mark(one: Take, *numbers: int) -> Take:
    """The take with fillers marked: a number counts, a negative one does not."""
    for number in numbers:
        one = replace(one, correction=marked(one, abs(number), number > 0, NOW))
    return one


def counted(one: Take) -> list[str]:
    return [told.filler.text for told in judged(one) if told.counts]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), ["um", "uh", "you know"]),
        ((1,), ["um", "uh", "you know"]),
        ((-1,), ["uh", "you know"]),
        ((-2,), ["um", "you know"]),
        ((3,), ["um", "uh", "so", "you know"]),
        ((-1, 3), ["uh", "so", "you know"]),
        ((-1, -2, -4), []),
        ((-1, 1), ["um", "uh", "you know"]),
    ],
)
def test_each_filler_is_marked_by_itself(numbers: Sequence[int], expected: list[str]) -> None:
    assert counted(mark(HEARD, *numbers)) == expected


def test_taking_every_mark_back_leaves_no_correction() -> None:
    assert mark(HEARD, -1, 3, 1, -3).correction is None


@pytest.mark.parametrize("number", [0, 5])
def test_a_filler_that_was_not_heard_cannot_be_marked(number: int) -> None:
    with pytest.raises(UsageError, match="name 1 to 4"):
        marked(HEARD, number, True, NOW)


def test_count_rate_and_summary_follow_the_marks() -> None:
    one = mark(HEARD, -1, 3)
    assert one.timing
    assert (one.fillers, one.fillers_per_minute) == (3, round(180 / one.timing.total, 1))
    found = corrected(one).delivery
    assert found
    assert [filler.text for filler in found.fillers] == ["uh", "so", "you know"]
    assert found.doubtful == ()
    assert found.fillers_per_minute == one.fillers_per_minute
    told = {figure.measure: figure.text for figure in figures(one)}
    assert told["fillers_per_minute"].startswith("3 fillers")
    assert "as you marked them" in told["fillers_per_minute"]
    assert "doubtful" not in told


def test_the_record_keeps_what_was_heard() -> None:
    assert mark(HEARD, -1).delivery == HEARD.delivery


def test_the_feedback_follows_the_marks() -> None:
    fillers = tuple(Filler("um", float(at), at + 0.3) for at in range(1, 9))
    heard = take(
        missed=(), moves=(), scenario=None, transcript=Transcript("Good evening."),
        delivery=Delivery(fillers=fillers, fillers_per_minute=60.0),
        feedback=Said("I heard at least 8 hesitations."),
    )  # fmt: skip
    told = retold(session("one", mark(heard, -8)), {}, Profile()).takes[0].feedback
    assert told
    assert "7 hesitations" in told.spoken
    quiet = retold(session("one", mark(heard, *[-number for number in range(1, 9)])), {}, Profile())
    assert quiet.takes[0].feedback
    assert "hesitation" not in quiet.takes[0].feedback.spoken
    assert retold(session("one", heard), {}, Profile()).takes[0] == heard


def test_a_drill_and_single_marks_go_together() -> None:
    late, unheard = 1.9, 3.5
    drilled = replace(HEARD, correction=Correction((late, unheard), NOW))
    assert counted(drilled) == ["um"]
    found = corrected(drilled).delivery
    assert found
    assert [(one.text, one.heard_by) for one in found.fillers][-1] == ("…", "speaker")
    assert counted(mark(drilled, -1)) == []
    both = mark(drilled, 4)
    assert both.correction
    assert both.correction.fillers == (late, unheard, 6.0)


def test_a_mark_on_the_very_start_is_its_own() -> None:
    assert pairs([1.0, 1.5], [1.5]) == {1: 0}
    assert pairs([1.0, 1.5], [1.6]) == {0: 0}
    assert pairs([], [1.0]) == {}


def test_a_take_without_delivery_has_no_fillers() -> None:
    nothing = take(delivery=None)
    assert judged(nothing) == ()
    assert corrected(nothing) == nothing
