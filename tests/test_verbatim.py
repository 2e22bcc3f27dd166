"""Words at their own time, and of the primed reading nothing but its filled pauses."""

from __future__ import annotations

from repete.model import Language, Span, Word
from repete.transcribe.binding import bind, joined
from repete.transcribe.verbatim import merged
from tests.conftest import said


def texts(plain: str, primed: str, language: Language = "en") -> str:
    found = merged(said(plain).words, said(primed).words, language)
    return " ".join(word.text for word in found)


def test_a_filled_pause_between_shared_words_is_taken() -> None:
    assert "um," in texts("I work on water", "I work um, on water").split()


def test_no_other_word_is_taken() -> None:
    assert texts("I work on water", "I walk on the water") == "I work on water"
    assert texts("Bonjour à tous", "Bonsoir à toutes et tous", "fr") == "Bonjour à tous"


def test_a_reading_that_lost_its_way_gives_nothing() -> None:
    assert texts("I work on water", "um you um sorry um sorry um") == "I work on water"


def test_one_word_vouches_for_no_filled_pause() -> None:
    assert texts("et", "et euh.", "fr") == "et"
    assert "euh," in texts("et puis", "et euh, puis", "fr")


def test_a_loop_gives_few() -> None:
    found = texts("I work on water", "I work um um um um um um um um on water")
    assert found.split().count("um") <= 3


def test_a_filled_pause_that_both_have_is_there_once() -> None:
    assert texts("I um work", "I um work").split().count("um") == 1


def test_french_pieces_are_joined_at_the_apostrophe() -> None:
    pieces = [Word(" j", 0, 0.1), Word("'ai", 0.1, 0.3), Word(" fini.", 0.3, 0.6)]
    assert [word.text for word in joined(pieces)] == ["j'ai", "fini."]
    assert list(joined([])) == []


def test_the_words_of_a_stretch_reach_its_edges_and_each_other() -> None:
    words = [Word("one", 0.9, 1.2), Word("two", 1.24, 1.6), Word("three", 3.0, 3.2)]
    found = bind(words, [Span(1.0, 1.8), Span(3.1, 3.5)])
    assert (found[0].start, found[1].end) == (1.0, 1.8)
    assert found[0].end == found[1].start
    assert (found[2].start, found[2].end) == (3.1, 3.5)
