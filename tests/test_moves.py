"""The moves in a reply, with the words and the time that prove them."""

from __future__ import annotations

import pytest

from repete.analysis import moves
from repete.analysis.moves import Setting
from repete.model import Transcript
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


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("", EN),
        ("Yes.", EN),
        ("Thanks for watching!", EN),
        ("Sous-titrage ST' 501", FR),
        ("😀 😀 \x00\x07", EN),
        ("He gave me his card and I had lunch with my sister.", EN),
        ("Il m'a donné sa carte hier.", FR),
        ("word " * 20_000, EN),
    ],
)
def test_nothing_to_find(text: str, setting: Setting) -> None:
    assert moves.find(Transcript(text), setting) == ()


def test_pitch_moves_count_only_in_a_pitch() -> None:
    text = "We help small theatres to fill their seats."
    assert names(text, EN) == []
    assert names(text, Setting("en", is_pitch=True)) == ["what_i_do"]


def test_the_quote_has_the_time_of_its_words() -> None:
    (hit,) = moves.find(said("well then here's my card for you"), EN)
    assert hit.quote == "here's my card"
    assert (hit.start, hit.end) == (1.1, 2.0)


def test_a_move_said_twice_is_told_once() -> None:
    text = "Here's my card. Really, take my card."
    assert names(text, EN) == ["card_handoff"]
