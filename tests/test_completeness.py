"""Do the words so far sound finished? One word every 0.3 s, the way a recognizer writes them."""

from __future__ import annotations

import pytest

from repete.analysis import closings
from repete.analysis.completeness import Closing, Context, closing
from repete.analysis.ending import Ending
from repete.model import LANGUAGES, Goal, Language, Move, Word

PLAN = Goal(("self_introduction", "card_handoff"), ("card_handoff",))


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, 0.3 * at, 0.3 * at + 0.25) for at, word in enumerate(text.split()))


def judge(text: str, language: Language = "en", context: Context | None = None) -> Closing:
    return closing(words(text), language, context or Context())


def made(move: str, text: str) -> Move:
    """The move, made by the last words of the text."""
    spoken = words(text)
    return Move(move, spoken[-3].start, spoken[-1].end, "", 0.9)


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "I work with restorers and um", "filled_pause"),
        ("en", "I work with restorers and.", "clause"),
        ("en", "So we went there because...", "clause"),
        ("en", "I'd love to show you the.", "clause"),
        ("en", "Here is my", "clause"),
        ("en", "He gave it to.", "clause"),
        ("en", "I mean.", "clause"),
        ("en", "We restore old", "mark"),
        ("en", "We restore old,", "mark"),
        ("en", "We restore old...", "mark"),
        ("fr", "Je travaille avec, euh...", "filled_pause"),
        ("fr", "On a commencé à Lyon et.", "clause"),
        ("fr", "Je suis venue parce que.", "clause"),
        ("fr", "Du coup.", "clause"),
        ("fr", "J'aimerais vous montrer le.", "clause"),
        ("fr", "C'est un projet de", "clause"),
        ("fr", "Je m'appelle.", "clause"),
        ("fr", "C'est la plus grande, tu vois.", "clause"),
        ("fr", "On restaure des vieux", "mark"),
    ],
)
def test_a_reply_that_breaks_off_is_hanging_whatever_the_full_stop(
    language: Language, text: str, why: str
) -> None:
    assert judge(text, language) == Closing("hanging", why)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I restore old violins."),
        ("en", "Yes, I think so."),
        ("en", "I'd love to."),
        ("fr", "Je restaure de vieux violons."),
        ("fr", "Ça y est."),
        ("fr", "Ce vin est très bon."),
    ],
)
def test_a_whole_sentence_alone_is_open(language: Language, text: str) -> None:
    assert judge(text, language) == Closing("open", "nothing")


def test_no_words_are_open() -> None:
    assert closing((), "en") == Closing()
    assert judge("...") == Closing()


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "It was a pleasure. Have a lovely evening!", "farewell"),
        ("en", "I'll let you two talk, see you around.", "farewell"),
        ("en", "I mend clocks. And you?", "question"),
        ("en", "What do you think of the wine?", "question"),
        ("en", "Who are you here with?", "question"),
        ("fr", "Je vous laisse, bonne soirée.", "farewell"),
        ("fr", "À bientôt, Hélène.", "farewell"),
        ("fr", "Je répare des horloges. Et vous.", "question"),
        ("fr", "Est-ce que vous venez souvent ?", "question"),
        ("fr", "Vous êtes venue avec qui?", "question"),
    ],
)
def test_leave_taken_or_a_question_put_closes(language: Language, text: str, why: str) -> None:
    assert judge(text, language) == Closing("closed", why)  # type: ignore[arg-type]


def test_leave_taken_long_before_the_end_closes_nothing() -> None:
    text = "Have a lovely evening she said to me as the lights in that great hall went out."
    assert judge(text).state == "open"


@pytest.mark.parametrize("text", ["Trouble with your ovens, is it?", "Bye the river, they said."])
def test_early_in_the_target_a_question_is_an_echo_of_the_partner(text: str) -> None:
    context = Context(plan=PLAN, target=(12.0, 35.0))
    assert judge(text, context=context) == Closing("open", "early")
    assert judge(text).state == "closed"


def test_early_counts_no_more_when_all_that_decides_was_done() -> None:
    text = "Here's my card. And you?"
    context = Context((made("card_handoff", text),), PLAN, (12.0, 35.0))
    assert judge(text, context=context) == Closing("closed", "question")


def test_a_closing_move_closes_when_it_reaches_the_last_word() -> None:
    text = "I mend clocks, so here is my card."
    assert judge(text, context=Context((made("card_handoff", text),))).why == "move"
    assert judge(text, context=Context((made("self_introduction", text),))).state == "open"
    longer = Context((made("card_handoff", text),))
    assert judge(f"{text} It is a bit crumpled today.", context=longer).state == "open"


def test_a_falling_voice_closes_when_all_is_done_and_the_time_has_come() -> None:
    text = "Here is my card and my number. " + "It is a bit crumpled today. " * 4
    early = "Here is my card and my number."
    moves = (made("card_handoff", early),)

    def context(tone: str) -> Context:
        return Context(moves, PLAN, (5.0, 20.0), Ending(tone))  # type: ignore[arg-type]

    assert judge(text, context=context("falling")).why == "done"
    assert judge(text, context=context("rising")).state == "open"
    assert judge(f"{early} It is crumpled a bit.", context=context("falling")).why == "nothing"


def test_a_function_word_that_is_held_is_a_hesitation() -> None:
    assert judge("That is it.", context=Context(ending=Ending(None, 0.5))).state == "hanging"
    assert judge("That is mine.", context=Context(ending=Ending(None, 0.5))).state == "open"


def test_every_exception_is_one() -> None:
    for language in LANGUAGES:
        for phrase in closings.COMPLETE[language]:
            last = phrase.split()[-1]
            assert judge(f"{phrase}.", language).why != "clause", phrase
            assert judge(f"{last}.", language).why == "clause", phrase


def test_a_closing_move_closes_when_its_time_has_come_or_all_is_done() -> None:
    text = "I mend clocks, so here is my card."
    moves = (made("card_handoff", text),)
    assert judge(text, context=Context(moves, target=(2.0, 9.0))).why == "move"
    assert judge(text, context=Context(moves, target=(4.0, 9.0))).state == "open"
    assert judge(text, context=Context(moves, PLAN, (4.0, 9.0))).why == "move"


def test_a_rising_voice_goes_on_after_a_closing_move() -> None:
    text = "I mend clocks, so here is my card."
    moves = (made("card_handoff", text),)
    assert judge(text, context=Context(moves, ending=Ending("rising"))).state == "open"
    assert judge(text, context=Context(moves, ending=Ending("level"))).why == "move"
