"""The floor: the partner's time is never the user's."""

from __future__ import annotations

import pytest

from repete.analysis import analyse, delivery, floor, timing
from repete.model import Brief, Move, Said, Span, Transcript, Word
from tests.conftest import said, speech


def partner(pattern: str, step: float = 0.5) -> tuple[Said, ...]:
    """What the partner says, drawn as `speech` is: each stretch is a beat."""
    return tuple(
        Said(span.start, span.end, "partner", f"Line {at}.", f"beat-{at}")
        for at, span in enumerate(speech(pattern, step))
    )


@pytest.mark.parametrize(
    ("user", "other", "turns"),
    [
        ("--sss-ss--", "ss--------", 1),
        ("--ss--ss--", "ss--ss--ss", 2),
        ("-ss--s--ss", "s-----------", 1),  # silence that nobody fills is a pause
        ("sssss-----ss", "---sssss----", 2),  # the newcomer breaks in, and goes on
        ("----------", "ss--------", 0),
    ],
)
def test_a_turn_ends_where_the_partner_speaks_in_the_silence(
    user: str, other: str, turns: int
) -> None:
    assert len(floor.turns(speech(user), partner(other))) == turns


def test_a_loudspeaker_that_stops_late_parts_nothing() -> None:
    cut_off = Said(0.0, 1.15, "partner", "But wait,", "talk", 1.0)
    assert len(floor.turns((Span(1.0, 1.05), Span(1.2, 4.0)), (cut_off,))) == 1


def test_the_users_time_leaves_the_partners_out() -> None:
    found = timing.measure(speech("--ss------ss"), (1, 3), (), partner("ss--ssssss--"))
    assert found
    assert found.total == found.speech == 2.0
    assert found.verdict == "on_time"


def test_the_first_word_counts_from_the_end_of_the_partners_line() -> None:
    found = timing.measure(speech("----ss"), None, (), partner("sss---"))
    assert found
    assert found.onset == 0.5
    cut_in = timing.measure(speech("----ss"), None, (), partner("sssss-"))
    assert cut_in
    assert cut_in.onset == 0


def test_what_passes_before_the_first_move_is_the_users_time() -> None:
    made = (Move("pivot", 5.0, 5.5, "that's my work", 0.9),)
    found = timing.measure(speech("--ss------ss"), None, made, partner("ss--ssssss--"))
    assert found
    assert found.before_first_move == 0.5


def test_pauses_and_pace_leave_the_partners_time_out() -> None:
    user, other = speech("--ssss--------ssss"), partner("ss----ssssssss----")
    words = tuple(Word("so", 1 + at / 4, 1.2 + at / 4) for at in range(8))
    later = tuple(Word("much", 7 + at / 4, 7.2 + at / 4) for at in range(8))
    alone = delivery.measure(Transcript("", (*words, *later)), user, "en")
    played = delivery.measure(Transcript("", (*words, *later)), user, "en", None, other)
    assert alone
    assert played
    assert [len(alone.pauses), len(played.pauses)] == [1, 0]
    assert [alone.words_per_minute, played.words_per_minute] == [120.0, 240.0]


def test_a_word_that_ends_one_turn_and_begins_the_next_is_no_repetition() -> None:
    user, other = speech("ss----ss"), partner("--ssss--")
    words = (Word("maybe", 0.5, 0.9), Word("maybe", 3.1, 3.5))
    played = delivery.measure(Transcript("maybe maybe", words), user, "en", None, other)
    assert played
    assert played.repetitions == ()


def test_each_turn_is_read_as_the_answer_to_its_own_line() -> None:
    lines = (
        Said(0.0, 1.0, "partner", "The permits took four months.", "talk"),
        Said(4.0, 5.0, "partner", "And you?", "asks"),
        Said(5.0, 5.5, "partner", "Tell me.", "asks"),
    )
    words = tuple(Word(f"w{at}", float(at), at + 0.5) for at in (2, 3, 6, 7))
    found = list(floor.replies(Transcript("", words), lines))
    assert [(asked, reply.text) for asked, reply in found] == [
        ("The permits took four months.", "w2 w3"),
        ("And you? Tell me.", "w6 w7"),
    ]


def test_a_move_is_found_in_its_turn_and_given_once() -> None:
    brief = Brief.unplanned("en", "network")
    first = said("Hello, my name is Camille Martin.", start=2.0)
    again = said("As I told you, I'm Camille Martin. Here's my card.", start=10.0)
    both = Transcript(f"{first.text} {again.text}", first.words + again.words)
    lines = (
        Said(0.0, 1.5, "partner", "Which floor?", "lift"),
        Said(7.0, 9.0, "partner", "And who are you?", "asks"),
    )
    found = analyse(both, (Span(2.0, 3.8), Span(10.0, 13.0)), brief, None, lines)
    moves = [hit.move for hit in found.moves]
    assert moves.count("self_introduction") == 1
    assert found.moves[0].start is not None
    assert found.moves[0].start < 7.0
    assert "card_handoff" in moves
