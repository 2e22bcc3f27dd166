"""From a line of the corpus to what the network reads: words, their moves, and their pieces.

Replies are spoilt a little at every reading, as a recognizer and a nervous speaker would, so that
the network learns the thought and not the spelling.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from labels import MOVES
from tokenizers import Tokenizer
from torch import Tensor

FIRST_PITCH_MOVE = MOVES.index("what_i_do")
PARTNER_PIECES = 64
REPLY_PIECES = 400
START, END = 0, 2
FILLERS = {
    "en": ("um", "uh", "you know", "like", "I mean", "so", "well", "er"),
    "fr": ("euh", "ben", "tu vois", "genre", "enfin", "bah", "du coup", "quoi"),
}
HOMOPHONES = {
    "en": {
        "card": "cart", "your": "you're", "you're": "your", "there": "their", "their": "there",
        "to": "too", "two": "to", "for": "four", "here": "hear", "meet": "meat", "by": "buy",
        "lunch": "launch", "we're": "were", "I'll": "all", "know": "no", "write": "right",
        "been": "bean", "week": "weak", "our": "are", "let's": "lets", "an": "and",
    },
    "fr": {
        "c'est": "s'est", "ses": "ces", "et": "est", "est": "et", "à": "a", "a": "à", "où": "ou",
        "mes": "mais", "mais": "mes", "voici": "voisi", "carte": "cartes", "déjeuner": "déjeuné",
        "appeler": "appelé", "laisse": "laisses", "peut": "peu", "sans": "cent", "quand": "quant",
        "m'appelle": "mappelle", "envoie": "envoi", "suis": "suit", "fait": "fais", "on": "ont",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """One reply: its words, the moves that each word proves, and what is known of the whole."""

    id: str
    language: str
    is_pitch: bool
    partner: str
    words: tuple[str, ...]
    proves: tuple[frozenset[int], ...]
    made: frozenset[int]
    optional: frozenset[int]
    traps: frozenset[int]


def read(path: Path) -> list[Reply]:
    """The replies of a file of the corpus."""
    with path.open(encoding="utf-8") as lines:
        return [reply_of(json.loads(line)) for line in lines]


def reply_of(line: dict[str, Any]) -> Reply:
    """The reply that one line of the corpus tells."""
    words = [(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", line["text"])]
    proves: list[set[int]] = [set() for _ in words]
    for move, quotes in line["spans"].items():
        at = 0
        for quote in quotes:
            found = line["text"].find(quote, at)
            first = found if found >= 0 else line["text"].find(quote)
            at = first + len(quote)
            for place, (_, start, end) in enumerate(words):
                if start < at and end > first:
                    proves[place].add(MOVES.index(move))
    return Reply(
        line["id"],
        line["lang"],
        line["situation"] == "pitch",
        line["partner"] or "",
        tuple(word for word, _, _ in words),
        tuple(map(frozenset, proves)),
        *(frozenset(map(MOVES.index, line[key])) for key in ("moves", "optional", "traps")),
    )


def spoilt(reply: Reply, chance: random.Random) -> Reply:
    """The reply as another recognizer might have written it, or another mouth said it."""
    pairs = list(zip(reply.words, reply.proves, strict=True))
    if chance.random() < 0.3:
        pairs = _stumble(pairs, reply.language, chance)
    if chance.random() < 0.25:
        pairs = _misheard(pairs, reply.language, chance)
    style = chance.random()
    if style < 0.3:
        pairs = [(re.sub(r"[.,;:!?…—\"«»()]+", "", w).lower(), p) for w, p in pairs]
    elif style < 0.4:
        pairs = [(re.sub(r"[.,;:!?…—\"«»()]+", "", w), p) for w, p in pairs]
    pairs = [(word, proof) for word, proof in pairs if word]
    partner = "" if chance.random() < 0.1 else reply.partner
    return replace(
        reply,
        partner=partner,
        words=tuple(word for word, _ in pairs),
        proves=tuple(proof for _, proof in pairs),
    )


Pairs = list[tuple[str, frozenset[int]]]


def _stumble(pairs: Pairs, language: str, chance: random.Random) -> Pairs:
    out: Pairs = []
    for word, proof in pairs:
        lot = chance.random()
        if lot < 0.03:
            continue
        if lot < 0.07:
            shared = proof & out[-1][1] if out else frozenset()
            out += [(part, shared) for part in chance.choice(FILLERS[language]).split()]
        elif lot < 0.09:
            out.append((word, proof))
        out.append((word, proof))
    return out or pairs


def _misheard(pairs: Pairs, language: str, chance: random.Random) -> Pairs:
    table = HOMOPHONES[language]
    return [
        (table[word] if word in table and chance.random() < 0.25 else word, proof)
        for word, proof in pairs
    ]


class Reader:
    """Turns replies into pieces, word by word."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.pieces = cache(self._pieces)

    def _pieces(self, word: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)

    def head(self, is_pitch: bool, partner: str) -> list[int]:
        """What comes before the reply: the situation and the partner's last words."""
        tag = self.pieces("pitch:" if is_pitch else "talk:")
        said = [piece for word in partner.split() for piece in self.pieces(word)]
        return [START, *tag, *said[-PARTNER_PIECES:], END, END]

    def item(self, reply: Reply) -> Item:
        """The reply's pieces, and the word that each belongs to (-1: none)."""
        ids = self.head(reply.is_pitch, reply.partner)
        owner = [-1] * len(ids)
        for at, word in enumerate(reply.words):
            own = self.pieces(word)
            if len(ids) + len(own) > REPLY_PIECES:
                break
            ids += own
            owner += [at] * len(own)
        return Item(reply, [*ids, END], [*owner, -1])


