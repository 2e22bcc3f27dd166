"""Analysis: what a reply is made of. Calls the measures beside it, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from repete.analysis import delivery, moves, timing
from repete.analysis.delivery.fillers import split
from repete.model import Analysis, Brief, Clip, Language, Span, Transcript


def analyse(
    transcript: Transcript,
    speech: Sequence[Span] | None,
    brief: Brief,
    clip: Clip | None = None,
) -> Analysis:
    """Everything found in a reply, judged by its brief.

    `speech` are the stretches of speech in the recording, or None for a reply that came as text,
    which has no timing and no delivery. The `clip` tells what is in the sound alone.
    """
    made = moves.find(fluent(transcript, brief.language), moves.Setting.of(brief))
    names = {hit.move for hit in made}
    missed = tuple(move for move in brief.plan.expects if move not in names)
    if speech is None:
        return Analysis(None, None, made, missed)
    return Analysis(
        timing.measure(speech, brief.target, made),
        delivery.measure(transcript, speech, brief.language, clip),
        made,
        missed,
    )


def fluent(transcript: Transcript, language: Language) -> Transcript:
    """The transcript without its filled pauses: a move is one with an "um" in it too."""
    words, filled = split(transcript.words, language)
    if not filled:
        return transcript
    return replace(transcript, text=" ".join(word.text for word in words), words=words)
