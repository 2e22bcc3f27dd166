"""A growing reply is cut in its pauses, read again as it grows, and never waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from repete.errors import RecognizerError
from repete.model import SAMPLE_RATE, Clip, Heard, Samples, Span, Word
from repete.transcribe.decoder import CAREFUL, Care
from repete.transcribe.live import BACKLOG, Live
from repete.transcribe.recognizer import Loading, Read, Recognizer
from repete.transcribe.rereading import TOGETHER
from repete.transcribe.stretches import GROWING, PAD, Cuts, Cutter, Stretch

TENTH = np.full(SAMPLE_RATE // 10, 0.1, np.float32)
"""A tenth of a second of sound: one letter of a string of speech ("a") and silence ("-")."""


CUTS = Cuts(silence=0.3, apart=1.5, longest=4.0, enough=2.0, breath=0.8, least=2.0)


def cut(said: str, cuts: Cuts = CUTS) -> list[tuple[float, float, bool]]:
    """The stretches of a string, without the edges of their sound; "." is weak speech."""
    cutter = Cutter(cuts)
    found = [cutter.process(0.1, at != "-", -60.0 if at in "-." else -20.0) for at in said]
    given = [one for one in (*found, cutter.close()) if one]
    return [
        (round(one.speech[0].start, 3), round(one.speech[-1].end, 3), one.is_more) for one in given
    ]


def test_silence_closes_a_stretch_and_a_stop_does_not() -> None:
    assert cut("aaa--aaa---") == [(0, 0.8, False)]


def test_a_stretch_grows_with_what_follows_it() -> None:
    assert cut("aaa---aaaa---") == [(0, 0.3, False), (0, 1.0, True)]


def test_a_long_silence_ends_it() -> None:
    assert cut("aaa" + "-" * 15 + "aaa---") == [(0, 0.3, False), (1.8, 2.1, False)]


def test_a_breath_ends_one_that_is_long_enough() -> None:
    said = "aaa" + "-" * 9 + "a" * 10 + "-" * 9 + "aaa---"
    assert cut(said) == [(0, 0.3, False), (0, 2.2, True), (3.1, 3.4, False)]


def test_one_without_a_pause_is_cut_where_it_is_weakest() -> None:
    said = "a" * 26 + "......." + "a" * 12
    assert cut(said)[0] == (0, 2.9, False)
    assert cut(said)[1] == (2.9, 4.5, False)


def test_a_pause_is_a_better_place_than_weak_speech() -> None:
    said = "a" * 22 + "--" + "aaaa" + "......." + "aaaaaa"
    start, end, _ = cut(said)[1]
    assert (start, end) == (2.4, 4.1)


def test_one_without_a_pause_is_cut_late_and_leaves_little() -> None:
    said = "a" * 20 + "......." + "aaa" + "......." + "a" * 8
    assert cut(said)[0] == (0, 2.3, False)
    assert cut(said, replace(CUTS, least=2.7))[0] == (0, 3.3, False)


def test_a_click_is_no_stretch() -> None:
    assert Cutter(GROWING).process(0.032, is_speech=True) is None
    cutter = Cutter(GROWING)
    given = [cutter.process(0.032, is_speech=at == 3) for at in range(30)]
    assert given == [None] * 30
    assert cutter.speech == ()


def test_what_is_open_is_given_at_the_end_and_once() -> None:
    cutter = Cutter(GROWING)
    for _ in range(5):
        assert cutter.process(0.1, is_speech=True) is None
    assert cutter.is_open
    stretch = cutter.close()
    assert stretch is not None
    assert stretch.sound == Span(0.0, 0.5)
    assert cutter.close() is None


def test_the_sound_of_a_stretch_holds_its_edges_but_nothing_twice() -> None:
    cutter = Cutter(CUTS)
    found = [cutter.process(0.1, is_speech=at == "a") for at in "-----aaaaa-----"]
    (stretch,) = [one for one in found if one]
    assert (stretch.sound.start, stretch.sound.end) == pytest.approx((0.5 - PAD, 1.0 + PAD))


class Reader:
    """A recognizer that reads a word for each second of sound, at the stretch's start."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.reads: list[float] = []
        self.widths: list[int] = []
        self.doubts = False
        self.in_full = 0
        self.meanwhile: list[Callable[[], None]] = []

    def read(
        self,
        sound: Samples,
        stretch: Stretch,
        language: str,
        is_wanted: Callable[[], bool],
        care: Care = Care(),  # noqa: B008
    ) -> Read | None:
        assert len(sound) == pytest.approx(stretch.sound.seconds * SAMPLE_RATE, abs=2)
        self.starts.append(round(stretch.sound.start, 1))
        self.reads.append(round(stretch.sound.end, 1))
        self.widths.append(care.width)
        # nobody who waits is kept waiting by a second look
        assert (care.tries == 0) == (care.width == CAREFUL)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if not is_wanted():
            return None
        words = self.words(stretch, "word" if care.width == 1 else "again")
        read = Read(words, is_doubtful=self.doubts)

        def verbatim(is_wanted: Callable[[], bool]) -> Read | None:
            if self.meanwhile:
                self.meanwhile.pop(0)()
            if not is_wanted():
                return None
            self.in_full += 1
            return read

        return replace(read, verbatim=verbatim)

    def reread(self, sound: Samples, stretch: Stretch, language: str) -> tuple[Word, ...]:
        assert len(sound)
        return self.words(stretch, "sure")

    @staticmethod
    def words(stretch: Stretch, text: str) -> tuple[Word, ...]:
        return tuple(Word(text, span.start, span.end) for span in stretch.speech)


