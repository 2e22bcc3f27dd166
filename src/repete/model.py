"""The nouns: frozen values that every stage takes and gives.

All times are float seconds from the start of the clip. Nothing here imports the rest of Repete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second of every `Clip`."""

PART = 256_000
"""Samples of a long sound that are looked at at a time: 16 s, a whole number of every step that
sound is measured in."""

SCHEMA = 1
"""Version of the JSON document; fields may be added to it, never renamed."""

Samples = NDArray[np.float32]
Language = Literal["en", "fr"]
GoalName = Literal["network", "friend"]
Verdict = Literal["short", "on_time", "long"]
Light = Literal["none", "green", "amber", "red"]
Place = Literal["sentence", "clause", "inside", "unknown"]
Difficulty = Literal["easy", "real", "hard"]
Sex = Literal["woman", "man"]
Mode = Literal["answer", "talks_on", "breaks_in", "closes"]

LANGUAGES: tuple[Language, ...] = ("en", "fr")
GOALS: tuple[GoalName, ...] = ("network", "friend")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "real", "hard")
MODES: tuple[Mode, ...] = ("answer", "talks_on", "breaks_in", "closes")

PARTNER = "partner"
"""The character who speaks where a play names no other."""

END = "end"
"""Where a way leads that ends the play."""

PITCH_MOVES = ("what_i_do", "proof", "call_to_action")
"""The moves that count only in a pitch."""

MOVES = (
    "self_introduction",
    "icebreaker",
    "acknowledge",
    "pivot",
    "professional_turn",
    "network_invite",
    "split_up",
    "offer_introduction",
    "card_handoff",
    "lunch_ask",
    "follow_up",
    "graceful_exit",
    *PITCH_MOVES,
)
"""Every move that Repete can hear."""


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of time: `start` and `end` in seconds, `0 <= start <= end`.

    Raises:
        ValueError: the stretch runs backwards or starts before the clip.
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span cannot run from {self.start} to {self.end}")

    @property
    def seconds(self) -> float:
        """How long the stretch lasts."""
        return self.end - self.start

    def overlap(self, other: Span) -> float:
        """How many seconds the two stretches share; 0 when they do not meet."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


def joined(spans: Iterable[Span], apart: float) -> tuple[Span, ...]:
    """The spans, in the order of their starts, joined where they are not so many seconds apart."""
    found: list[Span] = []
    for span in spans:
        if found and round(span.start - found[-1].end, 3) < apart:
            found[-1] = Span(found[-1].start, max(span.end, found[-1].end))
        else:
            found.append(span)
    return tuple(found)


class Row(Protocol):
    """A row of samples, in memory or elsewhere: how many there are, and any stretch of them."""

    def __len__(self) -> int: ...

    def __getitem__(self, stretch: slice, /) -> Samples: ...


@dataclass(frozen=True, eq=False)
class Clip:
    """Sound: float32 mono samples at `SAMPLE_RATE`, full scale at -1 and 1.

    The only value that holds samples, and the only one never written as JSON. What lasts long may
    lie on disk: its `row` is then read stretch by stretch. `flaws` are what its recording suffers
    from that the samples no longer show.

    Raises:
        ValueError: the samples are not one row of float32.
    """

    row: Row
    flaws: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        row = self.row
        if isinstance(row, np.ndarray) and (row.ndim != 1 or row.dtype != np.float32):
            raise ValueError("a clip is one row of float32 samples")

    @property
    def samples(self) -> Samples:
        """All of the sound at once."""
        return self.row[:]

    @property
    def seconds(self) -> float:
        """How long the clip lasts."""
        return len(self.row) / SAMPLE_RATE

    def cut(self, span: Span) -> Clip:
        """The part of the clip that lies in `span`."""
        return Clip(self.row[_samples_in(span)], self.flaws)

    def parts(self, span: Span | None = None) -> Iterator[Samples]:
        """The sound, or what of it lies in `span`, `PART` samples at a time."""
        first, last, _ = (_samples_in(span) if span else slice(None)).indices(len(self.row))
        for start in range(first, last, PART):
            yield self.row[start : min(start + PART, last)]


def _samples_in(span: Span) -> slice:
    return slice(*(round(at * SAMPLE_RATE) for at in (span.start, span.end)))


@dataclass(frozen=True)
class Word:
    """One word as it was recognized, with its time and the recognizer's probability (0 to 1)."""

    text: str
    start: float
    end: float
    probability: float = 1.0