@dataclass(frozen=True)
class Item:
    """A reply with its pieces."""

    reply: Reply
    ids: list[int]
    owner: list[int]


@dataclass(frozen=True)
class Batch:
    """Replies side by side. Weights of 0 hide what is optional or padding."""

    items: list[Item]
    ids: Tensor
    mask: Tensor
    reply: Tensor
    piece_target: Tensor
    piece_weight: Tensor
    target: Tensor
    weight: Tensor


def batch_of(items: list[Item], trap_weight: float = 2.0) -> Batch:
    """The replies as tensors."""
    size, length = len(items), max(len(item.ids) for item in items)
    ids = np.ones((size, length), np.int64)
    mask = np.zeros((size, length), bool)
    reply = np.zeros((size, length), bool)
    piece_target = np.zeros((size, length, len(MOVES)), np.float32)
    weight = np.ones((size, len(MOVES)), np.float32)
    target = np.zeros((size, len(MOVES)), np.float32)
    for row, item in enumerate(items):
        told = item.reply
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = True
        for at, word in enumerate(item.owner):
            if word >= 0:
                reply[row, at] = True
                piece_target[row, at, list(told.proves[word])] = 1
        target[row, list(told.made)] = 1
        weight[row, list(told.traps)] = trap_weight
        weight[row, list(told.optional)] = 0
        if not told.is_pitch:
            weight[row, FIRST_PITCH_MOVE:] = 0
    piece_weight = reply[:, :, None] * weight[:, None, :]
    arrays = (ids, mask, reply, piece_target, piece_weight, target, weight)
    return Batch(items, *map(torch.from_numpy, arrays))


def batches(items: Iterable[Item], pieces: int, chance: random.Random | None) -> list[list[Item]]:
    """Groups of replies of like length, of about `pieces` pieces each, shuffled by chance."""
    noise = chance or random.Random(0)
    ordered = sorted(items, key=lambda item: len(item.ids) * (1 + (0.1 * noise.random())))
    groups: list[list[Item]] = [[]]
    for item in ordered:
        if groups[-1] and (len(groups[-1]) + 1) * len(item.ids) > pieces:
            groups.append([])
        groups[-1].append(item)
    if chance:
        chance.shuffle(groups)
    return groups
