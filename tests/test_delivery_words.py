"""What the words tell of the delivery: fillers in their context, repetitions, pace, language."""

from __future__ import annotations

import pytest

from repete.analysis import analyse, timing
from repete.analysis.delivery import fillers, measure, pace
from repete.analysis.delivery.language import hedges, usage
from repete.analysis.delivery.pauses import pauses
from repete.analysis.delivery.repetitions import repetitions
from repete.analysis.delivery.syllables import syllables
from repete.model import Brief, Language, Move, Span, Transcript, Word
from tests.conftest import said, speech


@pytest.mark.parametrize(
    ("text", "language", "sure", "doubtful"),
    [
        ("I like it.", "en", [], []),
        ("It was, like, huge.", "en", ["like"], []),
        ("You know what I do.", "en", [], []),
        ("It was, you know, late.", "en", ["you know"], []),
        ("It is this kind of work.", "en", [], []),
        ("It is kind of late.", "en", ["kind of"], []),
        ("I mean, we can.", "en", ["i mean"], []),
        ("What I mean is clear.", "en", [], []),
        ("So, we left.", "en", [], ["so"]),
        ("It is so good.", "en", [], []),
        ("Voilà ma carte.", "fr", [], []),
        ("Je travaille ici, voilà.", "fr", [], ["voilà"]),
        ("Du coup on part.", "fr", ["du coup"], []),
        ("En fait, on part.", "fr", [], ["en fait"]),
        ("C'est un genre de film.", "fr", [], []),
        ("Il était genre fatigué.", "fr", ["genre"], []),
        ("À quoi tu penses ?", "fr", [], []),
        ("C'est bien, quoi.", "fr", [], ["quoi"]),
        ("Tu vois la tour ?", "fr", [], []),
        ("C'est loin, tu vois.", "fr", ["tu vois"], []),
        ("Ben oui.", "fr", ["ben"], []),
    ],
)
def test_filler_words(text: str, language: Language, sure: list[str], doubtful: list[str]) -> None:
    found = fillers.filler_words(said(text).words, language)
    assert [[hit.text for hit in part] for part in found] == [sure, doubtful]


def test_a_pause_sets_a_word_apart_as_a_comma_does() -> None:
    words = [Word("It", 0, 0.2), Word("is", 0.2, 0.4), Word("like", 0.8, 1.0), Word("big", 1.4, 2)]
    sure, _ = fillers.filler_words(words, "en")
    assert [hit.text for hit in sure] == ["like"]


def test_a_pause_does_not_make_a_question_a_filler() -> None:
    words = [Word("Do", 0, 0.2), Word("you", 0.6, 0.7), Word("know", 0.7, 0.9), Word("one?", 1, 2)]
    assert fillers.filler_words(words, "en") == ((), ())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I I work here", "en", ["I I"]),
        ("we we want we want tea", "en", ["we we", "we want we want"]),
        ("I want to I want to go", "en", ["I want to I want to"]),
        ("no no thanks", "en", []),
        ("nous nous voyons", "fr", []),
        ("Here. Here it is", "en", []),
        ("c'est c'est bien", "fr", ["c'est c'est"]),
    ],
)
def test_repetitions(text: str, language: Language, expected: list[str]) -> None:
    assert [hit.text for hit in repetitions(said(text).words, language)] == expected


def test_a_word_broken_off_and_one_taken_back_are_restarts() -> None:
    found = repetitions(said("a sm- small firm, sorry, company").words, "en")
    assert [(hit.kind, hit.text) for hit in found] == [
        ("restart", "sm- small"),
        ("restart", "sorry, company"),
    ]


def test_filled_pauses_are_no_words() -> None:
    found = measure(
        said("Um, I work, uh, here in this town now and then"), speech("ssssssss"), "en"
    )
    assert found is not None
    assert [hit.text for hit in found.fillers] == ["um", "uh"]
    assert found.words_per_minute == 60 * 9 / 4
    assert found.fillers_per_minute == 30


def test_a_filled_pause_does_not_hide_a_move() -> None:
    found = analyse(
        said("Hello, my name um is Camille Martin."),
        speech("ssssss"),
        Brief.unplanned("en", "network"),
    )
    assert "self_introduction" in [hit.move for hit in found.moves]


@pytest.mark.parametrize(
    ("words", "language", "count"),
    [
        ("banana", "en", 3), ("late", "en", 1), ("table", "en", 2), ("started", "en", 2),
        ("worked", "en", 1), ("I'm", "en", 1), ("companies", "en", 3), ("evening", "en", 3),
        ("bonjour", "fr", 2), ("petite", "fr", 2), ("aujourd'hui", "fr", 3), ("j'ai", "fr", 1),
        ("théâtre", "fr", 2), ("vraiment", "fr", 2), ("parlent", "fr", 1), ("le", "fr", 1),
        ("12", "en", 2), ("...", "en", 1),
    ],
)  # fmt: skip
def test_syllables(words: str, language: Language, count: int) -> None:
    assert syllables(words, language) == count


def test_a_pause_is_told_by_where_it_stands() -> None:
    words = [Word("Good", 0, 0.5), Word("evening.", 0.5, 1), Word("I", 2, 2.5), Word("am,", 3, 3.5),
             Word("you", 4, 4.5), Word("know", 4.5, 5)]  # fmt: skip
    found = pauses([Span(0, 1), Span(2, 2.5), Span(3, 3.5), Span(4, 5)], words)
    assert [pause.place for pause in found] == ["sentence", "inside", "clause"]
    assert [pause.place for pause in pauses([Span(0, 1), Span(2, 3)])] == ["unknown"]


def test_the_pace_of_a_long_reply_has_a_fastest_and_a_slowest_part() -> None:
    slow = [Word("a", at, at + 0.5) for at in range(15)]
    fast = [Word("a", 15 + at / 4, 15.2 + at / 4) for at in range(60)]
    most, least = pace.extremes([*slow, *fast], Span(0, 30))
    assert most is not None
    assert least is not None
    assert (most.start, most.words_per_minute) == (15, 240)
    assert (least.start, least.words_per_minute) == (0, 60)
    assert pace.extremes(slow, Span(0, 15)) == (None, None)


def test_language() -> None:
    words = said("I think I'm here. Your clients and clients and clients need you.").words
    assert [hit.text for hit in hedges(words, "en")] == ["i think"]
    found = usage(words, "en")
    assert (found.longest_sentence, found.first_person, found.second_person) == (8, 2, 2)
    assert [(tally.text, tally.count) for tally in found.repeated] == [("clients", 3)]
    assert usage(said("J'ai vu ton projet, et moi aussi").words, "fr").first_person == 2
    assert usage((), "en").longest_sentence == 0


def test_the_share_of_time_before_the_first_move() -> None:
    made = [Move("pivot", 4.0, 5.0, "", 1), Move("follow_up", None, None, "", 1)]
    found = timing.measure([Span(1, 11)], None, made)
    assert found is not None
    assert found.before_first_move == 0.3
    assert timing.before_first([], ((Span(0, 10),),)) is None


def test_nothing_said_has_no_figures() -> None:
    found = measure(Transcript(""), [Span(0, 5)], "fr")
    assert found is not None
    assert (found.words_per_minute, found.articulation_rate, found.fillers) == (None, None, ())