@dataclass(frozen=True, order=True)
class Hum(Span):
    """A stretch that sounds like a filled pause; its likeliest moment is one so likely (0 to 1).

    Takes of older sessions do not tell how likely.
    """

    likelihood: float = 0.0


def text_of(words: Iterable[Word]) -> str:
    """The text that the words make."""
    return " ".join(word.text for word in words)


@dataclass(frozen=True)
class Transcript:
    """What was said. A reply that came as text has no words, for it has no times.

    `filled_pauses` are the stretches that sound like one, whether or not a word says so.
    """

    text: str
    words: tuple[Word, ...] = ()
    filled_pauses: tuple[Hum, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.text.strip()


@dataclass(frozen=True)
class Heard:
    """What was said, and the stretches of speech that it was said in, by sound and words."""

    transcript: Transcript
    speech: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Audio:
    """Where a take's sound lies, how long it is, and what is wrong with it."""

    path: str
    seconds: float
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timing:
    """The clock of a reply.

    `onset` counts from the end of the prompt to the first sound of speech; `speech` is the time
    spent speaking, pauses left out; `total` runs from the first sound to the last, in a play turn
    by turn without the partner's time, and is what the `target` (least and most seconds), the
    `verdict` and the `light` judge. Without a target
    there is no verdict. `before_first_move` is the share of the total (0 to 1) that passes before
    the first move; None when none was made.
    """

    onset: float
    speech: float
    total: float
    target: tuple[float, float] | None
    verdict: Verdict | None
    light: Light
    before_first_move: float | None = None


@dataclass(frozen=True, order=True)
class Pause(Span):
    """A silence between two stretches of speech, and where it stands in what was said.

    `sentence` and `clause` follow a mark that ends one (good places to breathe), `inside` parts a
    phrase; `unknown` when the words around it are.
    """

    place: Place = "unknown"


@dataclass(frozen=True)
class Filler:
    """A filled pause ("um") or a filler word ("you know"), and who heard it: the recognizer, the
    sound's own detector, or in a corrected take its speaker alone."""

    text: str
    start: float
    end: float
    heard_by: Literal["transcript", "sound", "speaker"] = "transcript"
    kind: Literal["pause", "word"] = "pause"


@dataclass(frozen=True)
class Repetition:
    """Words said twice in a row, or taken back and said otherwise."""

    text: str
    start: float
    end: float
    kind: Literal["repetition", "restart"] = "repetition"


@dataclass(frozen=True)
class Quote:
    """Words of the reply, and when they were said."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Stretch:
    """A part of the reply and its pace."""

    start: float
    end: float
    words_per_minute: float


@dataclass(frozen=True)
class Tally:
    """A word and how often it was said."""

    text: str
    count: int


@dataclass(frozen=True)
class Voice:
    """The sound of the voice. A figure that could not be measured is None.

    `pitch_hertz` is the median; `pitch_variation_semitones` the standard deviation;
    `loudness_variation` the standard deviation in dB of the loudness of 0.4 s of speech;
    `signal_to_noise` in dB; `trailing_off` by how many dB the ends of stretches lie under their
    middle; `rising_ends` the ends of statements on which the pitch rises.
    """

    pitch_hertz: float | None = None
    pitch_variation_semitones: float | None = None
    loudness_variation: float | None = None
    signal_to_noise: float | None = None
    trailing_off: float | None = None
    rising_ends: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Usage:
    """The language of the reply: its longest sentence (words), the content words said most
    often, and how often the speaker is named ("I") and the listener ("you")."""

    longest_sentence: int = 0
    repeated: tuple[Tally, ...] = ()
    first_person: int = 0
    second_person: int = 0


@dataclass(frozen=True)
class Delivery:
    """How it was said. A figure that could not be measured is None.

    `words_per_minute` counts pauses in and fillers out; `articulation_rate` is syllables a second
    of speech. `doubtful` are words that may be fillers or may mean something: they are listed and
    not counted. `lengthened` are function words held like an "um".
    """

    words_per_minute: float | None = None
    articulation_rate: float | None = None
    pauses: tuple[Pause, ...] = ()
    fillers: tuple[Filler, ...] = ()
    fillers_per_minute: float | None = None
    repetitions: tuple[Repetition, ...] = ()
    pitch_range_semitones: float | None = None
    loudness_lufs: float | None = None
    pauses_per_minute: float | None = None
    fastest: Stretch | None = None
    slowest: Stretch | None = None
    doubtful: tuple[Filler, ...] = ()
    lengthened: tuple[Quote, ...] = ()
    hedges: tuple[Quote, ...] = ()
    voice: Voice | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class Move:
    """A move that was made: the words that prove it, when they were said, and how sure we are."""

    move: str
    start: float | None
    end: float | None
    quote: str
    confidence: float


@dataclass(frozen=True)
class Near:
    """The words that come nearest to a move, and why they were or were not counted.

    `reason` is counted, weak (too unsure), other (they make the move `other` instead), absent
    (nothing speaks for it), pitch_only (it counts in a pitch alone) or empty (no reply).
    """

    move: str
    quote: str
    confidence: float
    reason: Literal["counted", "weak", "other", "absent", "pitch_only", "empty"]
    other: str | None = None


@dataclass(frozen=True)
class Analysis:
    """All that was found in a reply."""

    timing: Timing | None
    delivery: Delivery | None
    moves: tuple[Move, ...]
    missed: tuple[str, ...]

    def first(self, move: str) -> Move | None:
        """The first time that `move` was made."""
        return next((hit for hit in self.moves if hit.move == move), None)


@dataclass(frozen=True)
class Said(Span):
    """What the partner said in a take and when it was heard.

    `who` is a character of the play, `beat` the beat that the line belongs to. `cut_off` is the
    second of the clip at which the user's voice stopped the line; None when it was heard whole.
    """

    who: str
    text: str
    beat: str = ""
    cut_off: float | None = None


@dataclass(frozen=True)
class Turn(Span):
    """One turn of the user's: from the first line of the `beat` that it answers to its end.

    `hook` is the hook that was taken up. Where the user cut in, `waited` are the seconds that the
    partner had talked on until then, and `place` tells whether a sentence had just ended.
    """

    beat: str
    hook: str | None = None
    waited: float | None = None
    place: Literal["end", "middle"] | None = None


@dataclass(frozen=True)
class Course:
    """How a play went: what the partner said, and the user's turns. Empty where none was played."""

    exchange: tuple[Said, ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Note:
    """One remark of the coach, and the stretch of the take that it speaks of.

    A `fact` only tells what happened: it neither praises nor asks for a change.
    """

    kind: Literal["praise", "fix", "fact"]
    about: str
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Feedback:
    """What the coach says aloud, and the notes it is made of."""

    spoken: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Correction:
    """What the speakers mark in their own take: the seconds at which they hear a filler, in a
    drill or one by one (`repete.correction`).

    It stands beside what was heard and replaces nothing. `made` is local time, ISO 8601.
    """

    fillers: tuple[float, ...]
    made: str


@dataclass(frozen=True)
class Take:
    """One reply and everything said of it: the document that `--json` prints.

    In a play `exchange` is what the partner said, and `turns` are the user's turns between.
    """

    scenario: str | None
    goal: GoalName
    language: Language
    audio: Audio | None
    transcript: Transcript | None
    timing: Timing | None = None
    delivery: Delivery | None = None
    moves: tuple[Move, ...] = ()
    missed: tuple[str, ...] = ()
    feedback: Feedback | None = None
    schema: int = SCHEMA
    correction: Correction | None = None
    exchange: tuple[Said, ...] = ()
    turns: tuple[Turn, ...] = ()
    difficulty: Difficulty = "real"

    @property
    def fillers(self) -> int | None:
        """How many fillers there are: as the speaker marked them, else as they were heard."""
        if self.correction:
            return len(self.correction.fillers)
        return len(self.delivery.fillers or ()) if self.delivery else None

    @property
    def fillers_per_minute(self) -> float | None:
        """The rate of `fillers` over the whole reply; None when it was not measured."""
        if self.correction and self.timing and self.timing.total:
            return round(60 * len(self.correction.fillers) / self.timing.total, 1)
        return self.delivery.fillers_per_minute if self.delivery else None


@dataclass(frozen=True)
class Session:
    """The takes of one sitting, oldest first. `started` is local time, ISO 8601 with its offset.

    `name`, `note`, `tags` and `starred` are the user's own. `imported` is the SHA-256 of the
    recording that the session was made of, empty for a rehearsal.
    """

    id: str
    started: str
    scenario: str | None
    goal: GoalName
    language: Language
    takes: tuple[Take, ...] = ()
    schema: int = SCHEMA
    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    starred: bool = False
    imported: str = ""
    difficulty: Difficulty = "real"


@dataclass(frozen=True)
class Profile:
    """What the user told us of themselves. Everything is optional."""

    name: str = ""
    company: str = ""
    what: str = ""
    project: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The proper names in it, which a recognizer often misspells."""
        return tuple(name for name in (self.name, self.company) if name)


@dataclass(frozen=True)
class Goal:
    """What one goal of a scenario is after.

    `expects` are the moves in their natural order, `essential` the ones that decide;
    `order` holds pairs of which the first must come before the second; `avoid` are moves
    that miss the goal; `by` gives for a move the turn (from 1) by which it should be made.
    """

    expects: tuple[str, ...]
    essential: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    avoid: tuple[str, ...] = ()
    by: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnMove:
    """A scenario's own move: what it is, sentences that make it, and some that do not."""

    name: str
    what: str
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A sentence that a character says, and the hook for the user that is in it."""

    text: str
    voice: str = PARTNER
    hook: str | None = None


@dataclass(frozen=True)
class Way:
    """Where a play goes when everything that is asked for here is so.

    Moves made so far (`all_of`, `any_of`) or in this turn (`all_now`, `any_now`); one of the
    `hook`s taken up in this turn; whether nothing was said (`silent`); the seconds that the user
    has `spoken` so far, at least; the `turns` of the user's so far, at least; one of the `goal`s
    and of the difficulties. What is not given is not asked for.
    """

    to: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    all_now: tuple[str, ...] = ()
    any_now: tuple[str, ...] = ()
    hook: tuple[str, ...] = ()
    silent: bool | None = None
    spoken: float | None = None
    turns: int | None = None
    goal: tuple[GoalName, ...] = ()
    difficulty: tuple[Difficulty, ...] = ()

    @property
    def is_always(self) -> bool:
        """Whether it asks for nothing but a goal or a difficulty."""
        return replace(self, goal=(), difficulty=()) == Way(self.to)

    @property
    def moves(self) -> tuple[str, ...]:
        """Every move that the way asks for."""
        return (*self.all_of, *self.any_of, *self.all_now, *self.any_now)


@dataclass(frozen=True)
class Beat:
    """One moment of a play: who speaks, how, and where it goes from there.

    `mode` is answer (the lines, then the user's turn), talks_on (line after line, and the user
    may cut in), breaks_in (the user has the floor; after so many seconds of the user's speech,
    `after`, the lines begin over it) or closes (the lines, and the play is over). The first of
    the `ways` that fits is taken, else `otherwise`. `others` are other wordings of the lines.
    """

    id: str
    mode: Mode = "answer"
    voice: str = PARTNER
    after: float = 0.0
    ways: tuple[Way, ...] = ()
    otherwise: str = END
    lines: tuple[Line, ...] = ()
    others: tuple[tuple[Line, ...], ...] = ()

    @property
    def next(self) -> tuple[str, ...]:
        """Every beat that may follow, each once."""
        return tuple(dict.fromkeys((*(way.to for way in self.ways), self.otherwise)))


@dataclass(frozen=True)
class Wording:
    """A scenario's words in one language.

    `setting` is told by the coach; `partner` are the lines of the other person; `aim` and
    `answer` (a model answer) are given for each goal; `say` suggests words for a move;
    `example` stands in for what the user's profile leaves out; `moves` are the scenario's own.
    `lines` are the wordings of each beat, `hooks` the words by which each hook is known; a
    scenario without beats has neither, but `partner`.
    """

    title: str
    setting: str
    partner: tuple[str, ...]
    aim: dict[str, str]
    answer: dict[str, str]
    say: dict[str, str]
    example: Profile = field(default_factory=Profile)
    moves: tuple[OwnMove, ...] = ()
    lines: dict[str, tuple[tuple[Line, ...], ...]] = field(default_factory=dict)
    hooks: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A situation to rehearse, in every language and for every goal it is written for.

    `cast` tells of each character whether it is a woman or a man; `beats`, the first one first,
    have no lines yet; `hooks` are given at the difficulties named. Without beats the partner's
    lines come first and the reply ends the play.
    """

    id: str
    target: tuple[float, float]
    goals: dict[str, Goal]
    wordings: dict[str, Wording]
    cast: dict[str, Sex] = field(default_factory=dict)
    beats: tuple[Beat, ...] = ()
    hooks: dict[str, tuple[Difficulty, ...]] = field(default_factory=dict)

    def brief(self, language: Language, goal: GoalName, difficulty: Difficulty = "real") -> Brief:
        """The scenario as it is played once: in one language, for one goal, so difficult."""
        return Brief(
            self.id,
            language,
            goal,
            self.target,
            self.goals[goal],
            self.wordings[language],
            self._play(self.wordings[language], goal, difficulty),
            self.cast,
            difficulty,
        )

    def _play(self, words: Wording, goal: GoalName, difficulty: Difficulty) -> tuple[Beat, ...]:
        """The beats that can be reached, with their lines."""
        if not self.beats:
            return (Beat("start", lines=tuple(Line(text) for text in words.partner)),)
        known = {beat.id: beat for beat in self.beats}
        found: dict[str, Beat] = {}
        ahead = [self.beats[0].id]
        while ahead:
            name = ahead.pop(0)
            if name in known and name not in found:
                found[name] = self._staged(known[name], words, goal, difficulty)
                ahead += found[name].next
        return tuple(found[name] for name in known if name in found)

    def _staged(self, beat: Beat, words: Wording, goal: GoalName, difficulty: Difficulty) -> Beat:
        """A beat with its lines, and without what belongs to another goal or difficulty."""
        wordings = [
            tuple(
                line
                for line in wording
                if line.hook is None or difficulty in self.hooks.get(line.hook, DIFFICULTIES)
            )
            for wording in words.lines.get(beat.id, ((),))
        ]
        ways, otherwise = [], beat.otherwise
        for way in beat.ways:
            if goal in (way.goal or GOALS) and difficulty in (way.difficulty or DIFFICULTIES):
                if way.is_always:
                    otherwise = way.to
                    break
                ways.append(replace(way, goal=(), difficulty=()))
        return replace(
            beat,
            ways=tuple(ways),
            otherwise=otherwise,
            lines=wordings[0],
            others=tuple(wordings[1:]),
        )


@dataclass(frozen=True)
class Brief:
    """A scenario in one language and for one goal: what a single rehearsal needs to know.

    The `play` has its lines, and only what belongs to this goal and this difficulty.
    A recording that belongs to no scenario has a brief too, which expects nothing (`unplanned`).
    """

    scenario: str | None
    language: Language
    goal: GoalName
    target: tuple[float, float] | None
    plan: Goal
    wording: Wording
    play: tuple[Beat, ...] = ()
    cast: dict[str, Sex] = field(default_factory=dict)
    difficulty: Difficulty = "real"

    @classmethod
    def unplanned(cls, language: Language, goal: GoalName) -> Brief:
        """The brief of a reply to no scenario: no target, no move expected."""
        wording = Wording("", "", (), {}, {}, {})
        return cls(None, language, goal, None, Goal(()), wording)

    @property
    def is_pitch(self) -> bool:
        """Whether the pitch moves count here: when the scenario's plan names one."""
        return any(move in PITCH_MOVES for move in self.plan.expects)

    @property
    def partner(self) -> str:
        """Everything the partner says before the first reply."""
        return " ".join(line.text for beat in self.play[:1] for line in beat.lines)

    def sex(self, voice: str) -> Sex:
        """Whether a character of the play is a woman or a man."""
        return self.cast.get(voice, "man")
