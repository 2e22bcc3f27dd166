"""Completeness: do the words so far sound finished? The judge that the endpointer listens to.

The recognizer's full stops say little: it writes one wherever a stretch of sound stops. The last
words say more, and so do the moves made, the voice and the clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from repete.analysis import closings
from repete.analysis.ending import HELD, Ending
from repete.analysis.lexicon import FILLED_PAUSES, FUNCTION_WORDS, ends_sentence, plain
from repete.model import Brief, Goal, Language, Move, Word

State = Literal["closed", "open", "hanging"]
Why = Literal[
    "nothing", "filled_pause", "held", "clause", "mark", "early",
    "farewell", "question", "move", "done",
]  # fmt: skip


@dataclass(frozen=True)
class Closing:
    """Whether the reply has ended: `closed` when everything says so, `hanging` when it breaks off
    in the middle, `open` when it could go either way; and what told. `is_doubtful` when not
    everything speaks for it: the voice has not fallen, the turn has hardly begun, a move is heard
    unsurely, a question leads on, or the goal is not reached; `is_due` when a doubtful close comes
    where one is due."""

    state: State = "open"
    why: Why = "nothing"
    is_doubtful: bool = False
    is_due: bool = False


@dataclass(frozen=True)
class Context:
    """What is known besides the words: the moves made so far, those that the goal asks for, the
    target (least and most seconds), and how the voice ended. All of it may be missing."""

    moves: tuple[Move, ...] = ()
    plan: Goal = field(default_factory=lambda: Goal(()))
    target: tuple[float, float] | None = None
    ending: Ending = field(default_factory=Ending)

    @classmethod
    def of(cls, brief: Brief, moves: tuple[Move, ...] = (), end: Ending | None = None) -> Context:
        """What is known in the middle of a rehearsal.

        The target counts for all turns together: one turn is held to it only where it is all that
        there is, or a pitch.
        """
        target = brief.target if brief.is_pitch or len(brief.play) == 1 else None
        return cls(moves, brief.plan, target, end or Ending())

    @property
    def is_fulfilled(self) -> bool:
        """Whether the goal has essential moves, and all of them were made."""
        made = {move.move for move in self.moves}
        return bool(self.plan.essential) and made >= set(self.plan.essential)


NOTHING = Context()

TAIL = 10
"""Words from the end within which a farewell or a question is the last thing said."""

NEAR = 0.8
"""Seconds before the end of the last word from which a move reaches the end of the reply."""

SOON = 0.5
"""Share of the target's least time before which a question is an echo of the partner's words, and
a farewell a way to begin."""

BRIEF = 7.0
"""Seconds into a turn before which a closing move or a question is doubted: in the development
corpus, half of those that are followed by more come earlier."""

SURE = 0.9
"""Confidence under which a closing move is doubted."""

AFTER, SURELY = 14.0, 0.98
"""Seconds into a turn and confidence above which a closing move is due, as where all is done: of
292 written replies in `benchmarks/endpoint.py` one of ten such is followed by more, and 28 of 75 of
the others."""

SECOND = 10.0
"""Seconds into a turn after which one is due that comes with another closing move: of the others
above, 4 of 29 such are followed by more."""

LATE = 0.75
"""Share of the target's least time before which more is to come after a closing move."""


def closing(words: Sequence[Word], language: Language, context: Context = NOTHING) -> Closing:
    """Whether the words, read to the last stretch, end the reply (well under a ms)."""
    said = [plain(word.text) for word in words]
    said = [word for word in said if word]
    if not said:
        return Closing()
    return _hanging(words, said, language, context.ending) or _closed(
        words, said, language, context
    )


def _hanging(
    words: Sequence[Word], said: Sequence[str], language: Language, end: Ending
) -> Closing | None:
    if end.hesitates or said[-1] in FILLED_PAUSES[language] or _is_misread(words, language):
        return Closing("hanging", "filled_pause")
    if _owns(words[-1].text) or (_leads_on(said, language) and not _asks(words, said, language)):
        return Closing("hanging", "clause")
    if end.held >= HELD and said[-1] in FUNCTION_WORDS[language]:
        return Closing("hanging", "held")
    if not ends_sentence(words[-1].text) or words[-1].text.endswith(("...", "…")):
        return Closing("hanging", "mark")
    return None


def _closed(
    words: Sequence[Word], said: Sequence[str], language: Language, context: Context
) -> Closing:
    seconds = words[-1].end - words[0].start
    least = context.target[0] if context.target else 0.0
    if seconds < SOON * least and not context.is_fulfilled:
        return Closing("open", "early", is_doubtful=True)
    if _takes_leave(said, language):
        return _handed_over("farewell", context)
    if _asks(words, said, language):
        if _leads_on(said, language):
            return Closing("closed", "question", is_doubtful=True)
        is_brief = seconds < BRIEF and not _ends(said, closings.SURE_QUESTIONS[language])
        return _handed_over("question", context, is_brief=is_brief)
    if _is_one_word(words) and not _ends(said, closings.COMPLETE[language]):
        return Closing(is_doubtful=True)
    return _with_a_move(words, context, least)


