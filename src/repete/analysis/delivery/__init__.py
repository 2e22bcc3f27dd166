"""Delivery: how it was said. Gathers the measures beside it, decides nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypedDict

from repete.analysis import condition, floor
from repete.analysis.delivery import fillers, language, pace, repetitions, voice
from repete.analysis.delivery.held import held_sounds
from repete.analysis.delivery.pauses import pauses
from repete.analysis.frames import Frames, frames_of
from repete.analysis.lexicon import plain
from repete.model import (
    Clip,
    Delivery,
    Filler,
    Language,
    Pause,
    Said,
    Span,
    Stretch,
    Transcript,
    Word,
)

__all__ = ["measure", "pauses", "plain"]


def measure(
    transcript: Transcript,
    speech: Sequence[Span],
    spoken: Language,
    clip: Clip | None = None,
    exchange: Sequence[Said] = (),
) -> Delivery | None:
    """How the reply was said; None when nobody spoke.

    Without the `clip` there is no figure of the voice, and no lengthened word is heard.
    What the partner said meanwhile, the `exchange`, parts the reply into turns.
    """
    if not speech:
        return None
    sound = condition.clean(clip) if clip else None
    frames = frames_of(sound.row) if sound else None
    held = held_sounds(frames) if frames else ()
    meant, _ = fillers.split(transcript.words, spoken)
    turns = floor.turns(speech, exchange)
    reply = _Reply(transcript, meant, turns, held, spoken)
    found = _worded(reply)
    return _voiced(found, reply, sound, frames) if sound and frames else found


@dataclass(frozen=True)
class _Reply:
    """What there is to measure: the words that were `meant`, and the held sounds."""

    transcript: Transcript
    meant: tuple[Word, ...]
    turns: floor.Turns
    held: tuple[Span, ...]
    language: Language

    @property
    def speech(self) -> tuple[Span, ...]:
        return tuple(span for turn in self.turns for span in turn)

    @property
    def seconds(self) -> float:
        return floor.seconds(self.turns)

    @property
    def meant_by_turn(self) -> list[tuple[Word, ...]]:
        """The words that were meant, turn by turn."""
        ends = [turn[0].start for turn in self.turns[1:]]
        limits = [float("-inf"), *ends, float("inf")]
        return [
            tuple(word for word in self.meant if low <= (word.start + word.end) / 2 < high)
            for low, high in pairwise(limits)
        ]


def _worded(reply: _Reply) -> Delivery:
    """What words and held sounds tell."""
    filled = _filled(reply)
    sure, doubtful = fillers.filler_words(reply.meant, reply.language)
    told = tuple(sorted([*filled, *sure], key=lambda filler: filler.start))
    spent = _fluent(reply, filled)
    return Delivery(
        words_per_minute=pace.words_per_minute(reply.meant, reply.seconds),
        articulation_rate=pace.articulation_rate(reply.meant, spent, reply.language),
        fillers=told,
        fillers_per_minute=_per_minute(len(told), reply),
        repetitions=tuple(
            twice
            for words in reply.meant_by_turn
            for twice in repetitions.repetitions(words, reply.language)
        ),
        doubtful=doubtful,
        lengthened=fillers.lengthened(reply.meant, reply.held, reply.language),
        hedges=language.hedges(reply.meant, reply.language),
        usage=language.usage(reply.meant, reply.language),
        **_paced(reply),
    )


class _Paced(TypedDict):
    pauses: tuple[Pause, ...]
    pauses_per_minute: float | None
    fastest: Stretch | None
    slowest: Stretch | None


def _paced(reply: _Reply) -> _Paced:
    """The silences, and where it raced and dragged."""
    found = tuple(pause for turn in reply.turns for pause in pauses(turn, reply.transcript.words))
    spans = [Span(turn[0].start, turn[-1].end) for turn in reply.turns]
    extremes = [pace.extremes(reply.meant, span) for span in spans]
    fastest = max((fast for fast, _ in extremes if fast), key=_rate, default=None)
    slowest = min((slow for _, slow in extremes if slow), key=_rate, default=None)
    rate = _per_minute(len(found), reply)
    return {"pauses": found, "pauses_per_minute": rate, "fastest": fastest, "slowest": slowest}


def _rate(part: Stretch) -> float:
    return part.words_per_minute


def _voiced(found: Delivery, reply: _Reply, sound: Clip, frames: Frames) -> Delivery:
    """The same with what the voice tells."""
    noise = condition.signal_to_noise(sound, reply.speech)
    heard = replace(voice.voice(frames, reply.speech, reply.meant), signal_to_noise=noise)
    return replace(
        found,
        pitch_range_semitones=voice.pitch_range(frames, reply.speech),
        loudness_lufs=voice.loudness(sound.row),
        voice=heard,
    )


def _filled(reply: _Reply) -> tuple[Filler, ...]:
    """The filled pauses that lie in speech: a breath beside it is none."""
    said = reply.transcript
    found = fillers.filled_pauses(said.words, said.filled_pauses, reply.language)
    return tuple(filler for filler in found if any(_share(filler, span) for span in reply.speech))


def _fluent(reply: _Reply, filled: Sequence[Filler]) -> float:
    """Seconds spent on words: speech without its filled pauses."""
    hummed = sum(_share(filler, span) for filler in filled for span in reply.speech)
    return floor.spent(reply.turns) - hummed


def _share(filler: Filler, span: Span) -> float:
    return span.overlap(Span(filler.start, max(filler.end, filler.start + _LEAST)))


_LEAST = 0.01
"""Seconds that a filler lasts at least, whatever the recognizer says."""


def _per_minute(count: int, reply: _Reply) -> float | None:
    if reply.seconds < pace.MIN_SECONDS or not reply.meant:
        return None
    return round(60 * count / reply.seconds, 1)
