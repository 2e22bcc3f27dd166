"""Moves: which of the fifteen were made, and the words that prove each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from repete.analysis.moves import encoder, own
from repete.analysis.moves.scores import Hit, Scores, hits, nearest
from repete.analysis.moves.speech import is_reply
from repete.model import PITCH_MOVES, Brief, Language, Move, Near, OwnMove, Transcript


@dataclass(frozen=True)
class Setting:
    """What the detector knows of the moment: the language, the partner's words, pitch or not."""

    language: Language
    is_pitch: bool = False
    partner: str = ""
    own: tuple[OwnMove, ...] = ()
    """The moves that the scenario brings itself."""

    @classmethod
    def of(cls, brief: Brief, partner: str | None = None) -> Setting:
        """The setting of a brief, or of the moment of its play that follows `partner`."""
        partner = brief.partner if partner is None else partner
        return cls(brief.language, brief.is_pitch, partner, brief.wording.moves)


def find(transcript: Transcript, setting: Setting) -> tuple[Move, ...]:
    """The moves in a reply, in the order in which they were made.

    A move said twice is given once, by its surest words. Where the transcript has words with
    times, the move has the time of its words.
    """
    found = _read(transcript, setting)
    made = [
        *hits(found, is_pitch=setting.is_pitch),
        *(it for it in _own(found, setting) if it.counts),
    ]
    made.sort(key=lambda hit: (hit.first, hit.last))
    return tuple(_told(hit, found.words, transcript) for hit in made)


def cannot_be_told_apart(moves: Sequence[OwnMove]) -> tuple[str, ...]:
    """The names of a scenario's own moves whose counter-examples look like their examples."""
    if not moves:
        return ()
    network = encoder.load()
    return tuple(it.name for it in moves if not own.told_apart(it, network.space, network.states))


def explain(transcript: Transcript, setting: Setting, expected: Sequence[str]) -> tuple[Near, ...]:
    """For each expected move the words that come nearest, and why it was or was not counted."""
    found = _read(transcript, setting)
    near = {hit.move: hit for hit in (*nearest(found), *_own(found, setting))}
    made = hits(found, is_pitch=setting.is_pitch)
    return tuple(
        _near(near[move], found, setting, made) if move in near else Near(move, "", 0.0, "empty")
        for move in expected
    )


FAINT = 0.15
"""Below this confidence no words speak for a move."""


def _near(hit: Hit, found: Scores, setting: Setting, made: Sequence[Hit]) -> Near:
    quote = _quote(hit, found.words)
    sure = round(hit.confidence, 3)
    if hit.move in PITCH_MOVES and not setting.is_pitch:
        return Near(hit.move, quote, sure, "pitch_only")
    if hit.counts:
        return Near(hit.move, quote, sure, "counted")
    if hit.confidence < FAINT:
        return Near(hit.move, quote, sure, "absent")
    other = next((it.move for it in made if it.first <= hit.last and hit.first <= it.last), None)
    return Near(hit.move, quote, sure, "other" if other else "weak", other)


def _read(transcript: Transcript, setting: Setting) -> Scores:
    words = [word.text.strip() for word in transcript.words] or transcript.text.split()
    words = [word.encode("utf-8", "replace").decode() for word in words]
    if not is_reply(words):
        return Scores.none(words)
    return encoder.load().scores(words, setting.partner, is_pitch=setting.is_pitch)


def _own(found: Scores, setting: Setting) -> list[Hit]:
    """The nearest words to each of the scenario's own moves; nothing where nothing was said."""
    if not setting.own or not found.made.any():
        return []
    network = encoder.load()
    likenesses = [_learned(move) for move in setting.own]
    return list(own.find(likenesses, found.words, network.space, network.states))


@cache
def _learned(move: OwnMove) -> own.Likeness:
    network = encoder.load()
    return own.learn(move, network.space, network.states)


def _told(hit: Hit, words: Sequence[str], transcript: Transcript) -> Move:
    quote, sure = _quote(hit, words), round(hit.confidence, 3)
    if not transcript.words:
        return Move(hit.move, None, None, quote, sure)
    start, end = transcript.words[hit.first].start, transcript.words[hit.last].end
    return Move(hit.move, start, end, quote, sure)


def _quote(hit: Hit, words: Sequence[str]) -> str:
    return " ".join(words[hit.first : hit.last + 1]).strip(" ,.;:")
