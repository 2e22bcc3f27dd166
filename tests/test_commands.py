"""What is a command between two takes, and what is talk."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from repete.cli.keyboard import Keyboard
from repete.cli.wishes import Wishes
from repete.commands import EXPECTED, SPOKEN, likeliest, understood
from repete.model import LANGUAGES, Language, Samples

CORPUS = Path(__file__).parent / "corpus" / "moves"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Again.", "again"),
        ("again, please!", "again"),
        ("Encore.", "again"),
        ("Encore une fois, s’il te plaît.", "again"),
        ("Allez, on recommence !", "again"),
        ("Next.", "next"),
        ("Suivant", "next"),
        ("La suivante, s'il vous plaît.", "next"),
        ("Stop. Stop. Stop!", "stop"),
        ("Okay, stop, thank you.", "stop"),
        ("Arrête.", "stop"),
        ("Play it back.", "replay"),
        ("Could you play it back, please?", "replay"),
        ("Play it again.", "replay"),
        ("Réécouter", "replay"),
        ("Je veux ré-écouter.", "replay"),
        ("Menu", "menu"),
        ("Back to the menu, please.", "menu"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_is_understood_in_both_languages(
    text: str, command: str, language: Language
) -> None:
    assert understood(text, language) == command


@pytest.mark.parametrize("text", ["Recomence.", "on recommense", "Play it bak.", "suivent"])
def test_a_small_error_of_the_recognizer_does_no_harm(text: str) -> None:
    assert understood(text, "fr")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "Please.",
        "Merci.",
        "I said stop to him.",
        "And then again, I met her in Leeds.",
        "J'ai encore faim.",
        "On m'a dit d'arrêter de fumer.",
        "The next train is at four.",
        "Le menu du jour est délicieux.",
        "Shop.",
        "Text.",
        "On recrute.",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_talk_that_holds_a_command_is_none(text: str, language: Language) -> None:
    assert understood(text, language) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reply_of_the_corpus_is_a_command(language: Language) -> None:
    lines = (CORPUS / f"{language}.dev.jsonl").read_text("utf-8").splitlines()
    replies = [json.loads(line)["text"] for line in lines]
    assert replies
    assert not [reply for reply in replies if understood(reply, language)]


def test_no_words_mean_two_commands() -> None:
    for command, several in SPOKEN.items():
        for words in several:
            assert understood(words, "en") == command, words


def fits(language: Language, **told: float) -> list[float]:
    """How well the expected texts fit: those of a command as told, the others badly."""
    return [told.get(command, -4.0) for command in EXPECTED[language].values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_could_not_be_read_is_the_command_that_fits_far_better_than_the_others(
    language: Language,
) -> None:
    assert likeliest(fits(language, next=-1.5), language) == "next"
    assert likeliest(fits(language, next=-1.5, stop=-2.0), language) is None
    assert likeliest(fits(language, next=-2.5), language) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_expected_is_what_is_understood(language: Language) -> None:
    for text, command in EXPECTED[language].items():
        assert understood(text, language) == command


def test_a_wish_that_was_misread_is_told_from_its_sound() -> None:
    asked: list[int] = []

    def heard(sound: Samples, texts: Sequence[str]) -> Sequence[float]:
        asked.append(len(sound))
        return fits("fr", again=-1.7)

    wishes = Wishes(Console(quiet=True), Keyboard(), "fr", heard)
    assert wishes.understand("Acore.", np.zeros(16_000, np.float32)) == "again"
    assert wishes.understand("Suivant.", np.zeros(16_000, np.float32)) == "next"
    assert wishes.understand("Acore.", np.zeros(60_000, np.float32)) is None  # that is talk
    assert asked == [16_000]
