"""When has the user finished? Strings of speech (s) and silence (-), half a second a letter."""

import math

import pytest

from repete.analysis.completeness import Closing
from repete.endpoint import LEAST, PACES, Endpointer, Mode, Patience

PATIENCE = Patience(onset=3, silence=2, limit=20)
CLOSED, OPEN, HANGING = Closing("closed"), Closing("open"), Closing("hanging")


def play(pattern: str, patience: Patience = PATIENCE, mode: Mode = "hands_free") -> Endpointer:
    """Speech, silence, what the words say (c closed, o open, h hanging), a key press (!)."""
    endpointer = Endpointer(patience, mode)
    closings = {"c": CLOSED, "o": OPEN, "h": HANGING}
    for letter in pattern:
        if letter in closings:
            endpointer.expect(closings[letter])
        elif letter == "!":
            endpointer.press()
        elif endpointer.process(0.5, letter == "s") == "done":
            break
    return endpointer


@pytest.mark.parametrize(
    ("pattern", "state", "ended_by", "seconds"),
    [
        ("", "waiting", None, 0),
        ("--", "waiting", None, 1),
        ("------", "done", "nothing", 3),
        ("--ss", "speaking", None, 2),
        ("ss---", "paused", None, 2.5),
        ("ss----", "done", "silence", 3),
        ("ss---s---s", "speaking", None, 5),
        ("ss---s----ssss", "done", "silence", 5),
        ("s" * 60, "done", "limit", 20),
    ],
)
def test_the_end(pattern: str, state: str, ended_by: str | None, seconds: float) -> None:
    endpointer = play(pattern)
    assert (endpointer.state, endpointer.ended_by, endpointer.seconds) == (state, ended_by, seconds)


@pytest.mark.parametrize(
    ("pattern", "state", "seconds"),
    [
        ("ss-c-", "done", 2),  # closed: 0.7 s
        ("ss-c", "paused", 1.5),
        ("ss-h------", "paused", 4.5),  # hanging: 4 s
        ("ss-h-------", "done", 5),
        ("ss-h-c-", "done", 2.5),  # the evidence changes: shorter
        ("ss-c" + "h-------", "done", 5),  # and longer
        ("ss-h-o--", "done", 3),
        ("ss---c-", "done", 3),  # known late: at once
    ],
)
def test_the_words_move_the_wait_while_the_silence_lasts(
    pattern: str, state: str, seconds: float
) -> None:
    endpointer = play(pattern)
    assert (endpointer.state, endpointer.seconds) == (state, seconds)


@pytest.mark.parametrize("pattern", ["ss-cs---", "sscs---", "ssc---"])
def test_new_speech_takes_back_what_the_words_said(pattern: str) -> None:
    assert play(pattern).state == "paused"


@pytest.mark.parametrize("pace", PACES)
def test_no_silence_under_the_least_ends_a_reply(pace: str) -> None:
    endpointer = Endpointer(Patience.of(pace))
    endpointer.process(1, True)
    endpointer.process(0.3, False)
    endpointer.expect(CLOSED)
    endpointer.process(0.39, False)
    assert endpointer.state == "paused"
    assert endpointer.wait >= LEAST


@pytest.mark.parametrize(
    ("named", "closed", "usual", "hanging"),
    [
        ("quick", 0.7, 1.4, 2.8),
        ("normal", 0.7, 2.0, 4.0),
        ("patient", 1.05, 3.0, 6.0),
        ("4", 1.4, 4.0, 8.0),
        (" 1,5 s ", 0.7, 1.5, 3.0),
        ("0.7", 0.7, 0.7, 1.4),
    ],
)
def test_patience_scales_every_wait(
    named: str, closed: float, usual: float, hanging: float
) -> None:
    patience = Patience.of(named)
    waits = [patience.wait(closing) for closing in (CLOSED, OPEN, HANGING)]
    assert waits == pytest.approx([closed, usual, hanging])
    assert (patience.onset, patience.limit) == (12, 600)


@pytest.mark.parametrize(("seconds", "limit"), [(0, 600), (30, 600), (600, 900), (1200, 1800)])
def test_who_talks_longer_than_asked_learns_by_how_much(seconds: float, limit: float) -> None:
    assert Patience().beyond(seconds) == Patience(limit=limit)


