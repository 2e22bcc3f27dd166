"""Feedback: one thing that worked, one thing to change with words to say, then "again?".

Facts only: every sentence quotes what was said or gives a measured figure. Silence is not judged.
Of a play one moment more is told aloud, and all of it in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator

from repete import facts
from repete.facts import quote, turn_of
from repete.model import (
    Analysis,
    Brief,
    Course,
    Delivery,
    Feedback,
    Note,
    Profile,
    Timing,
    Transcript,
    Voice,
)
from repete.norms import norm
from repete.phrases import move_name, phrase, phrases
from repete.wording import fill

LONG_ENOUGH = 15.0
"""Seconds from which pace, pauses and pitch are judged: in less, one sentence decides them."""


def give(
    brief: Brief,
    transcript: Transcript,
    analysis: Analysis,
    profile: Profile | None = None,
    course: Course = Course(),  # noqa: B008 - frozen
) -> Feedback:
    """What to say of one reply, true to its transcript; in a play of all its turns."""
    if transcript.is_empty:
        key = "no_transcript" if analysis.timing else "no_speech"
        return Feedback(phrase(brief.language, "advice", key))
    praise = _praise(brief, analysis)
    moments = tuple(facts.moments(brief, analysis, course))
    late = _late(brief, analysis, course)
    fix = next(_fixes(brief, analysis, profile or Profile(), late), None)
    spoken = [note for note in (praise, *moments[:1], fix) if note]
    closing = phrase(brief.language, "advice", "again" if fix or not brief.scenario else "all_made")
    notes = (*spoken, *moments[1:], *facts.whole(brief, analysis, course))
    return Feedback(" ".join([*(note.text for note in spoken), closing]), notes)


def _praise(brief: Brief, analysis: Analysis) -> Note | None:
    """The best thing that happened: an essential move, any expected one, the timing."""
    made = (hit.move for hit in analysis.moves)
    wanted = (*brief.plan.essential, *brief.plan.expects, *made)
    for move in wanted:
        if (hit := analysis.first(move)) and move not in brief.plan.avoid:
            text = _sentence(brief, "praise", move, quote=quote(hit.quote))
            return Note("praise", move, text, hit.start, hit.end)
    if analysis.timing is None:
        return None
    key = "in_time" if analysis.timing.verdict == "on_time" else "nothing_made"
    seconds = round(analysis.timing.total)
    return Note("praise", "timing", phrase(brief.language, "advice", key, seconds=seconds))


def _fixes(
    brief: Brief, analysis: Analysis, profile: Profile, late: Iterator[Note]
) -> Iterator[Note]:
    """Everything to change, what matters most first."""
    essential = [move for move in analysis.missed if move in brief.plan.essential]
    yield from (_missing(brief, move, profile) for move in essential)
    yield from _avoided(brief, analysis)
    yield from _misplaced(brief, analysis)
    yield from late
    if analysis.timing:
        yield from _timing(brief, analysis.timing)
    if analysis.delivery and analysis.timing:
        yield from _delivered(brief, analysis.delivery, analysis.timing)
    yield from (_missing(brief, move, profile) for move in analysis.missed if move not in essential)


def _missing(brief: Brief, move: str, profile: Profile) -> Note:
    text = _sentence(brief, "missing", move)
    if words := brief.wording.say.get(move):
        said = fill(words, profile, brief.wording.example)
        text = f"{text} {phrase(brief.language, 'advice', 'say', words=said)}"
    return Note("fix", move, text)


def _sentence(brief: Brief, table: str, move: str, **blanks: str) -> str:
    """What is said of a move; of a scenario's own move with the words of the scenario."""
    own = next((it for it in brief.wording.moves if it.name == move), None)
    if own is None and move in phrases(brief.language)[table]:
        return phrase(brief.language, table, move, **blanks)
    name = move_name(brief.language, move)
    what = own.what if own else name
    return phrase(brief.language, "advice", f"own_{table}", name=name, what=what, **blanks)


def _avoided(brief: Brief, analysis: Analysis) -> Iterator[Note]:
    for move in brief.plan.avoid:
        if hit := analysis.first(move):
            text = phrase(brief.language, "avoid", brief.goal, quote=quote(hit.quote))
            yield Note("fix", move, text, hit.start, hit.end)


