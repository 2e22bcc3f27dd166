"""The script of a take: what the partner and the user said, in the order in which it was heard."""

from __future__ import annotations

import re
from dataclasses import dataclass

from repete.model import Said, Take, Word

LONGEST = 60
"""Words after which a passage ends though no sentence does."""

_ENDS = re.compile(r"[.!?…][\"'»”’)]*$")


@dataclass(frozen=True)
class Passage:
    """A line of the partner's (`said`), or a sentence of the user's (its `words`)."""

    words: tuple[Word, ...] = ()
    said: Said | None = None

    @property
    def start(self) -> float:
        """When it begins."""
        return self.said.start if self.said else self.words[0].start

    @property
    def text(self) -> str:
        """What is said in it."""
        return self.said.text if self.said else " ".join(word.text.strip() for word in self.words)


def script(take: Take) -> tuple[Passage, ...]:
    """The passages of a take; where the partner breaks in, the user's sentence is parted."""
    lines = sorted(take.exchange, key=lambda said: said.start)
    found: list[Passage] = []
    sentence: list[Word] = []

    def end() -> None:
        if sentence:
            found.append(Passage(tuple(sentence)))
            sentence.clear()

    for word in take.transcript.words if take.transcript else ():
        while lines and lines[0].start <= word.start:
            end()
            found.append(Passage(said=lines.pop(0)))
        sentence.append(word)
        if _ENDS.search(word.text) or len(sentence) >= LONGEST:
            end()
    end()
    return (*found, *(Passage(said=said) for said in lines))
