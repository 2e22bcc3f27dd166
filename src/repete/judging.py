"""Judging: everything that can be said of one recording, or of a text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from repete import feedback
from repete.analysis import analyse, condition
from repete.model import (
    Analysis,
    Audio,
    Brief,
    Clip,
    Course,
    Heard,
    Profile,
    Take,
    Transcript,
)


@dataclass(frozen=True)
class Evidence:
    """What a take is judged by: its sound, what was heard in it, and how the play went."""

    clip: Clip
    heard: Heard
    course: Course = field(default_factory=Course)


def judge(evidence: Evidence, brief: Brief, profile: Profile) -> Take:
    """Everything that can be said of one recording, whose sound has no place yet."""
    clip, speech, transcript = evidence.clip, evidence.heard.speech, evidence.heard.transcript
    audio = Audio("", round(clip.seconds, 3), condition.problems(clip, speech))
    found = analyse(transcript, speech, brief, clip, evidence.course.exchange)
    take = _take(transcript, found, brief, profile, evidence.course)
    return replace(take, audio=audio)


def judge_text(transcript: Transcript, brief: Brief, profile: Profile) -> Take:
    """Everything that can be said of a reply that came as text."""
    return _take(transcript, analyse(transcript, None, brief), brief, profile)


def _take(
    transcript: Transcript,
    found: Analysis,
    brief: Brief,
    profile: Profile,
    course: Course = Course(),  # noqa: B008 - frozen
) -> Take:
    return Take(
        scenario=brief.scenario,
        goal=brief.goal,
        language=brief.language,
        audio=None,
        transcript=transcript,
        timing=found.timing,
        delivery=found.delivery,
        moves=found.moves,
        missed=found.missed,
        feedback=feedback.give(brief, transcript, found, profile, course),
        exchange=course.exchange,
        turns=course.turns,
        difficulty=brief.difficulty,
    )
