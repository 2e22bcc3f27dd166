"""The rehearsal: one take after another. It is handed its voice, ears and judge, and no device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from repete import feedback
from repete.analysis import analyse, condition
from repete.listen import Heard
from repete.model import Analysis, Audio, Brief, Clip, Profile, Span, Take, Transcript
from repete.voices import Role

Speak = Callable[[str, Role], None]
"""Says a text aloud and returns when its last sound was heard."""


@dataclass(frozen=True)
class Parts:
    """What a rehearsal is made of.

    `speak` says a text and waits for its end; `listen` records the reply that follows;
    `speech_in` finds the stretches of speech; `transcribe` reads them; `keep` stores a take and
    gives it back with its place.
    """

    speak: Speak
    listen: Callable[[], Heard]
    speech_in: Callable[[Clip], tuple[Span, ...]]
    transcribe: Callable[[Clip, tuple[Span, ...]], Transcript]
    keep: Callable[[Take], Take]


@dataclass(frozen=True)
class Rehearsal:
    """A brief, the user's profile, and the parts that play it."""

    brief: Brief
    profile: Profile
    parts: Parts

    def prompt(self) -> None:
        """Tell the situation, then let the partner speak."""
        self.parts.speak(self.brief.wording.setting, "coach")
        if self.brief.partner:
            self.parts.speak(self.brief.partner, "partner")

    def take(self) -> Take:
        """Listen to one reply, judge it and keep it."""
        clip = self.parts.listen().clip
        speech = self.parts.speech_in(clip)
        transcript = self.parts.transcribe(clip, speech)
        return self.parts.keep(judge(clip, speech, transcript, self.brief, self.profile))

    def answer(self, take: Take) -> None:
        """Say the feedback aloud."""
        if take.feedback:
            self.parts.speak(take.feedback.spoken, "coach")


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
