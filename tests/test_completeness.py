"""Do the words so far sound finished? One word every 0.3 s, the way a recognizer writes them."""

from __future__ import annotations

import pytest

from repete.analysis import closings
from repete.analysis.completeness import Closing, Context, closing
from repete.analysis.ending import Ending, Tone
from repete.model import LANGUAGES, Goal, Language, Move, Word
from repete.scenario import find

PLAN = Goal(("self_introduction", "card_handoff"), ("card_handoff",))
FAR = Goal(("self_introduction", "card_handoff"), ("self_introduction", "card_handoff"))

LONG = "We met at the fair, and then we went on to talk about boats and old maps all day. "
"""What is said before, so that the turn is not brief."""

DONE = Context((Move("card_handoff", 1.0, 2.0, "", 0.95),), PLAN)
"""What is known where the goal is reached."""


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, 0.3 * at, 0.3 * at + 0.25) for at, word in enumerate(text.split()))


def judge(text: str, language: Language = "en", context: Context | None = None) -> Closing:
    return closing(words(text), language, context or Context())


def made(move: str, text: str, confidence: float = 0.9) -> Move:
    """The move, made by the last words of the text."""
    spoken = words(text)
    return Move(move, spoken[-3].start, spoken[-1].end, "", confidence)


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
        ("en", "We put you on the pilots'.", "clause"),
        ("en", "Quite by chance, funnily enough.", "clause"),
        ("en", "We restore old", "mark"),
        ("en", "We restore old,", "mark"),
        ("en", "We restore old...", "mark"),
        ("fr", "Je travaille avec, euh...", "filled_pause"),
        ("fr", "Je vous rends votre liberté, eux.", "filled_pause"),
        ("fr", "On a commencé à Lyon et.", "clause"),
        ("fr", "Je suis venue parce que.", "clause"),
        ("fr", "Du coup.", "clause"),
        ("fr", "Nous y étions aussi, figurez-vous.", "clause"),
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
        ("fr", "Je travaille avec eux."),
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
        ("en", "There is a free stand beside ours, shall I put my name down?", "question"),
        ("fr", "Je vous laisse, bonne soirée.", "farewell"),
        ("fr", "À bientôt, Hélène.", "farewell"),
        ("fr", "Je répare des horloges. Et vous.", "question"),
        ("fr", "Est-ce que vous venez souvent ?", "question"),
        ("fr", "Vous êtes venue avec qui?", "question"),
        ("fr", "Avez-vous une chaise de libre pour moi ?", "question"),
        ("fr", "Tu crois que je tiendrais une semaine ?", "question"),
    ],
)
def test_leave_taken_or_a_question_put_closes(language: Language, text: str, why: str) -> None:
    told = judge(LONG + text, language)
    assert told == Closing("closed", why, is_doubtful=True, is_due=True)  # type: ignore[arg-type]
    told = judge(LONG + text, language, DONE)
    assert told == Closing("closed", why)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text", "is_doubtful"),
    [
        ("en", "What do you think of the wine?", True),
        ("en", "That is a fine hat. And you?", False),
        ("en", "Have a lovely evening!", False),
        ("fr", "Vous êtes venue avec qui?", True),
        ("fr", "C'est un beau chapeau. Et vous?", False),
        ("fr", "Bonne soirée!", False),
    ],
)
def test_a_question_is_doubted_as_long_as_the_turn_is_brief(
    language: Language, text: str, is_doubtful: bool
) -> None:
    told = judge(text, language, DONE)
    assert (told.state, told.is_doubtful) == ("closed", is_doubtful)


@pytest.mark.parametrize(
    ("language", "text", "is_doubtful"),
    [
        ("en", "Are you in any of?", True),
        ("en", "Who are you waiting for?", False),
        ("fr", "Et vous êtes venue ici avec qui?", False),
        ("fr", "Et vous travaillez tous les jours dans?", True),
    ],
)
def test_a_question_that_leads_on_is_doubted(
    language: Language, text: str, is_doubtful: bool
) -> None:
    assert judge(LONG + text, language, DONE) == Closing("closed", "question", is_doubtful)


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "We link you up before you go, and you.", "nothing"),
        ("en", "We link you up before you go, and you?", "question"),
        ("en", "I mend clocks. And you.", "question"),
        ("fr", "On les emmène à la gare, elle et vous.", "nothing"),
        ("fr", "Je répare des horloges, et vous ?", "question"),
        ("fr", "Et vous.", "question"),
    ],
)
def test_a_question_without_a_mark_is_a_sentence_of_its_own(
    language: Language, text: str, why: str
) -> None:
    assert judge(text, language).why == why


def test_leave_taken_long_before_the_end_closes_nothing() -> None:
    text = "Have a lovely evening she said to me as the lights in that great hall went out."
    assert judge(text).state == "open"


def test_who_sees_you_does_not_leave() -> None:
    assert judge("I see you chose the lanyard with the dinosaurs.").state == "open"
    assert judge("I'll see you on Monday.").why == "farewell"
    assert judge("I see you have a coat. See you Thursday.").why == "farewell"