def _handed_over(why: Why, context: Context, *, is_brief: bool = False) -> Closing:
    """A question or a farewell. Before the goal is reached one is due, but not clear: 12 of 176
    such in `benchmarks/endpoint.py` are followed by more, and none of 72 after it is."""
    is_early = is_brief or not context.is_fulfilled
    return Closing("closed", why, is_doubtful=is_early, is_due=is_early)


def _with_a_move(words: Sequence[Word], context: Context, least: float) -> Closing:
    """Whether a closing move ends the reply, or what was done before."""
    seconds = words[-1].end - words[0].start
    tone = context.ending.tone
    sure = _sure_of_a_move(words, context)
    is_late = seconds >= LATE * least or context.is_fulfilled
    doubts = (tone == "level") + (sure < SURE) + (seconds < max(BRIEF, least))
    if sure and is_late and tone != "rising" and doubts <= 1:
        if tone == "falling" and context.is_fulfilled and not doubts:
            return Closing("closed", "move")
        is_due = _is_due(seconds, sure, context) or (tone == "falling" and not doubts)
        return Closing("closed", "move", is_doubtful=True, is_due=is_due)
    if context.is_fulfilled and seconds >= least and tone == "falling":
        return Closing("closed", "done")
    return Closing(is_doubtful=tone in ("level", "rising"))


def _is_due(seconds: float, sure: float, context: Context) -> bool:
    """Whether what was done by then makes a closing move the last."""
    closed = {move.move for move in context.moves} & closings.CLOSING_MOVES
    is_second = seconds > SECOND and len(closed) > 1
    return context.is_fulfilled or is_second or (seconds > AFTER and sure > SURELY)


def _sure_of_a_move(words: Sequence[Word], context: Context) -> float:
    """How surely a closing move reaches the end of the reply; 0 when none does."""
    last = words[-1].end - NEAR
    at_end = (move for move in context.moves if (move.end or 0.0) >= last)
    sure = (move.confidence for move in at_end if move.move in closings.CLOSING_MOVES)
    return max(sure, default=0.0)


def _leads_on(said: Sequence[str], language: Language) -> bool:
    """Whether the last words lead to more."""
    if _ends(said, closings.COMPLETE[language]):
        return False
    return said[-1] in closings.LEADING[language] or _ends(said, closings.LEADING_PHRASES[language])


def _is_misread(words: Sequence[Word], language: Language) -> bool:
    """Whether the last word, apart by a comma, is an "euh" that was taken for "eux"."""
    return (
        language == "fr"
        and len(words) > 1
        and plain(words[-1].text) == "eux"
        and words[-2].text.endswith(",")
    )


def _owns(word: str) -> bool:
    """Whether the word is an English plural that owns what has not been said yet: "the pilots'"."""
    return word.rstrip(".,;:!?…").endswith(("s'", "s’"))


def _takes_leave(said: Sequence[str], language: Language) -> bool:
    """Whether a farewell is among the last words."""
    last = " ".join(said[-TAIL:])
    for phrase in closings.NO_FAREWELLS[language]:
        last = re.sub(rf"\b{phrase}\b", "", last)
    return _has(last.split(), closings.FAREWELLS[language])


def _asks(words: Sequence[Word], said: Sequence[str], language: Language) -> bool:
    """Whether the last words put a question to the partner; without a mark, a sentence of them."""
    sure = [q for q in closings.SURE_QUESTIONS[language] if _ends(said, [q])]
    if not words[-1].text.rstrip("\"'»”) ").endswith("?"):
        before = (words[: -len(question.split())] for question in sure)
        return any(not rest or ends_sentence(rest[-1].text) for rest in before)
    apart = " ".join(said[-TAIL:]).replace("-", " ").split()
    return bool(sure) or _has(apart, closings.QUESTIONS[language])


def _is_one_word(words: Sequence[Word]) -> bool:
    """Whether the last sentence of several is a single word: rather what the next begins with."""
    return len(words) > 1 and ends_sentence(words[-2].text)


def _ends(said: Sequence[str], phrases: Sequence[str]) -> bool:
    text = " " + " ".join(said)
    return any(text.endswith(" " + phrase) for phrase in phrases)


def _has(said: Sequence[str], phrases: Sequence[str]) -> bool:
    text = f" {' '.join(said)} "
    return any(f" {phrase} " in text for phrase in phrases)
