"""Delivery: how it was said. Gathers the measures beside it, decides nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from repete.analysis import condition
from repete.analysis.delivery import fillers, language, pace, repetitions, voice
from repete.analysis.delivery.held import held_sounds
from repete.analysis.delivery.pauses import MIN_PAUSE, pauses
from repete.analysis.frames import Frames, frames_of
from repete.analysis.lexicon import plain
from repete.model import (
    Clip,
    Delivery,
    Filler,
    Language,
    Pause,
    Span,
    Stretch,
    Transcript,
    Word,
)

__all__ = ["MIN_PAUSE", "measure", "pauses", "plain"]


def measure(
    transcript: Transcript, speech: Sequence[Span], spoken: Language, clip: Clip | None = None
) -> Delivery | None:
    """How the reply was said; None when nobody spoke.

    Without the `clip` there is no figure of the voice, and no lengthened word is heard.
    """
    if not speech:
        return None
    sound = condition.clean(clip) if clip else None
    frames = frames_of(sound.samples) if sound else None
    held = held_sounds(frames) if frames else ()
    meant, _ = fillers.split(transcript.words, spoken)
    reply = _Reply(transcript, meant, tuple(speech), held, spoken)
    found = _worded(reply)
    return _voiced(found, reply, sound, frames) if sound and frames else found


@dataclass(frozen=True)
class _Reply:
    """What there is to measure: the words that were `meant`, and the held sounds."""

    transcript: Transcript
    meant: tuple[Word, ...]
    speech: tuple[Span, ...]
    held: tuple[Span, ...]
    language: Language

    @property
    def span(self) -> Span:
        return Span(self.speech[0].start, self.speech[-1].end)


def _worded(reply: _Reply) -> Delivery:
    """What words and held sounds tell."""
    filled = _filled(reply)
    sure, doubtful = fillers.filler_words(reply.meant, reply.language)
    told = tuple(sorted([*filled, *sure], key=lambda filler: filler.start))
    spent = _fluent(reply.speech, filled)
    return Delivery(
        words_per_minute=pace.words_per_minute(reply.meant, reply.span.seconds),
        articulation_rate=pace.articulation_rate(reply.meant, spent, reply.language),
        fillers=told,
        fillers_per_minute=_per_minute(len(told), reply),
        repetitions=repetitions.repetitions(reply.meant, reply.language),
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
    found = pauses(reply.speech, reply.transcript.words)
    fastest, slowest = pace.extremes(reply.meant, reply.span)
    rate = _per_minute(len(found), reply)
    return {"pauses": found, "pauses_per_minute": rate, "fastest": fastest, "slowest": slowest}


def _voiced(found: Delivery, reply: _Reply, sound: Clip, frames: Frames) -> Delivery:
    """The same with what the voice tells."""
    noise = condition.signal_to_noise(sound, reply.speech)
    heard = replace(voice.voice(frames, reply.speech, reply.meant), signal_to_noise=noise)
    return replace(
        found,
        pitch_range_semitones=voice.pitch_range(frames, reply.speech),
        loudness_lufs=voice.loudness(sound.samples),
        voice=heard,
    )


def _filled(reply: _Reply) -> tuple[Filler, ...]:
    """The filled pauses that lie in speech: a breath beside it is none."""
    said = reply.transcript
    found = fillers.filled_pauses(said.words, said.filled_pauses, reply.language)
    return tuple(filler for filler in found if any(_share(filler, span) for span in reply.speech))


def _fluent(speech: Sequence[Span], filled: Sequence[Filler]) -> float:
    """Seconds spent on words: speech without its filled pauses."""
    spent = sum(span.seconds for span in speech)
    return spent - sum(_share(filler, span) for filler in filled for span in speech)


def _share(filler: Filler, span: Span) -> float:
    return span.overlap(Span(filler.start, max(filler.end, filler.start + _LEAST)))


_LEAST = 0.01
"""Seconds that a filler lasts at least, whatever the recognizer says."""


def _per_minute(count: int, reply: _Reply) -> float | None:
    if reply.span.seconds < pace.MIN_SECONDS or not reply.meant:
        return None
    return round(60 * count / reply.span.seconds, 1)
