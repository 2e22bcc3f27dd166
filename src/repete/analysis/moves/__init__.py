"""Moves: which of the fifteen were made, and the words that prove each."""

from __future__ import annotations

from dataclasses import dataclass

from repete.analysis.moves.patterns import Found, match
from repete.model import PITCH_MOVES, Brief, Language, Move, Transcript


@dataclass(frozen=True)
class Setting:
    """What the detector knows of the moment: the language, the partner's words, pitch or not."""

    language: Language
    is_pitch: bool = False
    partner: str = ""

    @classmethod
    def of(cls, brief: Brief) -> Setting:
        """The setting of a brief."""
        return cls(brief.language, brief.is_pitch, brief.partner)


def find(transcript: Transcript, setting: Setting) -> tuple[Move, ...]:
    """The moves in a reply, in the order in which they were made.

    A move said twice is given once, by its surest words. Where the transcript has words with
    times, the move has the time of its words.
    """
    found = match(transcript.text, setting.language)
    best: dict[str, Found] = {}
    for hit in found:
        counts = setting.is_pitch or hit.move not in PITCH_MOVES
        if counts and (hit.move not in best or hit.confidence > best[hit.move].confidence):
            best[hit.move] = hit
    return tuple(_timed(hit, transcript) for hit in sorted(best.values(), key=lambda h: h.start))


def _timed(hit: Found, transcript: Transcript) -> Move:
    """The move with the time of its words, whose places in the text are counted from the words."""
    quote = transcript.text[hit.start : hit.end].strip(" ,.;:")
    at = 0
    inside = []
    for word in transcript.words:
        if at < hit.end and at + len(word.text) > hit.start:
            inside.append(word)
        at += len(word.text) + 1
    if not inside:
        return Move(hit.move, None, None, quote, hit.confidence)
    return Move(hit.move, inside[0].start, inside[-1].end, quote, hit.confidence)
