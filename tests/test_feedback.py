"""The feedback: true, short, one thing that worked and one to change."""

from __future__ import annotations

from typing import Literal

import pytest

from repete import feedback, scenario
from repete.analysis import analyse
from repete.model import (
    Analysis,
    Brief,
    Course,
    Feedback,
    GoalName,
    Language,
    Move,
    Profile,
    Said,
    Span,
    Transcript,
    Turn,
)
from tests.conftest import said, speech

SPEECH = speech("s" * 40)  # 20 seconds


def brief(
    name: str = "interrupted", language: Language = "en", goal: GoalName = "network"
) -> Brief:
    return scenario.find(name).brief(language, goal)


def told(
    text: str,
    of: Brief,
    spans: tuple[Span, ...] = SPEECH,
    profile: Profile | None = None,
) -> Feedback:
    transcript = said(text)
    return feedback.give(of, transcript, analyse(transcript, spans, of), profile)


def test_silence_is_not_judged() -> None:
    found = told("", brief(), ())
    assert found.spoken == "I heard no words. Shall we try again?"
    assert found.notes == ()


def test_speech_without_words_is_told_apart_from_silence() -> None:
    assert "could not make out" in told("", brief()).spoken


def test_praise_quotes_the_users_own_words_and_time() -> None:
    found = told("Good evening. But here's my card for you", brief())
    praise = found.notes[0]
    assert praise.kind == "praise"
    assert "here's my card" in found.spoken
    assert praise.start in (1.1, 1.4)  # "But" may be part of the quote


def test_the_fix_is_a_missing_essential_move_with_words_to_say() -> None:
    found = told("Hello, my name is Camille Martin", brief())
    fix = found.notes[-1]
    assert fix.kind == "fix"
    assert fix.about in brief().plan.essential
    assert "Try: “" in fix.text


def test_the_users_own_name_stands_in_the_words_to_say() -> None:
    of = brief("pitch")
    fix = told("I help theatres", of, profile=Profile(name="Zoé Blanc")).notes[-1]
    spoken = feedback.fill("I'm {name}.", Profile(name="Zoé Blanc"), of.wording.example)
    assert spoken == "I'm Zoé Blanc."
    assert "{" not in fix.text


def test_a_card_before_the_introduction_is_misplaced() -> None:
    of = brief()
    text = (
        "Here's my card. I'd love to have lunch one day. Email me next week. "
        "My name is Camille Martin. I'll let you two talk."
    )
    order = [note for note in told(text, of).notes if note.kind == "fix"]
    assert ("self_introduction", "card_handoff") in of.plan.order
    assert order[0].about == "card_handoff"
    assert "Keep “hand over your card” for after" in order[0].text


def test_a_friend_hands_no_card() -> None:
    of = brief(goal="friend")
    assert "card_handoff" in of.plan.avoid
    text = "My name is Camille Martin. You were saying the oven broke. Here's my card."
    fixes = [note for note in told(text, of).notes if note.kind == "fix"]
    assert "here's my card" in fixes[0].text.lower() or fixes[0].about in of.plan.essential


@pytest.mark.parametrize(("letters", "key"), [(4, "take at least"), (200, "stay under")])
def test_the_time_is_told_with_its_target(letters: int, key: str) -> None:
    of = brief("monologue")
    text = (
        "Three times yes and still nothing signed! That's exactly what my clients ask me about. "
        "What do you do about it? Here's my card. Email me next week."
    )
    missing = set(analyse(said(text), SPEECH, of).missed) & set(of.plan.essential)
    assert not missing
    assert key in told(text, of, speech("s" * letters)).spoken


def test_harmful_hesitation_is_told_as_a_least() -> None:
    of = Brief.unplanned("fr", "network")
    found = told("euh je euh crois que euh oui", of, speech("s" * 20))
    assert "au moins 3 hésitations" in found.spoken


