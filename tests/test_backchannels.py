"""Backchannels: what a listener says without asking for the turn."""

from __future__ import annotations

import pytest

from repete.analysis.backchannels import is_backchannel
from repete.model import Language


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Mm-hm.", True),
        ("en", "Yeah, yeah, I see.", True),
        ("en", "Of course!", True),
        ("en", "Okay, so I work with bakeries.", False),
        ("en", "Sorry", False),
        ("fr", "Oui, d’accord.", True),
        ("fr", "Ah bon ? Bien sûr.", True),
        ("fr", "Oui mais moi", False),
        ("fr", "Excusez-moi", False),
        ("fr", "", False),
    ],
)
def test_backchannels(language: Language, text: str, expected: bool) -> None:
    assert is_backchannel(text, language) is expected


@pytest.mark.parametrize("text", ["Mm-hm.", "Oui, oui.", "Ah bon ?", "D'accord", "Yeah, right."])
def test_without_a_language_those_of_any_count(text: str) -> None:
    assert is_backchannel(text)