@pytest.mark.parametrize(
    ("named", "due", "closed", "usual"),
    [
        ("quick", 0.7, 0.91, 1.75),
        ("normal", 0.98, 1.3, 2.5),
        ("patient", 1.47, 1.95, 3.75),
        ("0.7", 0.7, 0.7, 0.875),
    ],
)
def test_a_doubt_makes_each_wait_longer(
    named: str, due: float, closed: float, usual: float
) -> None:
    patience = Patience.of(named)
    doubted = (
        Closing("closed", is_doubtful=True, is_due=True),
        Closing("closed", is_doubtful=True),
        Closing("open", is_doubtful=True),
    )
    assert [patience.wait(closing) for closing in doubted] == pytest.approx([due, closed, usual])


def test_after_a_doubtful_close_the_pauses_so_far_count_up_to_the_usual_wait() -> None:
    doubted = Closing("closed", is_doubtful=True)
    due = Closing("closed", is_doubtful=True, is_due=True)
    waits = [Patience().wait(doubted, longest) for longest in (0.5, 1.2, 1.5, 3)]
    assert waits == pytest.approx([1.3, 1.3, 1.5, 2.0])
    assert {Patience().wait(due, longest) for longest in (0.5, 1.2, 1.5, 3)} == {0.98}


@pytest.mark.parametrize("named", ["", "slow", "0", "0.5", "-2", "31", "nan", "inf"])
def test_a_patience_that_is_none_is_refused_with_the_cure(named: str) -> None:
    with pytest.raises(ValueError, match=r"use quick, normal, patient, or seconds from 0\.7 to 30"):
        Patience.of(named)


def test_endless_patience_waits_for_ever_whatever_the_words_say() -> None:
    endpointer = play("ss-c" + "-" * 50, Patience(math.inf, math.inf, math.inf))
    assert endpointer.state == "paused"


def test_onset_is_the_first_speech_and_stays() -> None:
    assert play("--s-s").onset == 1.0


def test_the_user_ends_it_at_once_and_for_good() -> None:
    endpointer = play("ss")
    endpointer.press()
    assert endpointer.process(0.5, True) == "done"
    assert endpointer.ended_by == "user"


@pytest.mark.parametrize(
    ("pattern", "wait"),
    [
        ("ss--s-", 2.0),  # 1 s so far: as usual
        ("ss---s-", 2.0),
        ("sso---s--s-", 2.0),
        ("ss-h-----s-", 3.9),  # 3 s in mid-clause: 1.3 times that, before anything is read
        ("ss-h-----s--s-", 3.9),  # the longest counts
        ("ss-h-----s-o", 3.9),
        ("ss-h-----s-c", 0.7),  # but not after a clear close
        ("ss-h------s-", 4.0),  # and never over that of mid-clause
        ("ss-h------s-h", 4.0),
    ],
)
def test_who_has_thought_long_is_given_as_long_again(pattern: str, wait: float) -> None:
    assert play(pattern).wait == pytest.approx(wait)


def test_the_silence_before_the_first_word_is_no_pause() -> None:
    assert play("-----s-").wait == 2.0


def test_who_goes_on_after_the_end_is_not_cut_off_the_same_way_again() -> None:
    endpointer = play("ss----")
    assert endpointer.ended_by == "silence"
    endpointer.process(0.5, False)
    endpointer.take_up()
    assert (endpointer.state, endpointer.ended_by, endpointer.longest) == ("speaking", None, 2.5)
    for _ in range(6):
        endpointer.process(0.5, False)
    assert (endpointer.state, endpointer.wait) == ("paused", 3.25)


def test_what_is_left_of_the_wait_shrinks_and_grows_back() -> None:
    assert play("-").left == 2.5
    assert play("s").left == 2
    assert play("s--").left == 1
    assert play("s--s").left == 2
    assert play("s--h").left == 3
    assert (play("s--h").wait, play("s--").wait, play("-").wait) == (4, 2, 3)


@pytest.mark.parametrize(
    ("pattern", "state", "ended_by", "opened", "onset"),
    [
        ("ss--------", "waiting", None, None, None),  # before the press nothing is heard
        ("--!", "waiting", None, 1.0, None),
        ("ss!s", "speaking", None, 1.0, 1.0),
        ("--!ss" + "-" * 20 + "s", "speaking", None, 1.0, 1.0),  # no silence ends it
        ("--!ss--!s", "done", "user", 1.0, 1.0),
        ("--!" + "-" * 60, "done", "limit", 1.0, None),
        ("-" * 60, "done", "limit", None, None),
    ],
)
def test_push_to_talk_lasts_from_a_press_to_the_next(
    pattern: str, state: str, ended_by: str | None, opened: float | None, onset: float | None
) -> None:
    endpointer = play(pattern, mode="push_to_talk")
    assert (endpointer.state, endpointer.ended_by) == (state, ended_by)
    assert (endpointer.opened, endpointer.onset) == (opened, onset)


def test_patience_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Patience(silence=0)
