"""Judging: everything that can be said of one recording, or of a text."""

from __future__ import annotations

from repete import feedback
from repete.analysis import analyse, condition
from repete.model import Analysis, Audio, Brief, Clip, Profile, Span, Take, Transcript


def judge(
    clip: Clip,
    speech: tuple[Span, ...],
    transcript: Transcript,
    brief: Brief,
    profile: Profile,
) -> Take:
    """Everything that can be said of one recording, whose sound has no place yet."""
    audio = Audio("", round(clip.seconds, 3), condition.problems(clip, speech))
    found = analyse(transcript, speech, brief, clip)
    return _take(transcript, found, brief, profile, audio)


def judged(
    transcript: Transcript,
    speech: tuple[Span, ...] | None,
    brief: Brief,
    profile: Profile,
    audio: Audio | None,
) -> Take:
    """The take that a transcript makes; without `speech` and `audio` it came as text."""
    return _take(transcript, analyse(transcript, speech, brief), brief, profile, audio)


def _take(
    transcript: Transcript, found: Analysis, brief: Brief, profile: Profile, audio: Audio | None
) -> Take:
    return Take(
        scenario=brief.scenario,
        goal=brief.goal,
        language=brief.language,
        audio=audio,
        transcript=transcript,
        timing=found.timing,
        delivery=found.delivery,
        moves=found.moves,
        missed=found.missed,
        feedback=feedback.give(brief, transcript, found, profile),
    )
