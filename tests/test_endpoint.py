"""When has the user finished? Strings of speech (s) and silence (-), half a second a letter."""

import pytest

from repete.endpoint import Endpointer, Patience

PATIENCE = Patience(onset=3, silence=2, limit=20)


def play(pattern: str, patience: Patience = PATIENCE) -> Endpointer:
    endpointer = Endpointer(patience)
    for letter in pattern:
        if endpointer.process(0.5, letter == "s") == "done":
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


def test_onset_is_the_first_speech_and_stays() -> None:
    assert play("--s-s").onset == 1.0


def test_the_user_ends_it_at_once_and_for_good() -> None:
    endpointer = play("ss")
    endpointer.end("user")
    assert endpointer.process(0.5, True) == "done"
    assert endpointer.ended_by == "user"


def test_what_is_left_of_the_wait_shrinks_and_grows_back() -> None:
    assert play("-").left == 2.5
    assert play("s").left == 2
    assert play("s--").left == 1
    assert play("s--s").left == 2


def test_patience_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Patience(silence=0)
