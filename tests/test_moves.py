"""The moves in a reply, with the words and the time that prove them."""

from __future__ import annotations

import numpy as np
import pytest

from repete.analysis import moves
from repete.analysis.moves import Setting, encoder
from repete.analysis.moves.partner import MOST, answered
from repete.analysis.moves.scores import Scores, hits, joined, run, windows
from repete.analysis.moves.speech import is_reply
from repete.model import MOVES, Move, Transcript
from tests.conftest import said

EN = Setting("en")
FR = Setting("fr")


def names(text: str, setting: Setting) -> list[str]:
    return [hit.move for hit in moves.find(Transcript(text), setting)]


def test_a_whole_reply_in_order() -> None:
    text = (
        "Hello! My name is Camille Martin. I'll let you two talk, but here's my card. "
        "I'd love to have lunch one day. Email me next week?"
    )
    assert names(text, EN) == [
        "self_introduction",
        "graceful_exit",
        "card_handoff",
        "lunch_ask",
        "follow_up",
    ]


def test_a_whole_reply_in_french() -> None:
    text = (
        "Enchantée ! Je m'appelle Camille Martin. Je vous laisse discuter, mais voici ma carte. "
        "On déjeune ensemble un de ces jours ? Écrivez-moi la semaine prochaine."
    )
    assert names(text, FR) == [
        "self_introduction",
        "graceful_exit",
        "card_handoff",
        "lunch_ask",
        "follow_up",
    ]


NOTHING = [
    "",
    "Yes.",
    "Bonjour",
    "Thanks for watching!",
    "Thank you for watching.",
    "Sous-titrage ST' 501",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Merci d'avoir regardé cette vidéo !",
    "[Music]",
    "😀 😀 \x00\x07",
    "\u200b\ufeff \u202e",
    "名刺をどうぞ。来週ランチをご一緒しませんか。",
    "вот моя визитка давайте пообедаем на следующей неделе",
    "Hola, me llamo Ana, aquí tienes mi tarjeta, ¿comemos juntos el jueves?",
    "Guten Tag, ich heiße Klaus, hier ist meine Karte, wollen wir nächste Woche essen gehen?",
    "word " * 20_000,
    "\ud800 broken \udfff text",
    "aaaaaaaaaaaaaaaaaaaaaaaaa" * 400,
    "xq zzkr vbnm qwrtp " * 3,
]


@pytest.mark.parametrize("text", NOTHING, ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("setting", [EN, FR], ids=["en", "fr"])
def test_nothing_to_find(text: str, setting: Setting) -> None:
    assert moves.find(Transcript(text), setting) == ()


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("He gave me his card and I had lunch with my sister.", EN),
        ("Il m'a donné sa carte hier.", FR),
        ("Elle s'est présentée à tout le monde, moi j'étais aux toilettes.", FR),
    ],
)
def test_what_others_did_is_no_move(text: str, setting: Setting) -> None:
    assert moves.find(Transcript(text), setting) == ()


def test_the_end_of_a_very_long_reply_is_heard() -> None:
    story = " ".join(
        f"and on day {day} we walked along the river until the {day}th bridge was behind us"
        for day in range(40)
    )
    assert "card_handoff" in names(f"{story}. Anyway, here's my card, keep it.", EN)


def test_pitch_moves_count_only_in_a_pitch() -> None:
    text = "We help small theatres to fill their seats."
    assert "what_i_do" not in names(text, EN)
    assert names(text, Setting("en", is_pitch=True)) == ["what_i_do"]


def test_the_quote_has_the_time_of_its_words() -> None:
    transcript = said("well then take one my number is printed on the back of it")
    (hit,) = moves.find(transcript, EN)
    assert hit.move == "card_handoff"
    words = [word.text for word in transcript.words]
    quote = hit.quote.split()
    first = next(at for at in range(len(words)) if words[at : at + len(quote)] == quote)
    assert hit.start == transcript.words[first].start
    assert hit.end == transcript.words[first + len(quote) - 1].end


def test_a_move_said_twice_is_told_once() -> None:
    text = "Here's my card. Really, take my card."
    assert names(text, EN) == ["card_handoff"]


def test_what_the_partner_said_counts() -> None:
    text = "Four months stuck on permits, goodness."
    partner = "Honestly the hardest part was the permits, we lost four months on them."
    found = moves.find(Transcript(text), Setting("en", partner=partner))
    assert "acknowledge" in {hit.move for hit in found}


