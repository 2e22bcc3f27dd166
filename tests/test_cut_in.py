"""Cutting in, on strings of speech and silence: a letter is a block of 32 ms."""

from __future__ import annotations

import pytest

from repete.cut_in import CutIn, Decision, take_up
from repete.model import Span

BLOCK = 0.032
SECOND = round(1 / BLOCK)


def decisions(pattern: str, words: str | None = "") -> list[tuple[int, Decision]]:
    """What is decided after which block: "s" is speech."""
    partner = CutIn("en")
    found = [partner.process(BLOCK, letter == "s", words) for letter in pattern]
    return [(at, decision) for at, decision in enumerate(found) if decision != "none"]


def names(pattern: str, words: str | None = "") -> list[Decision]:
    return [decision for _, decision in decisions(pattern, words)]


@pytest.mark.parametrize("pattern", ["-" * 100, "-s" * 50, "--s--s-s----", "s--s--s"])
def test_clicks_and_silence_do_not_stop_him(pattern: str) -> None:
    assert decisions(pattern) == []


def test_he_stops_within_a_tenth_of_a_second_of_voice() -> None:
    ((at, decision),) = decisions("-" * 10 + "s" * 4)
    assert decision == "stop"
    assert (at + 1 - 10) * BLOCK <= 0.1


def test_a_voice_that_falters_at_its_start_still_stops_him() -> None:
    assert names("--ss-ss--") == ["stop"]


@pytest.mark.parametrize("length", [4, 12, 24])
def test_he_goes_on_after_a_mm_hm(length: int) -> None:
    assert names("-" * 5 + "s" * length + "-" * 30) == ["stop", "resume"]


def test_he_goes_on_after_every_mm_hm() -> None:
    assert names(("s" * 10 + "-" * 30) * 3) == ["stop", "resume"] * 3


def test_he_yields_to_a_voice_that_lasts() -> None:
    assert names("s" * 40 + "-" * 60) == ["stop", "yield"]


def test_after_he_has_yielded_nothing_moves_him() -> None:
    assert names("s" * 40 + ("-" * 40 + "s" * 40) * 3) == ["stop", "yield"]


def test_a_pause_inside_a_sentence_is_not_its_end() -> None:
    assert names("s" * 14 + "-" * 8 + "s" * 14) == ["stop", "yield"]


def test_words_that_say_something_take_the_turn_at_once() -> None:
    ((_, first), (at, second)) = decisions("s" * 10, "Actually we")
    assert (first, second) == ("stop", "yield")
    assert at == 2


def test_known_backchannels_may_last_longer() -> None:
    assert names("s" * SECOND + "-" * 30) == ["stop", "yield"]
    assert names("s" * SECOND + "-" * 30, "Yeah, yeah, I see.") == ["stop", "resume"]


def test_he_waits_for_words_that_are_being_read() -> None:
    short = decisions("s" * 10 + "-" * 60)
    read = decisions("s" * 10 + "-" * 60, None)
    assert short[1][0] < read[1][0] <= 10 + 40
    assert read[1][1] == "resume"


def test_a_new_line_starts_afresh() -> None:
    partner = CutIn("fr")
    for _ in range(40):
        partner.process(BLOCK, True)
    assert partner.state == "yielded"
    partner.listen()
    assert (partner.state, partner.onset) == ("listening", None)
    assert [partner.process(BLOCK, True) for _ in range(2)] == ["none", "stop"]


def test_the_onset_is_when_the_voice_began() -> None:
    partner = CutIn("en")
    for letter in "-" * 20 + "s" * 8:
        partner.process(BLOCK, letter == "s")
    assert partner.onset == pytest.approx(20 * BLOCK, abs=1e-6)


LINE = (Span(0.1, 2.9), Span(3.2, 5.0), Span(5.3, 20.0))


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0.0, 0.0),
        (1.4, 0.0),
        (3.1, 0.0),
        (4.0, 3.2),
        (3.3, 0.0),  # too early in the phrase: the one before
        (5.4, 3.2),
        (7.0, 5.3),
        (19.0, 14.0),  # nobody repeats fourteen seconds
    ],
)
def test_a_stopped_line_is_taken_up_where_its_phrase_began(
    position: float, expected: float
) -> None:
    assert take_up(LINE, position) == expected


def test_a_line_without_speech_is_taken_up_at_its_start() -> None:
    assert take_up((), 3.0) == 0.0
