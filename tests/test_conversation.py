"""The conversation, played with toys: sound is a string, and every letter of it one block.

`s` is the user's voice, `-` silence. The partner's lines last as many blocks as they have letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from repete import scenario
from repete.analysis.completeness import Closing
from repete.conversation import Conversation, Held, Parts
from repete.endpoint import Patience
from repete.model import Beat, Clip, Line, Samples, Way, Word
from repete.play import Performance

BLOCK = 1600
"""Samples of a toy block: a tenth of a second."""

LOUD = np.full(BLOCK, 0.1, np.float32)
BRIEF = scenario.find("monologue").brief("en", "network")


class Clock:
    """The count of blocks, which is all the time there is."""

    def __init__(self) -> None:
        self.now = 0


class ToyPlaying:
    def __init__(self, clock: Clock, blocks: int) -> None:
        self._clock, self._start, self._blocks = clock, clock.now, blocks
        self._stopped: int | None = None

    @property
    def seconds(self) -> float:
        return self._blocks / 10

    @property
    def position(self) -> float:
        at = self._clock.now if self._stopped is None else self._stopped
        return min(self._blocks, at - self._start) / 10

    @property
    def is_over(self) -> bool:
        return self._stopped is not None or self._clock.now - self._start >= self._blocks

    def stop(self) -> float:
        self._stopped = self._clock.now
        return self.position


class Tape:
    def __init__(self) -> None:
        self.kept: list[Samples] = []

    def write(self, block: Samples) -> None:
        self.kept.append(block)

    def clip(self) -> Clip:
        return Clip(np.concatenate([np.zeros(0, np.float32), *self.kept]))

    def cut(self, seconds: float) -> None:
        self.kept = self.kept[: round(seconds * 10)]


class ToyAnswer:
    """Says one sentence, at once."""

    def __init__(self) -> None:
        self._left: tuple[Line, ...] = (Line("wellwellwell", "coach"),)
        self.is_cancelled = False

    def ready(self) -> tuple[Line, ...]:
        left, self._left = self._left, ()
        return left

    @property
    def is_complete(self) -> bool:
        return not self._left

    def cancel(self) -> None:
        self.is_cancelled = True


class Scene:
    """A user who follows a script of sound, and says these words when each voice ends."""

    def __init__(self, script: str, *said: str) -> None:
        self.script, self.said = script, list(said)
        self.clock, self.tape = Clock(), Tape()
        self.lines: list[tuple[int, str]] = []
        self.answers: list[ToyAnswer] = []
        self.held: list[Held] = []
        self.decided: list[int] = []
        self.weighed: list[tuple[tuple[Word, ...], str]] = []
        self.judged: list[tuple[tuple[Word, ...], str]] = []
        self.words: tuple[Word, ...] = ()
        self.is_settled = True
        self.pressed_at: set[int] = set()
        self.opened: list[int] = []

    def blocks(self) -> list[Samples]:
        return [LOUD * (letter == "s") for letter in self.script]

    def process(self, block: Samples, is_speech: bool | None = None) -> Samples:
        """As the voice activity, then as the recognizer, for the same block."""
        voice = bool(np.any(block))
        if is_speech is None:
            return np.array([float(voice)], np.float32)
        self.clock.now += 1
        if self.is_settled and voice:
            self.is_settled, self._began = False, self.clock.now / 10
        if not self.is_settled and not voice:
            text = self.said.pop(0) if self.said else "something"
            self.words += tuple(Word(one, self._began, self.clock.now / 10) for one in text.split())
            self.is_settled = True
        return np.zeros(0, np.float32)

    def say(self, line: Line, at: float) -> ToyPlaying:
        self.lines.append((self.clock.now, line.text[round(10 * at) :]))
        return ToyPlaying(self.clock, len(line.text) - round(10 * at))

    def weigh(self, words: Sequence[Word], partner: str, sound: Samples) -> Closing:
        self.weighed.append((tuple(words), partner))
        return Closing()

    def moves_in(self, words: Sequence[Word], partner: str) -> tuple[str, ...]:
        self.judged.append((tuple(words), partner))
        texts = (word.text.rstrip(".") for word in words)
        return tuple(text for text in texts if "_" in text or text == "pivot")

    def answer(self, held: Held) -> ToyAnswer:
        self.held.append(held)
        self.decided.append(self.clock.now)
        self.answers.append(ToyAnswer())
        return self.answers[-1]

    def play(self, *beats: Beat, patience: Patience | None = None) -> Conversation:
        brief = replace(BRIEF, play=beats)
        parts = Parts(
            "en",
            self,
            self,
            self.tape,
            self.say,
            self.weigh,
            self.moves_in,
            self.answer,
            is_command=lambda text: text == "again",
            turn_opens=lambda: self.opened.append(self.clock.now),
            is_pressed=lambda: self.clock.now in self.pressed_at,
        )
        talk = Conversation(Performance(brief), parts, patience or Patience(silence=1.0))
        talk.run(self.blocks())
        return talk


def lines(*texts: str, voice: str = "partner") -> tuple[Line, ...]:
    return tuple(Line(text, voice) for text in texts)


TALKER = Beat(
    "talk",
    "talks_on",
    ways=(Way("over", any_now=("pivot",)),),
    otherwise="asks",
    lines=lines("0123456789" * 2, "abcdefghij" * 2),
)
OVER = Beat("over", "closes", lines=lines("goodbye"))
ASKS = Beat("asks", "answer", lines=lines("andyou"), otherwise="end")


def test_the_partner_speaks_then_listens_then_the_coach_answers() -> None:
    scene = Scene("-" * 8 + "-ssss" + "-" * 40, "hello there")
    scene.play(ASKS)
    assert scene.lines[0] == (0, "andyou")
    assert scene.opened == [6]
    assert [text for _, text in scene.lines] == ["andyou", "wellwellwell"]
    (held,) = scene.held
    assert [turn.beat for turn in held.course.turns] == ["asks"]
    assert held.course.exchange[0].text == "andyou"
    assert scene.lines[-1][0] == scene.decided[0]  # the coach opens in the very same block


def heard(scene: Scene) -> list[str]:
    """What was started to be said, in order."""
    return [text for _, text in scene.lines]


def test_who_cuts_in_silences_the_partner_at_once_and_is_answered() -> None:
    scene = Scene("-" * 25 + "s" * 15 + "-" * 60, "that is my pivot")
    talk = scene.play(TALKER, OVER, ASKS)
    stopped = talk.play.exchange[1]
    assert (stopped.text, stopped.start, stopped.cut_off) == ("abcdefghij" * 2, 2.3, 2.6)
    assert heard(scene) == ["0123456789" * 2, "abcdefghij" * 2, "goodbye", "wellwellwell"]
    (turn,) = talk.play.turns
    assert (turn.beat, turn.place) == ("talk", "end")
    assert turn.waited == 2.6


def test_the_moves_of_a_turn_are_looked_for_while_its_last_silence_lasts() -> None:
    scene = Scene("-" * 25 + "s" * 15 + "-" * 60, "that is my pivot")
    scene.play(TALKER, OVER, ASKS)
    assert scene.judged == scene.weighed[-1:]  # nothing new is asked when the turn has ended


def test_a_nod_makes_him_pause_and_go_on_where_he_was() -> None:
    scene = Scene("-" * 5 + "ss" + "-" * 250, "mm-hm")
    talk = scene.play(TALKER, OVER, ASKS)
    assert heard(scene)[:2] == ["0123456789" * 2, "6789" + "0123456789"]
    assert all(said.cut_off is None for said in talk.play.exchange)
    assert talk.play.turns[0].beat == "asks"


def test_who_never_cuts_in_is_asked_in_the_end() -> None:
    scene = Scene("-" * 80 + "s" * 10 + "-" * 40, "I work nearby")
    talk = scene.play(TALKER, OVER, ASKS)
    assert "andyou" in heard(scene)
    assert [turn.beat for turn in talk.play.turns] == ["asks"]


def test_who_says_nothing_at_all_ends_the_play_without_a_word() -> None:
    scene = Scene("-" * 400)
    talk = scene.play(ASKS, patience=Patience(onset=5.0))
    (held,) = scene.held
    assert held.ended_by == "nothing"
    assert len(talk.play.turns) == 1
    assert held.clip.seconds < 7


def test_ten_minutes_of_talk_end_at_the_limit() -> None:
    scene = Scene("-" * 8 + "s" * 6200)
    scene.play(ASKS, patience=Patience(limit=600))
    assert scene.held[0].ended_by == "limit"


BUTTS_IN = Beat("in", "breaks_in", after=1.0, lines=lines("hellothere", voice="newcomer"))


def test_the_newcomer_breaks_in_on_the_users_own_sentence() -> None:
    scene = Scene("--" + "s" * 14 + "-" * 9 + "s" * 8 + "-" * 50, "would you like", "of course")
    talk = scene.play(BUTTS_IN)
    assert scene.lines[0] == (12, "hellothere")  # after a second of the user's speech
    (turn,) = talk.play.turns
    assert turn.start < 0.5
    (held,) = scene.held
    assert held.course.exchange[0].who == "newcomer"
    assert held.course.exchange[0].cut_off is None


def test_who_starts_anew_over_the_newcomer_stops_them() -> None:
    scene = Scene("--" + "s" * 10 + "-" * 5 + "s" * 20 + "-" * 50, "would you", "wait a second")
    talk = scene.play(replace(BUTTS_IN, lines=lines("hello" * 8)))
    assert talk.play.exchange[0].cut_off is not None


def test_a_silent_user_is_broken_in_on_all_the_same() -> None:
    scene = Scene("-" * 300)
    scene.play(BUTTS_IN, patience=Patience(onset=3.0))
    assert heard(scene)[0] == "hellothere"


def test_speech_after_the_endpoint_and_before_the_answer_belongs_to_the_turn() -> None:
    scene = Scene("-" * 7 + "sss" + "-" * 10 + "sss" + "-" * 40, "first part", "second part")
    scene.is_settled = True
    scene.play(ASKS)
    assert len(scene.held) >= 1
    assert scene.held[-1].course.turns[-1].end > 3


def test_who_goes_on_while_the_coach_speaks_takes_the_floor_back() -> None:
    script = "-" * 7 + "sss" + "-" * 14 + "s" * 12 + "-" * 50
    scene = Scene(script, "first part", "oh and here is my card")
    talk = scene.play(ASKS)
    first, second = scene.held
    assert scene.answers[0].is_cancelled
    assert not scene.answers[1].is_cancelled
    assert second.clip.seconds > first.clip.seconds
    assert second.course.turns[-1].end > first.course.turns[-1].end
    assert [said.who for said in second.course.exchange] == ["partner", "coach"]
    assert talk.spoken == ""
    assert len(scene.tape.kept) / 10 == second.clip.seconds  # the coach's second answer is aside


def test_a_command_over_the_coachs_answer_is_none_of_the_take() -> None:
    script = "-" * 7 + "sss" + "-" * 14 + "s" * 10 + "-" * 50
    scene = Scene(script, "first part", "again")
    talk = scene.play(ASKS)
    assert talk.spoken == "again"
    assert len(scene.tape.kept) / 10 == scene.held[0].clip.seconds


def test_the_key_ends_the_partners_lines_then_the_turn_then_the_answer() -> None:
    scene = Scene("-" * 3 + "-" * 4 + "s" * 30 + "-" * 30, "and so on")
    scene.pressed_at = {2, 20, 24}
    talk = scene.play(TALKER, OVER, ASKS)
    assert scene.opened[0] == 2
    assert talk.play.exchange[0].cut_off == 0.2


def test_the_sound_may_end_before_the_play() -> None:
    scene = Scene("-" * 8 + "sss", "hello")
    talk = scene.play(ASKS)
    assert scene.held == []
    assert talk.spoken == ""


def test_a_long_nod_that_took_the_floor_gives_it_back() -> None:
    scene = Scene("-" * 5 + "s" * 12 + "-" * 250, "oh yes really")
    talk = scene.play(TALKER, OVER, ASKS)
    assert heard(scene)[:3] == ["0123456789" * 2, "6789" + "0123456789", "abcdefghij" * 2]
    assert all(said.cut_off is None for said in talk.play.exchange)
