"""Delivery: how it was said. Gathers the measures beside it, decides nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from repete.analysis import condition
from repete.analysis.delivery import fillers, language, pace, repetitions, voice
from repete.analysis.delivery.held import held_sounds
from repete.analysis.delivery.pauses import MIN_PAUSE, pauses
from repete.analysis.frames import Frames, frames_of
from repete.analysis.lexicon import plain
from repete.model import Clip, Delivery, Filler, Language, Span, Transcript, Voice, Word

__all__ = ["MIN_PAUSE", "measure", "pauses", "plain"]


def measure(
    transcript: Transcript, speech: Sequence[Span], spoken: Language, clip: Clip | None = None
) -> Delivery | None:
    """How the reply was said; None when nobody spoke.

    Without the `clip` there is no figure of the voice, and fillers are those of the transcript.
    """
    if not speech:
        return None
    clip = condition.clean(clip) if clip else None
    frames = frames_of(clip.samples) if clip else None
    held = held_sounds(frames) if frames else ()
    meant, _ = fillers.split(transcript.words, spoken)
    filled = tuple(
        filler
        for filler in fillers.filled_pauses(transcript.words, held, spoken)
        if any(_share(filler, span) for span in speech)
    )
    sure, doubtful = fillers.filler_words(meant, spoken)
    told = tuple(sorted([*filled, *sure], key=lambda filler: filler.start))
    reply = Span(speech[0].start, speech[-1].end)
    found = pauses(speech, transcript.words)
    fastest, slowest = pace.extremes(meant, reply)
    return Delivery(
        words_per_minute=pace.words_per_minute(meant, reply.seconds),
        articulation_rate=pace.articulation_rate(meant, _fluent(speech, filled), spoken),
        pauses=found,
        fillers=told,
        fillers_per_minute=_per_minute(len(told), reply, meant),
        repetitions=repetitions.repetitions(meant, spoken),
        pitch_range_semitones=voice.pitch_range(frames, speech) if frames else None,
        loudness_lufs=voice.loudness(clip.samples) if clip else None,
        pauses_per_minute=_per_minute(len(found), reply, meant),
        fastest=fastest,
        slowest=slowest,
        doubtful=doubtful,
        lengthened=fillers.lengthened(meant, held, spoken),
        hedges=language.hedges(meant, spoken),
        voice=_voice(frames, clip, speech, meant) if frames and clip else None,
        usage=language.usage(meant, spoken),
    )


def _voice(frames: Frames, clip: Clip, speech: Sequence[Span], words: Sequence[Word]) -> Voice:
    noise = condition.signal_to_noise(clip, speech)
    return replace(voice.voice(frames, speech, words), signal_to_noise=noise)


def _fluent(speech: Sequence[Span], filled: Sequence[Filler]) -> float:
    """Seconds spent on words: speech without its filled pauses."""
    spent = sum(span.seconds for span in speech)
    return spent - sum(_share(filler, span) for filler in filled for span in speech)


def _share(filler: Filler, span: Span) -> float:
    return span.overlap(Span(filler.start, max(filler.end, filler.start + _LEAST)))


_LEAST = 0.01
"""Seconds that a filler lasts at least, whatever the recognizer says."""


def _per_minute(count: int, reply: Span, words: Sequence[Word]) -> float | None:
    if reply.seconds < pace.MIN_SECONDS or not words:
        return None
    return round(60 * count / reply.seconds, 1)