def _misplaced(brief: Brief, analysis: Analysis) -> Iterator[Note]:
    """Moves that came before the one they should follow; a missing one is told elsewhere."""
    order = [hit.move for hit in analysis.moves]
    for first, second in brief.plan.order:
        if first in order and second in order and order.index(second) < order.index(first):
            hit = analysis.moves[order.index(second)]
            named = {"first": first, "second": second}
            names = {key: move_name(brief.language, move) for key, move in named.items()}
            text = phrase(brief.language, "advice", "order", **names)
            yield Note("fix", second, text, hit.start, hit.end)


def _late(brief: Brief, analysis: Analysis, course: Course) -> Iterator[Note]:
    """Moves that came after the turn by which they should."""
    for move, by in brief.plan.by.items():
        hit = analysis.first(move)
        turn = turn_of(hit, course)
        if hit and turn and turn > by:
            name = move_name(brief.language, move)
            text = phrase(brief.language, "advice", "late", move=name, turn=turn, by=by)
            yield Note("fix", move, text, hit.start, hit.end)


def _timing(brief: Brief, timing: Timing) -> Iterator[Note]:
    if timing.target is None or timing.verdict == "on_time":
        return
    if timing.target[0] - TIME_ERROR < timing.total < timing.target[1] + TIME_ERROR:
        return  # it may have been in time
    least, most = (round(bound) for bound in timing.target)
    seconds = round(timing.total)
    key = "short" if timing.verdict == "short" else "long"
    text = phrase(brief.language, "advice", key, seconds=seconds, least=least, most=most)
    yield Note("fix", "timing", text)


TIME_ERROR = 0.5
"""Seconds by which the length of a reply may be off: a breath or a weak last syllable lies on
either side of what voice activity finds."""


def _delivered(brief: Brief, delivery: Delivery, timing: Timing) -> Iterator[Note]:
    """What the sound tells, from figures that lie outside their norm by more than their error."""
    yield from _hesitations(brief, delivery, timing)
    if timing.total < LONG_ENOUGH:
        return
    yield from _pace(brief, delivery, timing)
    voice = delivery.voice or Voice()
    is_drowned = _judged("signal_to_noise", voice.signal_to_noise, brief, timing) == "low"
    rare = _judged("pauses_per_minute", 0.0, brief, timing) == "low"
    if not delivery.pauses and rare and not is_drowned:  # in noise pauses go unheard
        text = phrase(brief.language, "advice", "no_pauses", seconds=round(timing.total))
        yield Note("fix", "pauses", text)
    pitch = voice.pitch_variation_semitones
    if _judged("pitch_variation_semitones", pitch, brief, timing) == "low":
        text = phrase(brief.language, "advice", "monotone", semitones=pitch)
        yield Note("fix", "pitch", text)


def _judged(measure: str, value: float | None, brief: Brief, timing: Timing) -> str:
    """Where a figure lies; usual when it was not measured or nobody knows what is."""
    known = norm(measure, brief.language, timing.total)
    return known.judge(value) if known and value is not None else "usual"


def _hesitations(brief: Brief, delivery: Delivery, timing: Timing) -> Iterator[Note]:
    known = norm("fillers_per_minute", brief.language, timing.total)
    rate = delivery.fillers_per_minute
    if known is None or rate is None:
        return
    one_more_or_less = 60 / timing.total
    if known.judge(rate, one_more_or_less) != "harm":
        return
    first = delivery.fillers[0]
    text = phrase(
        brief.language,
        "advice",
        "fillers",
        count=len(delivery.fillers),
        example=first.text,
        seconds=round(timing.total),
    )
    yield Note("fix", "fillers", text, first.start, first.end)


def _pace(brief: Brief, delivery: Delivery, timing: Timing) -> Iterator[Note]:
    known = norm("words_per_minute", brief.language, timing.total)
    rate = delivery.words_per_minute
    if known is None or rate is None:
        return
    judgement = known.judge(rate)
    if judgement not in {"low", "high"}:
        return
    key, bound, part = (
        ("too_fast", known.high, delivery.fastest)
        if judgement == "high"
        else ("too_slow", known.low, delivery.slowest)
    )
    text = phrase(brief.language, "advice", key, rate=round(rate), bound=bound)
    yield Note("fix", "pace", text, part.start if part else None, part.end if part else None)


def sentences(feedback: Feedback) -> tuple[str, ...]:
    """The spoken feedback in pieces that are said one after another: its notes, and the rest."""
    pieces: list[str] = []
    left = feedback.spoken
    for note in feedback.notes:
        before, found, left_after = left.partition(note.text)
        if found:
            pieces += [before.strip(), found]
            left = left_after
    return tuple(piece for piece in (*pieces, left.strip()) if piece)
