"""Numbers and sentences in each language."""

import pytest

from repete.phrases import number, phrase


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [(0.65, "0.7", "0,7"), (12.0, "12", "12"), (3.14, "3.1", "3,1"), (150.04, "150", "150")],
)
def test_a_number_has_the_mark_of_its_language(value: float, english: str, french: str) -> None:
    assert number("en", value) == english
    assert number("fr", value) == french


def test_a_blank_that_is_a_number_is_written_so() -> None:
    assert phrase("fr", "screen", "onset", seconds=0.6) == "premier mot après 0,6 s"
    assert phrase("en", "screen", "pace", rate=150) == "150 words a minute"


def test_a_single_second_has_no_plural() -> None:
    assert phrase("fr", "screen", "opening", seconds=1) == "Environ 1 seconde."
    assert phrase("fr", "screen", "opening", seconds=21) == "Environ 21 secondes."
    assert phrase("en", "screen", "opening", seconds=1) == "About 1 second."
    assert phrase("en", "screen", "opening", seconds=0) == "About 0 seconds."
