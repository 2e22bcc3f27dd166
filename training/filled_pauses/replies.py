"""Replies to speak: those of the corpus of moves, in a fixed order."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from repete.model import Language

CORPUS = Path(__file__).parents[2] / "tests" / "corpus" / "moves"


@dataclass(frozen=True)
class Reply:
    """What a voice says; under 1, `pace` is slower than the voice's own."""

    id: str
    language: Language
    text: str
    pace: float = 1.0


def replies(language: Language, words: int) -> list[Reply]:
    """The development replies of 8 to so many words, shuffled, without those full of errors."""
    lines = (CORPUS / f"{language}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    kept = [r for r in rows if r["style"] != "errors" and 8 <= len(r["text"].split()) <= words]
    random.Random(7).shuffle(kept)
    return [Reply(row["id"], language, row["text"]) for row in kept]


def slow(language: Language, count: int, words: int) -> list[Reply]:
    """Replies said so slowly that their vowels last as long as a filled pause."""
    every = replies(language, words)
    chosen = every[len(every) - count :]  # none where none are asked for
    paces = (0.7, 0.55, 0.62)
    return [
        Reply(f"{one.id}-slow", language, one.text, paces[at % 3]) for at, one in enumerate(chosen)
    ]


ALIKE: dict[Language, str] = {
    "en": "a the are her I'm am on and of or no so to you I well now know new mom arm on own home "
    "one some come hum thumb summer other another under about again ah oh earn bird word work turn "
    "mother love up us but what was because",
    "fr": "le de deux peu heure un une et est que ce je ne me se te eux bleu feu mieux leur peur "
    "sur plus heureux neuf oeuf jeune on en an non mon bon son main demain homme comme femme aime "
    "même mes les des ah oh eh donc alors là pas oui parce que enfin voilà",
}
"""Words that sound like filled pauses, or hold a vowel that does."""


def alike(language: Language, count: int) -> list[Reply]:
    """Words that sound like filled pauses, set apart by commas and full stops."""
    rng = random.Random(11)
    texts = [
        " ".join(
            word + rng.choice((".", ",", "", ""))
            for word in rng.choices(ALIKE[language].split(), k=14)
        )
        for _ in range(count)
    ]
    paces = (1.0, 0.7, 0.85)
    return [
        Reply(f"{language}-alike-{at:02}", language, text, paces[at % 3])
        for at, text in enumerate(texts)
    ]