def test_of_a_long_partner_the_sentences_that_are_answered_are_read() -> None:
    partner = (
        "We bought the second mill in spring. The council has said yes three times and never "
        "signed a thing. " + "Then came the brewery and its cellar full of water. " * 5
    )
    told = answered(partner, ["Three", "times", "yes,", "and", "nothing", "signed?"])
    assert told == "The council has said yes three times and never signed a thing."
    assert answered("Hello.", ["x"]) == "Hello."
    assert answered(partner, ["Oh!"]).endswith("full of water.")
    assert len(answered("word " * 500, ["word"]).split()) == MOST
    found = moves.find(
        Transcript("Three times yes, and still they have not signed it?"),
        Setting("en", partner=partner),
    )
    assert "acknowledge" in {hit.move for hit in found}


def test_the_same_reply_is_heard_the_same_way() -> None:
    text = "I'm Priya from Leeds Water. Shall we grab a bite on Thursday?"
    assert moves.find(Transcript(text), EN) == moves.find(Transcript(text), EN)


def test_why_a_move_was_or_was_not_counted() -> None:
    text = "Here's my card, take it. We make nets for football clubs."
    given, missing, pitch = moves.explain(
        Transcript(text), EN, ("card_handoff", "lunch_ask", "what_i_do")
    )
    assert (given.reason, missing.reason, pitch.reason) == ("counted", "absent", "pitch_only")
    assert "card" in given.quote
    (empty,) = moves.explain(Transcript(""), EN, ("lunch_ask",))
    assert empty.reason == "empty"


def test_the_encoder_is_opened_once() -> None:
    assert encoder.load() is encoder.load()


def test_windows_cover_every_word_and_share_some() -> None:
    assert list(windows([1] * 5, 10, 2)) == [(0, 5)]
    assert list(windows([1] * 10, 6, 2)) == [(0, 6), (4, 10)]
    assert list(windows([4, 4, 4], 5, 0)) == [(0, 1), (1, 2), (2, 3)]
    assert list(windows([], 5, 1)) == [(0, 0)]


@pytest.mark.parametrize(
    ("text", "scores", "quote"),
    [
        ("a b c d e f g h i j k", [1, 8, 9, 2, 7, 1, 1, 1, 1, 1, 9], "a b c d e"),
        ("we met. take my card", [1, 5, 7, 9, 9], "take my card"),
        (
            "we talked of this and of that take my card",
            [1, 1, 1, 1, 1, 1, 1, 8, 9, 9],
            "take my card",
        ),
        ("look, take my card, friend", [1, 1, 8, 1, 1], "take my card,"),
        ("one", [5], "one"),
    ],
)
def test_a_quote_ends_where_the_words_grow_weak(text: str, scores: list[int], quote: str) -> None:
    words = text.split()
    first, last = run(np.array(scores, np.float32) / 10, words)
    assert " ".join(words[first : last + 1]) == quote


def toy(made: dict[str, float]) -> Scores:
    scores = Scores.none(("a", "b", "c"))
    for move, sure in made.items():
        scores.made[MOVES.index(move)] = sure
        scores.proof[1, MOVES.index(move)] = sure
    return scores


def test_half_sure_is_enough() -> None:
    found = hits(toy({"lunch_ask": 0.5, "pivot": 0.49, "proof": 0.9}), is_pitch=False)
    assert [(hit.move, hit.confidence) for hit in found] == [("lunch_ask", 0.5)]


def test_an_icebreaker_belongs_to_the_opening() -> None:
    one = toy({"icebreaker": 0.9, "lunch_ask": 0.9})
    whole = joined(("x", "a", "b", "c"), [(1, one.made, one.proof)])
    assert [hit.move for hit in hits(whole, is_pitch=False)] == ["lunch_ask"]


@pytest.mark.parametrize("text", ["Lovely, thanks for asking!", "Moi c'est Luc.", "Call me Bo"])
def test_short_replies_are_replies(text: str) -> None:
    assert is_reply(text.split())


def test_a_move_knows_its_words() -> None:
    (hit,) = moves.find(Transcript("Take my card."), EN)
    assert isinstance(hit, Move)
    assert hit.quote in "Take my card."
    assert hit.confidence >= 0.5
