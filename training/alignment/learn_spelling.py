"""Learn to read: the networks of `repete.transcribe.alignment.spelling`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np
import torch
from learn_sounds import Plan, fit
from torch import Tensor, nn
from voices import pronounced
from wordfreq import top_n_list

from repete.model import Language
from repete.transcribe.alignment.sounds import SOUNDS
from repete.transcribe.alignment.spelling import EACH, LETTERS, REACH, plain, windows

WORDS = 22_000
"""The commonest words of a language, which teach its spelling."""

HIDDEN = 64
PLAN = Plan(epochs=10, rate=1e-2, decay=0.0)
ROUNDS = 5
"""Times that the sounds of every word are dealt out to its letters anew."""

Pair = tuple[str, tuple[int, ...]]
Dealt = tuple[str, list[tuple[int, ...]]]
Table = dict[tuple[str, tuple[int, ...]], float]
Likely = Callable[[int, int, int], float]
"""How likely the letter at a place stands for the sounds from one place up to another."""

NEVER = -1e9
RARE = 2
"""Times up to which a letter that stands for some sounds is chance."""


class Reader(nn.Module):
    """Letters with their neighbours in, sounds out."""

    def __init__(self) -> None:
        super().__init__()
        self.letters = nn.EmbeddingBag((2 * REACH + 1) * (len(LETTERS) + 1), HIDDEN, mode="sum")
        nn.init.normal_(self.letters.weight, 0, 0.1)
        self.bias = nn.Parameter(torch.zeros(HIDDEN))
        self.out = nn.Linear(HIDDEN, EACH * len(SOUNDS))

    def forward(self, given: Tensor) -> Tensor:
        """The scores of the sounds of each letter."""
        return self.out(torch.relu(self.letters(given) + self.bias)).view(-1, EACH, len(SOUNDS))


def learn(language: Language, target: Path) -> float:
    """Train on nineteen words of twenty and write the weights; the share of letters right."""
    words = dealt(list(_lexicon(language)))
    Random(1).shuffle(words)
    held = len(words) // 20
    given, wanted = _rows(words[held:])
    reader = Reader()
    loss = nn.CrossEntropyLoss()
    fit(
        reader,
        (given, wanted),
        PLAN,
        lambda made, right: loss(made.reshape(-1, len(SOUNDS)), right.reshape(-1)),
    )
    np.savez_compressed(
        target,
        **{
            "in": reader.letters.weight.detach().numpy().astype(np.float16),
            "in_bias": reader.bias.detach().numpy(),
            "out": reader.out.weight.T.detach().numpy().astype(np.float16),
            "out_bias": reader.out.bias.detach().numpy(),
        },
    )
    given, wanted = _rows(words[:held])
    with torch.no_grad():
        return float((reader(given).argmax(-1) == wanted).all(1).float().mean())


def _lexicon(language: Language) -> Iterator[Pair]:
    for word in _common(language):
        sounds = pronounced(word, language)
        if plain(word) == word and sounds:
            yield word, tuple(sounds)


def _common(language: Language) -> Iterator[str]:
    """The common words; the list parts French ones at the apostrophe, and here they are joined."""
    chance = Random(1)
    for word in top_n_list(language, WORDS):
        if language == "en" or len(word) > 1 or word in "aàyô":
            yield word
        if language == "fr" and word[0] in "aàâeéèêiîoôuyœh":
            yield chance.choice(ELIDED) + word


ELIDED = ("l'", "d'", "qu'", "j'", "n'", "s'", "c'", "m'", "t'", "jusqu'", "lorsqu'")


def dealt(words: list[Pair]) -> list[Dealt]:
    """Which sounds of a word each of its letters stands for, by what letters do elsewhere.

    The first time one sound a letter is usual, and the sounds are dealt out evenly.
    """
    found = [(word, _way(word, sounds, _usual(word, sounds))) for word, sounds in words]
    for _ in range(ROUNDS - 1):
        table = _table([(word, way) for word, way in found if way])
        found = [
            (word, _way(word, sounds, _learned(table, word, sounds))) for word, sounds in words
        ]
    return [(word, way) for word, way in found if way]


def _usual(word: str, sounds: tuple[int, ...]) -> Likely:
    def likely(at: int, first: int, last: int) -> float:
        uneven = abs((at + 0.5) / len(word) - (first + last) / 2 / len(sounds))
        return (-3.0, -1.0, -4.0)[last - first] - uneven

    return likely


def _learned(table: Table, word: str, sounds: tuple[int, ...]) -> Likely:
    def likely(at: int, first: int, last: int) -> float:
        return table.get((word[at], sounds[first:last]), -9.0 - 2 * (last - first))

    return likely


def _table(found: list[Dealt]) -> Table:
    pairs = Counter(pair for word, way in found for pair in zip(word, way, strict=True))
    letters = Counter(letter for word, _ in found for letter in word)
    seen = {pair: count for pair, count in pairs.items() if count > RARE}
    return {pair: float(np.log(count / letters[pair[0]])) for pair, count in seen.items()}


def _way(word: str, sounds: tuple[int, ...], likely: Likely) -> list[tuple[int, ...]]:
    """The likeliest way to deal a word's sounds out to its letters, in order; none if too many."""
    letters, count = len(word), len(sounds)
    best = [[NEVER] * (count + 1) for _ in range(letters + 1)]
    took = [[0] * (count + 1) for _ in range(letters + 1)]
    best[0][0] = 0.0
    for at in range(letters):
        for done in range(count + 1):
            for more in range(min(EACH, count - done) + 1):
                if best[at][done] <= NEVER:
                    break
                score = best[at][done] + likely(at, done, done + more)
                if score > best[at + 1][done + more]:
                    best[at + 1][done + more], took[at + 1][done + more] = score, more
    if best[letters][count] <= NEVER:
        return []
    way: list[tuple[int, ...]] = []
    done = count
    for at in range(letters, 0, -1):
        way.append(sounds[done - took[at][done] : done])
        done -= took[at][done]
    return way[::-1]


def _rows(words: list[Dealt]) -> tuple[Tensor, Tensor]:
    given = np.concatenate([windows(word) for word, _ in words])
    wanted = [[*part, 0, 0][:EACH] for _, way in words for part in way]
    return torch.from_numpy(given), torch.tensor(wanted)
