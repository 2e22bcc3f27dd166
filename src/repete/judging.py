"""Judging: everything that can be said of one recording, or of a text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from repete import feedback
from repete.analysis import analyse, condition
from repete.model import (
    Analysis,
    Audio,
    Brief,
    Clip,
    Course,
    Profile,
    Span,
    Take,
    Transcript,
)


@dataclass(frozen=True)
class Heard:
    """What a take is made of: its sound, the stretches of speech in it and the words, and
    how the play went."""

    clip: Clip
    speech: tuple[Span, ...]
    transcript: Transcript
    course: Course = Course()


def judge(heard: Heard, brief: Brief, profile: Profile) -> Take:
    """Everything that can be said of one recording, whose sound has no place yet."""
    clip, speech = heard.clip, heard.speech
    audio = Audio("", round(clip.seconds, 3), condition.problems(clip, speech))
    found = analyse(heard.transcript, speech, brief, clip, heard.course.exchange)
    take = _take(heard.transcript, found, brief, profile, heard.course)
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
    )
