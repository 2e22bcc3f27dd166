"""Analysis: what a reply is made of. Calls the measures beside it, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from repete.analysis import delivery, moves, timing
from repete.model import Analysis, Brief, Span, Transcript


def analyse(transcript: Transcript, speech: Sequence[Span] | None, brief: Brief) -> Analysis:
    """Everything found in a reply, judged by its brief.

    `speech` are the stretches of speech in the recording, or None for a reply that came as text,
    which has no timing and no delivery.
    """
    made = moves.find(transcript, moves.Setting.of(brief))
    names = {hit.move for hit in made}
    missed = tuple(move for move in brief.plan.expects if move not in names)
    if speech is None:
        return Analysis(None, None, made, missed)
    return Analysis(
        timing.measure(speech, brief.target),
        delivery.measure(transcript, speech, brief.language),
        made,
        missed,
    )
