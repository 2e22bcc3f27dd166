"""Thinking pauses: where people made them and how long, and the same put into a text.

`MANNERS` was read off real recordings: every silence of at least 0.5 s inside a turn, by voice
activity, with the words before it. Pauses between two speakers are left out, and so are read texts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from repete.model import Language

Place = Literal["filled", "marker", "function", "word", "clause", "sentence"]
"""What comes just before a pause: a filled pause; a conjunction or a discourse marker; another
function word; a word inside a phrase; the end of a clause; the end of a sentence."""


@dataclass(frozen=True)
class Manner:
    """How somebody paused: the pauses in so many `seconds` of speech, silences left out."""

    name: str
    seconds: float
    pauses: tuple[tuple[Place, float], ...]

    @property
    def rate(self) -> float:
        """Pauses in a second of speech."""
        return len(self.pauses) / self.seconds


MANNERS = (
    Manner("talk (mfa_acoustic_corpus, mfa_cold_corpus)", 40.2, (
        ("word", 0.51), ("clause", 1.22), ("marker", 0.58), ("clause", 0.54), ("filled", 0.61),
        ("sentence", 0.74), ("clause", 0.61), ("sentence", 0.61), ("filled", 1.31),
    )),
    Manner("hesitation (mfa_um, uhuh, cutoff, hes, youknow, crossword, erpause)", 21.9, (
        ("word", 0.96), ("filled", 1.66), ("filled", 0.51), ("filled", 0.80), ("word", 0.80),
        ("word", 2.37), ("word", 0.83), ("word", 0.61), ("word", 0.74), ("word", 1.95),
        ("word", 0.58), ("word", 1.41), ("word", 1.89), ("word", 0.90), ("marker", 0.51),
        ("filled", 1.28), ("filled", 1.38), ("sentence", 0.51),
    )),
    Manner("interview (ibm_en-US, alice_walker, ami)", 79.5, (
        ("word", 0.61), ("clause", 0.64), ("clause", 0.54), ("marker", 0.54), ("word", 0.74),
        ("sentence", 0.86), ("sentence", 0.70), ("sentence", 0.54),
    )),
    Manner("presenter (kyutai_intro, French)", 16.8, (
        ("sentence", 0.80), ("clause", 0.77), ("clause", 0.80),
    )),
)  # fmt: skip
"""38 pauses in 158 s of speech. One English speaker gave the first two, and acted the second."""

MOST = 14 / 60
"""Pauses in a second of speech at most: all manners together make as many. The acted hesitations
hold three words each, and a reply with one pause in a second would be none."""

SPREAD = 1.25
"""Factor by which a length is varied up or down, since so few were measured."""

PACE = 2.6
"""Words a second, silences left out, by which the seconds of a text are told."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MARKERS: dict[Language, frozenset[str]] = {
    "en": _set("and but so or because well now then anyway"),
    "fr": _set("et mais donc ou parce car alors bon bref puis"),
}
FUNCTION: dict[Language, frozenset[str]] = {
    "en": _set(
        "the a an my your his her our their this that to of in on at for with from by about "
        "i you we they he she it is are was were be have has do did can could will would"
    ),
    "fr": _set(
        "le la les un une des du de au aux mon ma mes ton ta tes son sa ses notre nos votre vos "
        "ce cet cette ces à en dans sur pour par avec sans chez je tu il elle on nous vous ils "
        "elles est sont était a ai as avez avons ont qui que"
    ),
}
OPENERS: dict[Language, tuple[str, ...]] = {
    "en": ("So,", "And", "Well,"),
    "fr": ("Alors,", "Et", "Bon,"),
}
HUMS: dict[Language, tuple[str, ...]] = {"en": ("um,", "uh,"), "fr": ("euh,",)}


@dataclass(frozen=True)
class Pause:
    """A pause after some words of a text."""

    place: Place
    seconds: float


@dataclass(frozen=True)
class Piece:
    """Words said in one go, as a voice is to say them, and the pause after them (None: the end)."""

    text: str
    pause: Pause | None = None


def pieces(text: str, language: Language, rng: random.Random) -> Iterator[Piece]:
    """The text parted by the thinking pauses of a manner drawn by chance."""
    words = text.split()
    manner = rng.choice(MANNERS)
    count = round(min(manner.rate, MOST) * len(words) / PACE + rng.uniform(-0.5, 0.5))
    drawn = [rng.choice(manner.pauses) for _ in range(max(1, count))]
    before: list[str] = []
    where = _where(words, language, [place for place, _ in drawn], rng)
    for at, word in enumerate(words):
        before.append(word)
        if at in where:
            place, seconds = drawn[where[at]]
            length = seconds * SPREAD ** rng.uniform(-1, 1)
            yield Piece(_said(before, place, language, rng), Pause(place, length))
            before = []
    yield Piece(" ".join(before))


def _where(
    words: Sequence[str], language: Language, places: Sequence[Place], rng: random.Random
) -> dict[int, int]:
    """For the word after which each pause comes, which pause it is; a pause that finds no place
    of its kind is left out."""
    free = {at: place_after(words, at, language) for at in range(1, len(words) - 2)}
    found: dict[int, int] = {}
    for index, place in enumerate(places):
        kinds = _AFTER.get(place, {place})
        fit = [at for at, kind in free.items() if kind in kinds]
        if fit:
            chosen = rng.choice(fit)
            found[chosen] = index
            for near in range(chosen - 1, chosen + 2):
                free.pop(near, None)
    return found


_AFTER: dict[Place, set[Place]] = {
    "filled": {"marker", "function", "word", "clause"},
    "marker": {"marker", "sentence"},
    "word": {"function", "word"},
}
"""Where a pause of a kind can come: a filled pause is put in; a marker is there, or is put in after
a sentence; inside a phrase any word will do, since the phrases that were measured are of names."""


def place_after(words: Sequence[str], at: int, language: Language) -> Place:
    """What a pause after that word of the text would come after."""
    word, following = words[at], _plain(words[at + 1])
    if re.search(r"[.!?…][\"'»”)]*$", word):
        return "sentence"
    if _plain(word) in MARKERS[language]:
        return "marker"
    if re.search(r"[,;:—–]$", word) or following in MARKERS[language]:
        return "clause"
    return "function" if _plain(word) in FUNCTION[language] else "word"


def _said(before: Sequence[str], place: Place, language: Language, rng: random.Random) -> str:
    """The words as they are said before a pause: not as if the sentence ended, unless it does."""
    text = " ".join(before)
    if place == "sentence":
        return text
    if place == "marker" and re.search(r"[.!?…]$", text):
        return f"{text} {rng.choice(OPENERS[language])}".rstrip(",") + ","
    text = re.sub(r"[\s,;:.!?…—–-]+$", "", text)
    return f"{text}, {rng.choice(HUMS[language])}" if place == "filled" else f"{text},"


def _plain(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word).casefold()
