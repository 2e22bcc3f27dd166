"""The conversation: who has the floor, block by block. Its clock is the sound; it knows no device.

The partner speaks, the user may cut in, the user's turn ends, the partner answers, until the play
is over. Then the coach answers, and a user who goes on takes the floor back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from repete.analysis.backchannels import is_backchannel
from repete.analysis.completeness import Closing
from repete.analysis.condition import level
from repete.cut_in import VOICE, CutIn
from repete.endpoint import Ending, Endpointer, Mode, Patience, State
from repete.model import (
    SAMPLE_RATE,
    Beat,
    Clip,
    Course,
    Language,
    Line,
    Samples,
    Span,
    Word,
    text_of,
)
from repete.partner import Partner, Say
from repete.play import CutIn as Cut
from repete.play import Performance, Reply
from repete.voice_activity import RELEASE, THRESHOLD

SETTLE = 1.5
"""Seconds that a turn which has ended waits for its last words, before it is judged without."""

EARLY = 0.5
"""Seconds before a turn was noticed in which its first word may have begun."""

HUSH = 0.4
"""Seconds of silence after which who was broken in on has left the floor to the newcomer."""


TRAIL = 2.0
"""Seconds for which a partner who talked on lets the silence last before he says more."""


RECENT = 125
"""Blocks (4 s) in which the last words before a silence are."""


class Activity(Protocol):
    """Tells how likely each block is to be speech."""

    def process(self, samples: Samples) -> Samples:
        """The probability of speech in each block."""


class Tape(Protocol):
    """Keeps every block as it comes, so that a crash loses nothing that was said."""

    def write(self, block: Samples) -> None:
        """Keep the next samples."""

    def clip(self) -> Clip:
        """Everything kept so far."""

    def cut(self, seconds: float) -> None:
        """Forget what came after so many seconds."""


class Hearing(Protocol):
    """The recognizer that reads along."""

    def process(self, block: Samples, is_speech: bool) -> None:
        """Take the next block; never waits."""

    @property
    def words(self) -> tuple[Word, ...]:
        """What was read so far, at its times in the clip."""

    @property
    def is_settled(self) -> bool:
        """Whether all speech that has ended was read."""


class Answer(Protocol):
    """The coach's answer, made sentence by sentence while the conversation listens on."""

    def ready(self) -> tuple[Line, ...]:
        """The sentences that can be heard and were not given yet."""

    @property
    def is_complete(self) -> bool:
        """Whether there are no more sentences to come."""

    def cancel(self) -> None:
        """Make no more: the user goes on."""


@dataclass(frozen=True)
class Held:
    """What a conversation has come to: the user's sound from its beginning to their last endpoint,
    how the play went, and why the last turn ended."""

    clip: Clip
    course: Course
    ended_by: Ending


@dataclass(frozen=True)
class Progress:
    """Where the turn stands: what the screen shows.

    `seconds` that the user's turns have lasted so far, from the first word of each to its last,
    `level` in dBFS of the last block, `left` the seconds of silence that would still end the turn;
    `is_partner` while somebody else has the floor.
    """

    state: State
    seconds: float
    level: float
    left: float
    is_partner: bool = False


@dataclass(frozen=True)
class Parts:
    """What a conversation is made of.

    `language` is what is spoken; `activity` tells speech, `hearing` reads it, `tape` keeps it;
    `say` starts a line. Given what the partner said, `weigh` tells how closed the words of a turn
    sound, with the last sound before the silence, and `moves_in` names the moves in them; `answer`
    begins the coach's answer; `is_command` knows words that are meant for the program; `show`
    draws, `turn_opens` tells that the user has the floor; `is_pressed` is the user's key;
    `is_echo` whether the last block is only what is left of the partner's own voice; `alert` tells
    the start of speech sooner than `activity`, which does for both where there is none.
    """

    language: Language
    activity: Activity
    hearing: Hearing
    tape: Tape
    say: Say
    weigh: Callable[[Sequence[Word], str, Samples], Closing]
    moves_in: Callable[[Sequence[Word], str], tuple[str, ...]]
    answer: Callable[[Held], Answer]
    is_command: Callable[[str], bool] = lambda text: False
    show: Callable[[Progress], None] = lambda progress: None
    turn_opens: Callable[[], None] = lambda: None
    is_pressed: Callable[[], bool] = lambda: False
    is_echo: Callable[[], bool] = lambda: False
    alert: Activity | None = None


