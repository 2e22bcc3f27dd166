"""What of the partner's words a reply answers: the network reads one or two sentences of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 45
"""Words of the partner's that are read."""

STEM = 5
"""Letters by which two words are taken for the same; a telling word has four or more."""


def answered(partner: str, reply: Sequence[str]) -> str:
    """The sentences that share most words with the reply, in their order, of at most `MOST` words.

    Where none shares any, they are the last ones; a short partner is taken whole.
    """
    if len(partner.split()) <= MOST:
        return partner
    sentences = [part for part in re.split(r"(?<=[.!?…])\s+", partner.strip()) if part]
    telling = _stems(" ".join(reply))
    shared = [len(_stems(sentence) & telling) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda at: (-shared[at], -at))
    best = max(shared)
    kept: list[int] = []
    room = MOST
    for at in order:
        size = len(sentences[at].split())
        if kept and (size > room or (best and not shared[at])):
            break
        kept.append(at)
        room -= size
    chosen = " ".join(sentences[at] for at in sorted(kept)).split()
    return " ".join(chosen[-MOST:])


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"[^\W\d_]{4,}", text.lower())}
