"""Summary: the figures of a take in words, each with its norm and the speaker's own baseline.

It is what the terminal, the page and the exports show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from repete.correction import corrected
from repete.model import Delivery, Filler, Language, Quote, Take, Timing, Usage, Voice
from repete.norms import Baseline, Norm, norm
from repete.phrases import clock, number, phrase

PLACES = 3
"""Places of one kind that are named; the page shows them all."""

Baselines = Mapping[str, Baseline]
"""The speaker's own baseline of each measure."""


@dataclass(frozen=True)
class Figure:
    """One figure: what it belongs to, its measure, its sentence, and what stands beside it: the
    norm and the speaker's own baseline ("" where none is known)."""

    group: str
    measure: str
    text: str
    norm: str = ""
    own: str = ""

    @property
    def beside(self) -> str:
        """The norm and the baseline in one."""
        return " · ".join(part for part in (self.norm, self.own) if part)

    def __str__(self) -> str:
        return f"{self.text} ({self.beside})" if self.beside else self.text


def who(told_in: Language, baselines: Baselines | None) -> str:
    """What "you" beside a figure means; nothing where there is no baseline."""
    takes = max((own.takes for own in (baselines or {}).values()), default=0)
    return phrase(told_in, "screen", "baseline_of", takes=takes) if takes else ""


@dataclass(frozen=True)
class Group:
    """Figures of one kind under their heading."""

    heading: str
    figures: tuple[Figure, ...]


def figures(
    take: Take, told_in: Language | None = None, baselines: Baselines | None = None
) -> tuple[Figure, ...]:
    """The figures of a take, what was not measured left out.

    They follow the speaker's marks, are judged by the norms of the take's language and told in
    another where one is named.
    """
    if take.delivery is None or take.timing is None:
        return ()
    language, seconds = told_in or take.language, take.timing.total
    own = baselines or {}
    return tuple(
        Figure(
            group,
            measure,
            text,
            _beside(norm(measure, take.language, seconds), language, measure),
            _own(own.get(measure), language),
        )
        for group, measure, text in _Teller(corrected(take), language).every()
    )


def groups(
    take: Take, told_in: Language | None = None, baselines: Baselines | None = None
) -> tuple[Group, ...]:
    """The same figures, those of one kind together."""
    found = figures(take, told_in, baselines)
    language = told_in or take.language
    return tuple(
        Group(phrase(language, "screen", f"group_{name}"), tuple(members))
        for name, members in groupby(found, lambda figure: figure.group)
    )


def measured(take: Take) -> dict[str, float]:
    """The figures from which a baseline is made, by measure; what was not measured is left out."""
    delivery, timing = take.delivery, take.timing
    if delivery is None or timing is None:
        return {}
    voice, usage = delivery.voice or Voice(), delivery.usage or Usage()
    every = {
        "onset": timing.onset,
        "words_per_minute": delivery.words_per_minute,
        "articulation_rate": delivery.articulation_rate,
        "pauses_per_minute": delivery.pauses_per_minute,
        "fillers_per_minute": take.fillers_per_minute,
        "pitch_variation_semitones": voice.pitch_variation_semitones,
        "loudness_lufs": delivery.loudness_lufs,
        "loudness_variation": voice.loudness_variation,
        "trailing_off": voice.trailing_off,
        "longest_sentence": usage.longest_sentence or None,
    }
    return {measure: float(value) for measure, value in every.items() if value is not None}


def problems(take: Take, told_in: Language | None = None) -> tuple[str, ...]:
    """What is wrong with the take's recording, a sentence each."""
    language = told_in or take.language
    found = take.audio.problems if take.audio else ()
    return tuple(phrase(language, "screen", problem) for problem in found)


Told = Iterator[tuple[str, str]]
"""A measure and its sentence."""


