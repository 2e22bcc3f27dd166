"""The coach's answer: its opening at once, the rest as it is made, the better take afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from repete.answering import Answering
from repete.errors import RecognizerError
from repete.feedback import sentences
from repete.model import Clip, Feedback, Language, Note, Take
from repete.transcribe.decoder import Wanted
from repete.voices import Role
from repete.voices.ahead import Ahead
from tests.conftest import silence

NOTES = (Note("praise", "pivot", "You found the bridge."), Note("fix", "timing", "Say less."))
TAKE = Take(
    "pitch", "network", "en", None, None,
    feedback=Feedback("You found the bridge. Say less. Again?", NOTES),
)  # fmt: skip


class Voice:
    """Says anything in no time, and remembers what."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, language: Language, role: Role = "coach") -> Clip:
        self.said.append(text)
        return silence(0.1)


def answering(
    opening: str = "",
    judge: Callable[[], Take] = lambda: TAKE,
    improve: Callable[[Take, Wanted], Take] = lambda take, is_wanted: take,
) -> Answering:
    return Answering(opening, judge, improve, Ahead(Voice(), "en"))


def texts(answer: Answering) -> list[str]:
    return [line.text for line in answer.rest()]


def test_the_sentences_are_the_notes_and_what_is_around_them() -> None:
    assert TAKE.feedback is not None
    assert sentences(TAKE.feedback) == ("You found the bridge.", "Say less.", "Again?")
    assert sentences(Feedback("I heard no words.")) == ("I heard no words.",)


def test_the_opening_is_heard_while_the_take_is_being_judged() -> None:
    may_judge = threading.Event()

    def judge() -> Take:
        may_judge.wait(10)
        return TAKE

    answer = answering("About 9 seconds.", judge)
    heard: list[str] = []
    while not heard:
        heard += [line.text for line in answer.ready()]
    assert heard == ["About 9 seconds."]
    assert not answer.is_complete
    may_judge.set()
    assert texts(answer) == ["You found the bridge.", "Say less.", "Again?"]
    assert answer.is_complete


def test_what_was_said_is_in_the_take() -> None:
    take = answering("About 9 seconds.").result()
    assert take.feedback is not None
    assert take.feedback.spoken.startswith("About 9 seconds. You found")


def test_the_take_is_kept_at_its_best() -> None:
    answer = answering(improve=lambda take, is_wanted: replace(take, missed=("pivot",)))
    assert answer.result().missed == ("pivot",)


def test_an_answer_that_was_cancelled_is_not_improved() -> None:
    may_judge = threading.Event()

    def judge() -> Take:
        may_judge.wait(10)
        return TAKE

    answer = answering(
        judge=judge, improve=lambda take, is_wanted: replace(take, missed=("pivot",))
    )
    answer.cancel()
    may_judge.set()
    assert answer.result().missed == ()


def test_a_take_is_not_made_better_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repete.answering.GRACE", 0.05)
    looks: list[bool] = []

    def improve(take: Take, is_wanted: Wanted) -> Take:
        while is_wanted():
            looks.append(True)
            time.sleep(0.005)
        return replace(take, missed=("pivot",))

    answer = answering(improve=improve)
    time.sleep(0.1)
    assert looks  # the answer is still being heard
    assert answer.result().missed == ("pivot",)


def test_a_failure_ends_the_answer_and_is_raised_where_the_take_is_asked_for() -> None:
    def judge() -> Take:
        raise RecognizerError("The model is gone.")

    answer = answering("About 9 seconds.", judge)
    assert texts(answer)[:1] == ["About 9 seconds."]
    assert answer.is_complete
    with pytest.raises(RecognizerError, match="gone"):
        answer.result()


def test_a_text_is_rendered_once() -> None:
    voice = Voice()
    ahead = Ahead(voice, "en")
    assert not ahead.is_ready("Hello.")
    ahead.clip("Hello.")
    assert ahead.is_ready("Hello.")
    ahead.clip("Hello.")
    assert voice.said == ["Hello."]