class Conversation:
    """One take: the play, then the coach's answer.

    `spoken` is what the user said to the program at the end; "" where nothing was.
    """

    def __init__(
        self,
        play: Performance,
        parts: Parts,
        patience: Patience | None = None,
        mode: Mode = "hands_free",
    ) -> None:
        self.play = play
        self.parts = parts
        self.partner = Partner(parts.say)
        self.spoken = ""
        self._patience, self._mode = patience or Patience(), mode
        self._endpointer = self._new_turn()
        self._cut_in = CutIn(self.parts.language)
        self._step: Callable[[], None] = self._rest
        self._beat: Beat | None = None
        self._cut: Cut | None = None
        self._answer: Answer | None = None
        self._held: Held | None = None
        self._samples = self._voiced = 0
        self._block = self._level = 0.0
        self._is_speech = self._is_voice = False
        self._began = self._turn_from = self._hush = self._done_at = 0.0
        self._recent: deque[Samples] = deque(maxlen=RECENT)
        self._weighed: tuple[Word, ...] | None = None
        self._voice: Span | None = None
        self._turns_before = 0.0

    def run(self, blocks: Iterable[Samples]) -> Held:
        """Play to the end, or as long as there are blocks."""
        self._begin(self.play.beat)
        for block in blocks:
            self._hear(block)
            self._step()
            if self._is_over:
                break
        else:
            self._endpointer.end("user")
        return self._held or self._hold()

    def _hear(self, block: Samples) -> None:
        if self._answer is None:
            self.parts.tape.write(block)
        else:
            self._aside.append(block)
        probability = float(self.parts.activity.process(block)[-1])
        alert = self.parts.alert
        is_echo = self.parts.is_echo()
        sudden = float(alert.process(block)[-1]) if alert else probability
        self._is_voice = sudden >= VOICE and not is_echo
        self._is_speech = not is_echo and probability >= (RELEASE if self._is_speech else THRESHOLD)
        self.parts.hearing.process(block, self._is_speech)
        self._recent.append(block)
        self._block = len(block) / SAMPLE_RATE
        self._samples += len(block)
        self._voiced += len(block) * self._is_speech
        self._level = level(block)

    @property
    def _now(self) -> float:
        """The seconds of sound so far."""
        return self._samples / SAMPLE_RATE

    @property
    def _spoken(self) -> float:
        """The seconds of the user's speech in this turn."""
        return self._voiced / SAMPLE_RATE

    @property
    def _lasted(self) -> float:
        """The seconds of all turns so far, from the first word of each to its last."""
        return self._turns_before + (self._voice.seconds if self._voice else 0.0)

    def _begin(self, beat: Beat | None) -> None:
        """Play a beat; without one the play is over, and the coach answers."""
        self._beat, self._cut, self._turn_from = beat, None, self._now
        if beat is None:
            self._coach()
        elif beat.mode == "breaks_in":
            self.partner.begin((), beat.id, self._now)
            self._open()
            self._step = self._before_break_in
        else:
            self._cut_in, self._began = CutIn(self.parts.language), self._now
            self.partner.begin(beat.lines, beat.id, self._now)
            self._step = self._partner_closes if beat.mode == "closes" else self._partner_talks

    # The partner has the floor

    def _partner_talks(self) -> None:
        if self.parts.is_pressed():
            self.partner.stop(self._now)
        if self._is_cut_in():
            self._open(has_spoken=True)
        elif not self._talks_on():
            is_monologue = self._beat is not None and self._beat.mode == "talks_on"
            self._open(onset=TRAIL if is_monologue else None)

    def _partner_closes(self) -> None:
        if self.parts.is_pressed():
            self.partner.stop(self._now)
        if not self._talks_on():
            self._follow(Reply(said=tuple(self.partner.said), end=self._now))

    def _talks_on(self) -> bool:
        """Let the partner speak; False when there is nothing left to say."""
        self.partner.process(self._now)
        self._show("waiting", is_partner=True)
        return self.partner.is_talking

    def _is_cut_in(self) -> bool:
        """Whether the user has taken the floor; the partner falls silent as soon as they try."""
        words = self._text() if self.parts.hearing.is_settled else None
        verdict = self._cut_in.process(self._block, self._is_voice, words)
        if verdict == "stop":
            self._cut = self._cut_here()
            self._turn_from = self._now
            self.partner.pause(self._now)
        elif verdict == "resume":
            self._cut, self._turn_from = None, self._now
            self.partner.resume()
        return verdict == "yield"

    def _cut_here(self) -> Cut:
        partner = self.partner
        line = max(0, partner.count - 1)
        return Cut(line, partner.position, partner.length, self._now - self._began)

    # The user has the floor

    def _new_turn(self, onset: float | None = None) -> Endpointer:
        patience = replace(self._patience, onset=onset) if onset else self._patience
        return Endpointer(patience, self._mode)

    def _open(self, *, has_spoken: bool = False, onset: float | None = None) -> None:
        self._endpointer, self._weighed = self._new_turn(onset), None
        self._voiced = 0
        self._turns_before, self._voice = self._lasted, None
        if has_spoken:
            self._voice = Span(self._turn_from, self._now)
            self._voiced = round(self._voice.seconds * SAMPLE_RATE)
            self._endpointer.process(0.0, True)
        self.parts.turn_opens()
        self._step = self._user_talks

    def _user_talks(self) -> None:
        self._listen()
        if not self._has_ended:
            return
        if self._is_nod:
            self._cut, self._cut_in = None, CutIn(self.parts.language)
            self.partner.resume()
            self._step = self._partner_talks
        else:
            self.partner.stop(self._now)
            self._follow(self._reply())

    @property
    def _is_nod(self) -> bool:
        """Whether the user cut in and only showed that they listen: the partner goes on."""
        return self._cut is not None and is_backchannel(self._text(), self.parts.language)

    def _before_break_in(self) -> None:
        """The user speaks, and does not know that someone is about to break in."""
        assert self._beat is not None
        self._listen()
        if self._spoken >= self._beat.after or self._endpointer.state == "done":
            self._hush, self._began = 0.0, self._now
            self.partner.begin(self._beat.lines, self._beat.id, self._now)
            self._step = self._broken_in

    def _broken_in(self) -> None:
        """The newcomer speaks over the user, who is cutting in only after a moment's hush."""
        if self._hush < HUSH:
            self._hush = 0.0 if self._is_speech else self._hush + self._block
            self._cut_in = CutIn(self.parts.language)
        elif self._is_cut_in():
            self._cut = None  # the floor was the user's own
            self.partner.stop(self._now)
            self._open(has_spoken=True)
            return
        if not self._talks_on():
            self._open()

    def _listen(self) -> None:
        """Follow the turn to its endpoint, and back when the user goes on after it."""
        if self._endpointer.ended_by == "silence" and self._is_speech:
            self._endpointer.take_up()
        if self._is_speech:
            self._voice = Span(self._voice.start if self._voice else self._now, self._now)
        was_done = self._endpointer.state == "done"
        if self.parts.is_pressed():
            self._endpointer.press()
        self._weigh()
        state = self._endpointer.process(self._block, self._is_speech)
        if state == "done" and not was_done:
            self._done_at = self._now
        self._show(state)

    def _weigh(self) -> None:
        """Tell the endpointer what the words say, once in each silence that they change in."""
        if self._endpointer.state != "paused" or not self.parts.hearing.is_settled:
            return
        words = self._words()
        if words != self._weighed:
            self._weighed = words
            sound = np.concatenate(self._recent)
            nod = Closing("closed")
            heard = self.partner.heard
            self._endpointer.expect(nod if self._is_nod else self.parts.weigh(words, heard, sound))

    @property
    def _has_ended(self) -> bool:
        """Whether the turn is over and its words are known, or are not worth waiting for."""
        if self._endpointer.state != "done":
            return False
        return self.parts.hearing.is_settled or self._now - self._done_at >= SETTLE

    def _words(self) -> tuple[Word, ...]:
        """The words of the turn so far."""
        since = self._turn_from - EARLY
        return tuple(word for word in self.parts.hearing.words if word.start >= since)

    def _text(self) -> str:
        return text_of(self._words())

    def _reply(self) -> Reply:
        words, said = self._words(), tuple(self.partner.said)
        moves = self.parts.moves_in(words, self.partner.heard) if words else ()
        return Reply(text_of(words), moves, self._spoken, self._cut, said, self._now)

    def _follow(self, reply: Reply) -> None:
        self._begin(self.play.next(reply))

    # The coach has the floor

    def _coach(self) -> None:
        """The play is over: what is heard from now on is aside, unless the user goes on."""
        self._aside: list[Samples] = []
        self._held = self._hold()
        self._answer = self.parts.answer(self._held)
        self.partner.begin(self._answer.ready(), "", self._now)  # nothing is waited for
        self._cut_in = CutIn(self.parts.language)
        self._step = self._coach_talks

    def _coach_talks(self) -> None:
        assert self._answer is not None
        self.partner.add(self._answer.ready())
        if self.parts.is_pressed():
            self._step = self._rest
        elif self._is_cut_in():
            self._go_on()
        elif not self._talks_on() and self._answer.is_complete:
            self._step = self._rest

    def _go_on(self) -> None:
        """The user takes the floor back from the coach, and the take goes on."""
        assert self._answer is not None
        self._answer.cancel()
        self._answer = None
        self.partner.stop(self._now)
        for block in self._aside:
            self.parts.tape.write(block)
        self._open(has_spoken=True)
        self._step = self._user_goes_on

    def _user_goes_on(self) -> None:
        self._listen()
        if not self._has_ended:
            return
        if self._held and self.parts.is_command(self._text()):
            self.spoken = self._text()
            self.parts.tape.cut(self._held.clip.seconds)
            self._step = self._rest
        else:
            self._coach()

    def _rest(self) -> None:
        """Nobody has the floor any more."""

    @property
    def _is_over(self) -> bool:
        return self._step == self._rest

    def _hold(self) -> Held:
        """What has come of the conversation so far."""
        turns = self.play.turns
        if self._held and turns:  # the last turn went on after the coach had begun
            turns = (*turns[:-1], replace(turns[-1], end=self._now))
        coach = tuple(said for said in self.partner.said if said.beat == "")
        before = self._held.course.exchange if self._held else self.play.exchange
        course = Course((*before, *coach), turns)
        return Held(self.parts.tape.clip(), course, self._endpointer.ended_by or "silence")

    def _show(self, state: State, *, is_partner: bool = False) -> None:
        left = self._endpointer.left
        self.parts.show(Progress(state, self._lasted, self._level, left, is_partner))
