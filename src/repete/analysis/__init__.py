"""Analysis: what a reply is made of. Calls the measures beside it, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from repete.analysis import delivery, floor, moves, timing
from repete.analysis.delivery.fillers import split
from repete.model import Analysis, Brief, Clip, Language, Move, Said, Span, Transcript, text_of


def analyse(
    transcript: Transcript,
    speech: Sequence[Span] | None,
    brief: Brief,
    clip: Clip | None = None,
    exchange: Sequence[Said] = (),
) -> Analysis:
    """Everything found in a reply, judged by its brief.

    `speech` are the stretches of speech in the recording, or None for a reply that came as text,
    which has no timing and no delivery. The `clip` tells what is in the sound alone. `exchange`
    is what the partner said meanwhile: that time is not the user's, and each turn is read as the
    answer to what came before it.
    """
    made = made_in(fluent(transcript, brief.language), brief, exchange)
    names = {hit.move for hit in made}
    missed = tuple(move for move in brief.plan.expects if move not in names)
    if speech is None:
        return Analysis(None, None, made, missed)
    return Analysis(
        timing.measure(speech, brief.target, made, exchange),
        delivery.measure(transcript, speech, brief.language, clip, exchange),
        made,
        missed,
    )


def made_in(
    transcript: Transcript, brief: Brief, exchange: Sequence[Said] = ()
) -> tuple[Move, ...]:
    """The moves in a reply, or in all the turns of a play; of a move made twice, the first."""
    if not exchange:
        return moves.find(transcript, moves.Setting.of(brief))
    first: dict[str, Move] = {}
    for asked, said in floor.replies(transcript, exchange):
        for hit in moves.find(said, moves.Setting.of(brief, asked)):
            first.setdefault(hit.move, hit)
    return tuple(first.values())


def fluent(transcript: Transcript, language: Language) -> Transcript:
    """The transcript without its filled pauses: a move is one with an "um" in it too."""
    words, filled = split(transcript.words, language)
    if not filled:
        return transcript
    return replace(transcript, text=text_of(words), words=words)