@dataclass(frozen=True)
class _Teller:
    """Tells the figures of a take, which has a timing and a delivery, in a language."""

    take: Take
    language: Language

    def every(self) -> Iterator[tuple[str, str, str]]:
        """Group, measure and sentence of every figure."""
        timing, delivery = self.take.timing, self.take.delivery
        if timing is None or delivery is None:
            return
        voice, usage = delivery.voice or Voice(), delivery.usage or Usage()
        parts = {
            "time": self._time(timing),
            "pace": self._pace(delivery),
            "pauses": self._pauses(delivery),
            "fillers": self._fillers(delivery),
            "voice": self._voice(delivery, voice),
            "words": self._words(delivery, usage),
        }
        for group, told in parts.items():
            yield from ((group, measure, text) for measure, text in told)

    def _say(self, key: str, **blanks: object) -> str:
        return phrase(self.language, "screen", key, **blanks)

    def _count(self, key: str, count: int, **blanks: object) -> str:
        """A sentence with a number in it: one has its own."""
        return self._say(f"{key}_one" if count == 1 else key, count=count, **blanks)

    def _time(self, timing: Timing) -> Told:
        yield "onset", self._say("onset", seconds=timing.onset)
        yield "speech", self._say("spoke", seconds=timing.speech)
        if timing.before_first_move is not None:
            share = round(100 * timing.before_first_move)
            yield "before_first_move", self._say("before_first_move", share=share)

    def _pace(self, delivery: Delivery) -> Told:
        if delivery.words_per_minute is not None:
            yield "words_per_minute", self._say("pace", rate=round(delivery.words_per_minute))
        if delivery.articulation_rate is not None:
            yield "articulation_rate", self._say("articulation", rate=delivery.articulation_rate)
        for key, part in (("fastest", delivery.fastest), ("slowest", delivery.slowest)):
            if part:
                at = f"{clock(part.start)}-{clock(part.end)}"
                yield key, self._say(key, at=at, rate=round(part.words_per_minute))

    def _pauses(self, delivery: Delivery) -> Told:
        if not delivery.pauses:
            yield "pauses_per_minute", self._say("no_pauses")
            return
        longest = max(pause.seconds for pause in delivery.pauses)
        inside = sum(pause.place == "inside" for pause in delivery.pauses)
        rate = self._rate(delivery.pauses_per_minute)
        text = self._count("pauses", len(delivery.pauses), rate=rate, longest=longest)
        yield (
            "pauses_per_minute",
            f"{text}, {self._say('inside', count=inside)}" if inside else text,
        )

    def _fillers(self, delivery: Delivery) -> Told:
        if delivery.fillers or self.take.correction:
            yield "fillers_per_minute", self._filled(delivery)
        if delivery.doubtful:
            words = sorted({filler.text for filler in delivery.doubtful})
            yield "doubtful", self._say("doubtful", words=", ".join(words))
        if delivery.lengthened:
            held = [f"{it.text} ({self._seconds(it)} s)" for it in delivery.lengthened]
            yield "lengthened", self._say("lengthened", words=", ".join(held[:PLACES]))
        if delivery.repetitions:
            words = [self._say("quoted", text=it.text) for it in delivery.repetitions[:PLACES]]
            count = len(delivery.repetitions)
            yield "repetitions", self._count("repetitions", count, words=", ".join(words))

    def _filled(self, delivery: Delivery) -> str:
        fillers = delivery.fillers or ()
        rate = self._rate(delivery.fillers_per_minute)
        if self.take.correction:
            return self._count("fillers_marked", len(fillers), rate=rate)
        text = self._count("fillers", len(fillers), rate=rate)
        parts = [
            self._say(key, count=count)
            for key, count in _by_ear(fillers).items()
            if count and count < len(fillers)
        ]
        if not parts and fillers[0].heard_by == "sound":
            parts = [self._say("by_sound", count=len(fillers))]
        return ", ".join([text, *parts])

    def _voice(self, delivery: Delivery, voice: Voice) -> Told:
        if voice.pitch_variation_semitones is not None:
            text = self._say("pitch", semitones=voice.pitch_variation_semitones)
            if delivery.pitch_range_semitones is not None:
                wide = self._say("pitch_range", semitones=delivery.pitch_range_semitones)
                text = f"{text}, {wide}"
            yield "pitch_variation_semitones", text
        if voice.rising_ends:
            places = ", ".join(clock(span.start) for span in voice.rising_ends[:PLACES])
            yield "rising_ends", self._count("rising_ends", len(voice.rising_ends), at=places)
        if delivery.loudness_lufs is not None:
            yield "loudness_lufs", self._say("loudness", lufs=round(delivery.loudness_lufs))
        if voice.loudness_variation is not None:
            text = self._say("loudness_variation", decibels=voice.loudness_variation)
            yield "loudness_variation", text
        if voice.trailing_off is not None and voice.trailing_off > 0:
            yield "trailing_off", self._say("trailing_off", decibels=voice.trailing_off)
        if voice.signal_to_noise is not None:
            decibels = round(voice.signal_to_noise)
            yield "signal_to_noise", self._say("signal_to_noise", decibels=decibels)

    def _words(self, delivery: Delivery, usage: Usage) -> Told:
        if usage.longest_sentence:
            yield "longest_sentence", self._say("longest_sentence", count=usage.longest_sentence)
        if usage.repeated:
            words = ", ".join(f"{tally.text} ({tally.count})" for tally in usage.repeated)
            yield "repeated", self._say("repeated", words=words)
        if usage.first_person or usage.second_person:
            yield "persons", self._say("persons", i=usage.first_person, you=usage.second_person)
        if delivery.hedges:
            words = ", ".join(dict.fromkeys(quote.text for quote in delivery.hedges))
            yield "hedges", self._count("hedges", len(delivery.hedges), words=words)

    def _rate(self, value: float | None) -> str:
        """The rate as the sentence goes on with it; nothing for a take too short to have one."""
        return "" if value is None else self._say("a_minute", rate=round(value))

    def _seconds(self, quote: Quote) -> str:
        return number(self.language, quote.end - quote.start)


def _by_ear(fillers: tuple[Filler, ...]) -> dict[str, int]:
    """How many were heard as words, and how many as sound alone."""
    sound = sum(filler.heard_by == "sound" for filler in fillers)
    return {"by_words": len(fillers) - sound, "by_sound": sound}


UNKNOWN = frozenset(
    {
        "articulation_rate", "loudness_lufs", "loudness_variation", "trailing_off", "rising_ends",
        "lengthened", "before_first_move",
    }
)  # fmt: skip
"""Measures that one might wish to be judged though nobody has published what is usual."""


def _beside(known: Norm | None, language: Language, measure: str) -> str:
    """The norm in words, with its source."""
    if known is None:
        return phrase(language, "screen", "norm_none") if measure in UNKNOWN else ""
    key = _kind(known)
    blanks = {name: getattr(known, name) for name in ("low", "high", "typical")}
    return phrase(language, "screen", key, source=known.source, **blanks) if key else ""


def _own(own: Baseline | None, language: Language) -> str:
    """The speaker's own baseline in words."""
    if own is None:
        return ""
    digits = 0 if abs(own.median) >= _LARGE else 1
    figures = {"median": own.median, "low": own.low, "high": own.high}
    written = {name: number(language, value, digits) for name, value in figures.items()}
    return phrase(language, "screen", "baseline", **written)


_LARGE = 20
"""From here on a figure is told without decimals."""


def _kind(known: Norm) -> str:
    if known.low is not None and known.high is not None:
        return "norm_between"
    if known.high is not None:
        return "norm_under"
    if known.low is not None:
        return "norm_over"
    return "norm_about" if known.typical is not None else ""