def test_a_long_quote_is_cut() -> None:
    of = Brief.unplanned("en", "network")
    text = "you were saying that the " + "very " * 20 + "old mill was flooded"
    heard = Analysis(None, None, (Move("acknowledge", 0.0, 9.0, text, 0.9),), ())
    assert "…" in feedback.give(of, said(text), heard).spoken


def test_at_most_three_sentences_about_the_reply() -> None:
    for name in scenario.files():
        for language in ("en", "fr"):
            found = told("Hello, I'm here", brief(name, language))  # type: ignore[arg-type]
            assert len(found.notes) <= 2


def test_a_reply_as_text_has_no_time() -> None:
    of = brief()
    transcript = Transcript("Hello, my name is Camille Martin.")
    found = analyse(transcript, None, of)
    assert found.timing is None
    assert found.delivery is None
    assert found.moves[0].start is None
    assert feedback.give(of, transcript, found).notes


def played(name: str, text: str, turns: tuple[Turn, ...], goal: GoalName = "network") -> Feedback:
    """The feedback on one transcript that the turns part."""
    of = brief(name, goal=goal)
    transcript = said(text)
    return feedback.give(of, transcript, analyse(transcript, SPEECH, of), None, Course((), turns))


def facts_in(found: Feedback) -> list[str]:
    return [note.text for note in found.notes if note.kind == "fact"]


@pytest.mark.parametrize(
    ("place", "says"), [("end", "between two sentences"), ("middle", "in the middle of a sentence")]
)
def test_how_the_user_cut_in_is_told(place: Literal["end", "middle"], says: str) -> None:
    turn = Turn(0.0, 20.0, "talk", "permit", 11.8, place)
    found = played("monologue", "Three times yes and still nothing signed!", (turn,))
    assert "You took up “The council has said yes three times" in found.spoken
    assert f"after 12 seconds, {says}" in found.spoken
    assert facts_in(found)
    note = next(note for note in found.notes if note.about == "permit")
    assert (note.start, note.end) == (11.8, 20.0)


def test_who_never_cut_in_is_told_for_how_long_they_were_talked_to() -> None:
    of = brief("monologue")
    lines = (Said(0.0, 30.0, "partner", "So.", "talk"), Said(31.0, 33.0, "partner", "You?", "asks"))
    transcript = said("Not far at all, I live here", 34.0)
    course = Course(lines, (Turn(31.0, 40.0, "asks"),))
    found = feedback.give(
        of, transcript, analyse(transcript, SPEECH, of, None, lines), None, course
    )
    assert "you were talked to for 30 seconds" in found.spoken


@pytest.mark.parametrize(
    ("turns", "says"),
    [(2, "came in turn 2: turn 3 is soon enough"), (4, "came only in turn 4: make it by turn 3")],
)
def test_the_turn_of_a_move_is_measured_against_its_goal(turns: int, says: str) -> None:
    of = brief("icebreaker")
    made = tuple(
        Move(move, 9.0 if move == "professional_turn" else 0.5, 9.5, "words", 0.9)
        for move in of.plan.expects
    )
    course = Course((), tuple(Turn(2.0 * at, 2.0 * at + 2, f"b{at}") for at in range(turns)))
    found = feedback.give(of, said("Words."), Analysis(None, None, made, ()), None, course)
    assert says in found.spoken


def test_the_whole_play_is_told_turn_by_turn_in_the_notes() -> None:
    text = "Hello, my name is Camille Martin. Email me next week. I'll let you two talk."
    turns = (Turn(0.0, 2.2, "lunch"), Turn(2.2, 9.0, "ovens"))
    found = played("interrupted", text, turns)
    told_of = facts_in(found)
    assert told_of[0] == "Turn 1: introduce yourself."
    assert told_of[1].startswith("Turn 2: ")
    assert told_of[-1].startswith("Never: ")
    assert "Turn 1" not in found.spoken
    assert len(found.spoken.split(". ")) <= 6


def test_a_play_of_one_turn_tells_no_turns() -> None:
    assert facts_in(played("pitch", "I help theatres", (Turn(0.0, 9.0, "lift"),))) == []
