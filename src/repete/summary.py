"""Summary: the figures of a take in words, each with its norm, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from repete.model import Delivery, Language, Take
from repete.norms import Norm, norm
from repete.phrases import phrase


@dataclass(frozen=True)
class Figure:
    """One figure: its measure, its sentence, and the norm beside it ("" where none is known)."""

    measure: str
    text: str
    norm: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.norm})" if self.norm else self.text


def figures(take: Take, told_in: Language | None = None) -> tuple[Figure, ...]:
    """The figures of a take's delivery, what was not measured left out.

    They are judged by the norms of the take's language and told in another where one is named.
    """
    if take.delivery is None or take.timing is None:
        return ()
    language, seconds = told_in or take.language, take.timing.total
    return tuple(
        Figure(measure, text, _beside(norm(measure, take.language, seconds), language))
        for measure, text in _sentences(take.delivery, language)
    )


def problems(take: Take, told_in: Language | None = None) -> tuple[str, ...]:
    """What is wrong with the take's recording, a sentence each."""
    language = told_in or take.language
    return tuple(
        phrase(language, "screen", key) for key in (take.audio.problems if take.audio else ())
    )


def _sentences(delivery: Delivery, language: Language) -> Iterator[tuple[str, str]]:
    def say(key: str, **blanks: object) -> str:
        return phrase(language, "screen", key, **blanks)

    if delivery.words_per_minute is not None:
        yield "words_per_minute", say("pace", rate=round(delivery.words_per_minute))
    if delivery.articulation_rate is not None:
        yield "articulation_rate", say("articulation", rate=delivery.articulation_rate)
    yield "pauses_per_minute", _pauses(delivery, language)
    if delivery.fillers:
        yield "fillers_per_minute", _fillers(delivery, language)
    if delivery.doubtful:
        words = ", ".join(sorted({filler.text for filler in delivery.doubtful}))
        yield "doubtful", say("doubtful", words=words)
    voice = delivery.voice
    if voice and voice.pitch_variation_semitones is not None:
        yield "pitch_variation_semitones", say("pitch", semitones=voice.pitch_variation_semitones)
    if delivery.loudness_lufs is not None:
        yield "loudness_lufs", say("loudness", lufs=round(delivery.loudness_lufs))


def _pauses(delivery: Delivery, language: Language) -> str:
    if not delivery.pauses:
        return phrase(language, "screen", "no_pauses")
    longest = max(pause.seconds for pause in delivery.pauses)
    inside = sum(pause.place == "inside" for pause in delivery.pauses)
    rate = _rate(delivery.pauses_per_minute, language)
    count = len(delivery.pauses)
    text = phrase(language, "screen", "pauses", count=count, rate=rate, longest=longest)
    return f"{text}, {phrase(language, 'screen', 'inside', count=inside)}" if inside else text


def _fillers(delivery: Delivery, language: Language) -> str:
    by_sound = sum(filler.heard_by == "sound" for filler in delivery.fillers)
    rate = _rate(delivery.fillers_per_minute, language)
    text = phrase(language, "screen", "fillers", count=len(delivery.fillers), rate=rate)
    return f"{text}, {phrase(language, 'screen', 'by_sound', count=by_sound)}" if by_sound else text


def _rate(value: float | None, language: Language) -> str:
    """The rate as the sentence goes on with it; nothing for a take too short to have one."""
    return "" if value is None else phrase(language, "screen", "a_minute", rate=round(value))


def _beside(known: Norm | None, language: Language) -> str:
    """The norm in words, with its source."""
    if known is None:
        return ""
    key = _kind(known)
    blanks = {name: getattr(known, name) for name in ("low", "high", "typical")}
    return phrase(language, "screen", key, source=known.source, **blanks) if key else ""


def _kind(known: Norm) -> str:
    if known.low is not None and known.high is not None:
        return "norm_between"
    if known.high is not None:
        return "norm_under"
    if known.low is not None:
        return "norm_over"
    return "norm_about" if known.typical is not None else ""