class Desk:
    """A loading whose work is done when the test says so."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.jobs: list[tuple[Callable[[Recognizer], Any], Future[Any]]] = []
        self.is_idle = False
        self.fails: RecognizerError | None = None

    def submit(self, job: Callable[[Recognizer], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.append((job, future))
        if self.is_idle:
            self.work()
        return future

    def work(self) -> None:
        self.is_idle = True
        while self.jobs:
            job, future = self.jobs.pop(0)
            if self.fails:
                future.set_exception(self.fails)
            else:
                future.set_result(job(cast(Recognizer, self.reader)))


def live(said: str, desk: Desk) -> Live:
    """A reply that was spoken: a tenth of a second for each letter."""
    reply = Live(cast(Loading, desk), "en")
    for at in said:
        reply.process(TENTH, at == "a")
    return reply


def test_nothing_waits_for_the_reading() -> None:
    desk = Desk()
    reply = live("aaa---aaa---", desk)
    assert reply.words == ()
    assert not reply.is_settled
    desk.work()
    assert len(reply.words) == 2
    assert reply.is_settled


def test_a_reader_that_falls_behind_leaves_out_what_has_grown_since() -> None:
    desk = Desk()
    live("aaa---aaa---aaa---" + "-" * 15 + "aaa---", desk)
    desk.work()
    assert len(desk.reader.reads) == 2


def goes_on(reply: Live, desk: Desk, letters: str) -> Callable[[], None]:
    """The user goes on while something is read."""

    def speak() -> None:
        desk.is_idle = False  # one thread reads, and it is reading
        for letter in letters:
            reply.process(TENTH, letter == "a")

    return speak


def test_a_reading_ends_half_way_when_its_stretch_has_grown() -> None:
    desk = Desk()
    reply = live("aaa---" + "-" * 15 + "aaa---", desk)

    desk.reader.meanwhile = [lambda: None, goes_on(reply, desk, "aaa---")]
    desk.work()
    assert desk.reader.reads == [0.4, 2.5, 3.1]
    assert [word.start for word in reply.words] == pytest.approx([0.0, 2.1, 2.7])
    assert reply.is_settled


def test_a_reading_ends_half_way_when_more_is_being_said() -> None:
    desk = Desk()
    reply = live("aaa---" + "-" * 15 + "aaa---", desk)

    desk.reader.meanwhile = [lambda: None, goes_on(reply, desk, "a")]
    desk.work()
    assert [word.start for word in reply.words] == [0.0]
    assert not reply.is_settled
    reply.close()
    desk.work()
    assert [word.start for word in reply.words] == pytest.approx([0.0, 2.1, 2.7])
    assert reply.is_settled


def test_a_reading_is_finished_when_the_words_are_late() -> None:
    desk = Desk()
    reply = live("aaa---" + "-" * 15 + "aaa---", desk)

    desk.reader.meanwhile = [lambda: None, goes_on(reply, desk, "a" * 35)]
    desk.work()
    assert [word.start for word in reply.words] == pytest.approx([0.0, 2.1])


def test_filled_pauses_wait_for_what_is_said_meanwhile() -> None:
    desk = Desk()
    reply = live("aaa---" + "-" * 15 + "aaa---", desk)

    desk.reader.meanwhile = [lambda: None, lambda: None, goes_on(reply, desk, "aaa---")]
    desk.work()
    assert desk.reader.reads == [0.4, 2.5, 3.1]
    assert desk.reader.in_full == 0
    desk.work()
    reply.reread(FIFTY, reply.speech, lambda: True)
    assert desk.reader.in_full == 1


def test_a_reading_takes_the_place_of_the_one_before() -> None:
    desk = Desk()
    desk.work()
    reply = live("aaa---aaa---aaa---", desk)
    assert len(desk.reader.reads) == 3
    assert [word.start for word in reply.words] == [0.0, 0.6, 1.2]
    assert [span.start for span in reply.speech] == [0.0, 0.6, 1.2]


def test_words_stay_in_order_over_a_long_reply() -> None:
    desk = Desk()
    desk.work()
    reply = live(("aaaaaaa---" * 30 + "-" * 20) * 3 + "aaaa", desk)
    reply.close()
    starts = [word.start for word in reply.transcript().words]
    assert starts == sorted(starts)
    assert len(starts) == 91
    assert reply.is_settled


SENTENCE = "a" * 35 + "-" * 15

FIFTY = Clip(np.zeros(50 * SAMPLE_RATE, np.float32))


def texts(found: Heard) -> list[str]:
    return [word.text for word in found.transcript.words]


def test_what_was_said_is_read_again_in_each_lull() -> None:
    desk = Desk()
    desk.work()
    live(SENTENCE + SENTENCE, desk)
    assert desk.reader.reads == [3.6, 3.6, 8.6, 8.6]
    assert desk.reader.starts == [0.0, 0.0, 4.8, 0.0]
    assert desk.reader.widths == [1, CAREFUL, 1, CAREFUL]


def test_a_short_pause_is_no_lull() -> None:
    desk = Desk()
    desk.work()
    live("a" * 35 + "-" * 4 + "a", desk)
    assert desk.reader.widths == [1]


def test_as_much_as_is_read_together_is_read_again_once() -> None:
    desk = Desk()
    desk.work()
    live(SENTENCE * 10, desk)
    groups = [
        (start, end)
        for start, end, width in zip(
            desk.reader.starts, desk.reader.reads, desk.reader.widths, strict=True
        )
        if width == CAREFUL
    ]
    assert groups[:4] == [(0.0, 3.6), (0.0, 8.6), (0.0, 13.6), (14.8, 18.6)]
    assert all(end - start < TOGETHER for start, end in groups)
    assert len(groups) == 10


def test_the_words_are_those_that_were_read_again_within_patience() -> None:
    desk = Desk()
    reply = live(SENTENCE, desk)
    desk.work()
    reply.close()
    assert texts(reply.heard(reply.speech)) == ["again"]
    assert [word.text for word in reply.words] == ["word"]


def test_what_is_read_again_too_late_is_not_waited_for() -> None:
    desk = Desk()
    desk.work()
    reply = live("a" * 35 + "---", desk)
    desk.is_idle = False
    reply.close()
    reply.settle(0.01)
    assert texts(reply.heard(reply.speech)) == ["word"]
    desk.work()
    assert texts(reply.heard(reply.speech)) == ["word"]  # it was given up
    assert texts(reply.reread(FIFTY, reply.speech, lambda: True)) == ["again"]


def test_the_user_who_goes_on_is_read_again_in_the_next_lull() -> None:
    desk = Desk()
    desk.work()
    reply = live(SENTENCE, desk)
    reply.settle(0.0)
    for letter in SENTENCE:
        reply.process(TENTH, letter == "a")
    assert texts(reply.heard(reply.speech)) == ["again", "again"]


def test_reading_again_ends_when_the_user_goes_on() -> None:
    desk = Desk()
    reply = live(SENTENCE, desk)
    reply.close()
    desk.reader.meanwhile = [lambda: None, goes_on(reply, desk, "aaa---")]
    desk.work()
    assert texts(reply.heard(reply.speech)) == ["word", "word"]
    reply.close()
    desk.work()
    assert desk.reader.widths == [1, CAREFUL, 1, CAREFUL]
    assert texts(reply.heard(reply.speech)) == ["again", "again"]


def test_what_is_doubtful_even_then_stays_as_it_was_while_somebody_waits() -> None:
    desk = Desk()
    desk.work()
    desk.reader.doubts = True
    reply = live(SENTENCE * 10, desk)
    reply.close()
    assert texts(reply.heard(reply.speech)) == ["word"] * 10
    again = reply.reread(FIFTY, reply.speech, lambda: True)
    assert texts(again) == ["sure"] * 10


def test_what_was_not_read_again_is_read_in_the_whole_clip() -> None:
    desk = Desk()
    desk.work()
    reply = live("a" * 900, desk)
    reply.close()
    assert set(texts(reply.heard(reply.speech))) == {"word", "again"}
    clip = Clip(np.zeros(90 * SAMPLE_RATE, np.float32))
    assert reply.reread(clip, reply.speech, lambda: False) == reply.heard(reply.speech)
    assert set(texts(reply.reread(clip, reply.speech, lambda: True))) == {"again"}


def test_who_talks_for_long_is_read_again_at_the_end_alone() -> None:
    desk = Desk()
    desk.work()
    reply = live(SENTENCE * 65, desk)
    reply.close()
    words = texts(reply.heard(reply.speech))
    assert set(words[:55]) == {"again"}
    assert set(words[-4:]) == {"word"}


def test_an_error_of_the_reader_is_raised_where_the_words_are_asked_for() -> None:
    desk = Desk()
    desk.fails = RecognizerError("no model")
    desk.work()
    reply = live("aaa---", desk)
    with pytest.raises(RecognizerError, match="no model"):
        reply.transcript()


def test_a_reply_without_speech_has_no_words() -> None:
    reply = live("----------", Desk())
    reply.close()
    assert reply.transcript().is_empty
    assert reply.is_settled


def test_the_sound_of_what_was_read_is_forgotten() -> None:
    desk = Desk()
    desk.work()
    reply = live(("aaaaaaa---" * 30 + "-" * 20) * 3, desk)
    assert reply._tape.seconds < BACKLOG + 1
    live_on = live("a" * 1200, desk)
    assert live_on._tape.seconds < BACKLOG + 1


def test_work_is_done_by_the_thread_that_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []

    class Fake:
        def __init__(self, folder: object) -> None:
            loaded.append(threading.get_ident())

    monkeypatch.setattr("repete.transcribe.recognizer.Recognizer", Fake)
    monkeypatch.setattr("repete.transcribe.weights.find", lambda model, say: None)
    loading = Loading("base")
    assert loading.submit(lambda recognizer: threading.get_ident()).result(10) == loaded[0]


def test_what_cannot_be_loaded_is_told_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(model: str, say: object) -> None:
        raise RecognizerError("no such model")

    monkeypatch.setattr("repete.transcribe.weights.find", fail)
    with pytest.raises(RecognizerError, match="no such model"):
        Loading("base").submit(lambda recognizer: None).result(10)
