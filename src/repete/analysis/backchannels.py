"""Backchannels: "mm-hm", "oui, oui": what shows that one listens, and takes no turn."""

from __future__ import annotations

import re

from repete.model import LANGUAGES, Language

BACKCHANNELS: dict[Language, str] = {
    "en": "mm, mmm, hm, hmm, mhm, mmhm, mm-hm, mm-hmm, uh-huh, uh, um, huh, ah, aha, oh, wow, "
    "yeah, yes, yep, ok, okay, right, sure, really, true, exactly, indeed, absolutely, great, "
    "nice, good, cool, interesting, i see, of course, got it, no way, oh no, that's right, "
    "i know, all right",
    "fr": "mm, mmm, mh, mmh, hm, hmm, hum, mm-hm, mm-hmm, euh, heu, ah, oh, bah, ben, oui, ouais, "
    "ok, okay, bon, bien, voilà, super, génial, vraiment, exactement, absolument, "
    "effectivement, hein, carrément, intéressant, certes, d'accord, ah bon, bien sûr, je "
    "vois, tout à fait, en effet, c'est vrai, c'est sûr, je comprends, très bien, ah non, "
    "mais oui, ça marche",
}
"""What a listener says without asking for the turn."""


def is_backchannel(text: str, language: Language | None = None) -> bool:
    """Whether the words only say "I am listening": nothing but `BACKCHANNELS`, in any number.

    They are those of the language, or of any where none is named. No words are none.
    """
    left = re.sub(r"[^\w' -]", " ", text.lower().replace("’", "'")).split()
    known = _PHRASES[language] if language else frozenset().union(*_PHRASES.values())
    is_any = bool(left)
    while left:
        size = next((n for n in (3, 2, 1) if tuple(left[:n]) in known), 0)
        if not size:
            return False
        left = left[size:]
    return is_any


_PHRASES: dict[Language, frozenset[tuple[str, ...]]] = {
    language: frozenset(tuple(phrase.split()) for phrase in BACKCHANNELS[language].split(", "))
    for language in LANGUAGES
}