@pytest.mark.parametrize("text", ["Trouble with your ovens, is it?", "Bye the river, they said."])
def test_early_in_the_target_a_question_is_an_echo_of_the_partner(text: str) -> None:
    context = Context(plan=PLAN, target=(12.0, 35.0))
    assert judge(text, context=context) == Closing("open", "early", is_doubtful=True)
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


def test_a_filled_pause_that_only_the_sound_tells_is_a_hesitation() -> None:
    context = Context(ending=Ending("falling", hesitates=True))
    assert judge("And you?", context=context) == Closing("hanging", "filled_pause")


def test_the_target_is_that_of_the_whole_play_not_of_a_turn() -> None:
    pitch, icebreaker = (find(name).brief("en", "network") for name in ("pitch", "icebreaker"))
    assert Context.of(pitch).target == pitch.target
    assert Context.of(icebreaker).target is None


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


@pytest.mark.parametrize(
    ("tone", "confidence", "long", "plan", "state", "is_doubtful"),
    [
        ("falling", 0.95, True, PLAN, "closed", False),  # everything says done
        ("falling", 0.95, True, FAR, "closed", True),  # each doubt makes the wait longer
        (None, 0.95, True, PLAN, "closed", True),
        ("level", 0.95, True, PLAN, "closed", True),
        ("falling", 0.7, True, PLAN, "closed", True),
        ("falling", 0.95, False, PLAN, "closed", True),
        ("level", 0.7, True, PLAN, "open", True),  # two of them open it
        ("level", 0.95, False, PLAN, "open", True),
        ("rising", 0.95, True, PLAN, "open", True),
    ],
)
def test_a_closing_move_is_clear_only_when_everything_says_done(  # noqa: PLR0917
    tone: Tone | None, confidence: float, long: bool, plan: Goal, state: str, is_doubtful: bool
) -> None:
    text = "I mend clocks in the old town. " * (4 if long else 1) + "So here is my card."
    context = Context((made("card_handoff", text, confidence),), plan, ending=Ending(tone))
    told = judge(text, context=context)
    assert (told.state, told.is_doubtful) == (state, is_doubtful)


@pytest.mark.parametrize(
    ("tone", "is_doubtful"), [("falling", False), (None, False), ("level", True), ("rising", True)]
)
def test_where_no_close_is_heard_a_voice_that_has_not_fallen_speaks_for_more(
    tone: Tone | None, is_doubtful: bool
) -> None:
    told = judge("I restore old violins.", context=Context(ending=Ending(tone)))
    assert told == Closing("open", "nothing", is_doubtful)


def test_before_the_least_time_of_the_goal_a_closing_move_is_doubted() -> None:
    text = "I mend clocks in the old town. " * 4 + "So here is my card."
    moves = (made("card_handoff", text, 0.95),)
    far = Context(moves, PLAN, (11.0, 20.0), Ending("falling"))
    near = Context(moves, PLAN, (8.0, 20.0), Ending("falling"))
    assert judge(text, context=far) == Closing("closed", "move", is_doubtful=True, is_due=True)
    assert judge(text, context=near) == Closing("closed", "move")


@pytest.mark.parametrize(
    ("sentences", "confidence", "plan", "is_due"),
    [(8, 0.99, FAR, True), (8, 0.97, FAR, False), (4, 0.99, FAR, False), (4, 0.9, PLAN, True)],
)
def test_a_closing_move_is_due_late_when_it_is_sure_or_when_all_is_done(
    sentences: int, confidence: float, plan: Goal, is_due: bool
) -> None:
    text = "I mend clocks in the old town. " * sentences + "So here is my card."
    context = Context((made("card_handoff", text, confidence),), plan)
    assert judge(text, context=context) == Closing("closed", "move", True, is_due)


@pytest.mark.parametrize(
    ("others", "sentences", "tone", "is_due"),
    [
        ((), 6, None, False),
        (("follow_up",), 6, None, True),  # what one does at the end was done twice
        (("follow_up",), 4, None, False),
        (("pivot",), 6, None, False),
        (("card_handoff",), 6, None, False),
        ((), 4, "falling", True),  # nothing but the goal speaks for more
        ((), 1, "falling", False),
    ],
)
def test_a_closing_move_is_due_after_another_or_in_a_voice_that_falls(
    others: tuple[str, ...], sentences: int, tone: Tone | None, is_due: bool
) -> None:
    text = "I mend clocks in the old town. " * sentences + "So here is my card."
    earlier = tuple(Move(move, 1.0, 2.0, "", 0.9) for move in others)
    moves = (*earlier, made("card_handoff", text, 0.95))
    told = judge(text, context=Context(moves, FAR, ending=Ending(tone)))
    assert told == Closing("closed", "move", is_doubtful=True, is_due=is_due)


def test_a_last_sentence_of_one_word_is_the_beginning_of_another() -> None:
    text = "I mend clocks in the old town. " * 4 + "Here is my card. Keep."
    assert judge(text, context=Context((made("card_handoff", text, 0.95),), PLAN)) == Closing(
        is_doubtful=True
    )
    assert judge("I mend clocks. Goodbye.").why == "farewell"
    assert judge("Clocks.") == Closing()
