"""Live: a reply is read while it is spoken, stretch by stretch: little is left at its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from repete.analysis.condition import level
from repete.model import SAMPLE_RATE, Clip, Heard, Language, Samples, Span, Transcript, Word
from repete.transcribe.decoder import Wanted
from repete.transcribe.recognizer import Loading, Recognizer, finished, heard
from repete.transcribe.rereading import Part, Rereading
from repete.transcribe.stretches import LIVE, Cutter, Stretch

LAST = 0.3
"""Seconds before the end of the speech within which what ends there is the last thing said: voice
activity ends some 50 ms late, a filled pause where the lips close."""

FRESH = 3.0
"""Seconds that the words may be behind while the user speaks on: until then a reading is given up
half-way, so that it does not hold up the next one, which may be the last."""

LULL = 0.5
"""Seconds of silence after which what was said is read again: the reply may have ended, and who
goes on says more than what that takes."""

BACKLOG = 30.0
"""Seconds of sound that are kept for reading again while the user speaks without a lull."""

LONG, LONGEST = 60.0, 300.0
"""Seconds from which a take is not looked at as a whole while a part of it is read again, for both
at once take 30 MB more; and from which nothing is read again before the end, for who talks over the
coach is looked at and listened to at once."""


@dataclass(frozen=True)
class _Unread:
    """A stretch that waits to be read, and its sound."""

    stretch: Stretch
    sound: Samples


class Live:
    """Reads one reply while it grows. Blocks go in from the loop of the microphone.

    Reading is done by the one thread that `loading` keeps. A reader that falls behind leaves out
    what is no longer the latest, and so catches up. In each lull what was said is read again, with
    more care.
    """

    def __init__(self, loading: Loading, language: Language) -> None:
        self._loading = loading
        self._language = language
        self._cutter = Cutter(LIVE[language])
        self._tape = _Tape()
        self._waiting: deque[_Unread] = deque()
        self._pending: list[Future[None]] = []
        self._parts: list[Part] = []
        self._words: tuple[Word, ...] = ()
        self._again = Rereading(language)
        self._rereading: Future[None] | None = None
        self._from = 0.0  # second of the clip from which on there is something to read again
        self._silence = 0.0
        self._is_due = False

    @property
    def words(self) -> tuple[Word, ...]:
        """The words read so far, in order, at their times in the clip.

        The last few may be read otherwise once more is said.
        """
        return self._words

    @property
    def speech(self) -> tuple[Span, ...]:
        """The stretches of speech so far, by voice activity."""
        return self._cutter.speech

    @property
    def seconds(self) -> float:
        """How long the clip is by now."""
        return self._cutter.seconds

    @property
    def hesitates(self) -> bool:
        """Whether the sound tells that the last thing said was a filled pause; the words that come
        first leave them out."""
        filled = self._parts[-1].read.filled_pauses if self._parts else ()
        return bool(filled) and filled[-1].end >= self.speech[-1].end - LAST

    @property
    def is_settled(self) -> bool:
        """Whether everything that was said is read."""
        return not self._cutter.is_open and all(future.done() for future in self._pending)

    def process(self, block: Samples, is_speech: bool) -> None:
        """Take the next block of the clip; never waits for the reading."""
        self._tape.add(block)
        self._queue(self._cutter.process(len(block) / SAMPLE_RATE, is_speech, level(block)))
        self._listen_for_lull(len(block) / SAMPLE_RATE, is_speech)
        self._tape.forget(max(min(self._cutter.start, self._from), self.seconds - BACKLOG))

    def close(self) -> None:
        """The reply has ended: what is open is read as it stands, then all of it again."""
        self._queue(self._cutter.close())
        if self._rereading is None:
            self._read_again()

    def settle(self, patience: float) -> None:
        """Let what was said be read, and then read again for so many seconds.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        self._finish()
        if self._rereading:
            wait([self._rereading], patience)
            self._is_due = True
            if self.seconds > LONG:
                wait([self._rereading])

    def heard(self, speech: Sequence[Span]) -> Heard:
        """What was said, as it was read last, once everything that was given to the reader is read.

        `speech` are the stretches of speech as far as the sound of the whole clip tells them.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        self._finish()
        return heard(self._again.best(self._parts), speech)

    def transcript(self) -> Transcript:
        """The words alone, once everything that was given to the reader is read.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        return self.heard(self.speech).transcript

    def reread(self, clip: Clip, speech: Sequence[Span], is_wanted: Wanted) -> Heard:
        """What was said, read again in the clip while that is wanted: what `heard` tells, better.

        What is doubtful even then is read the long way; what is not reached stays as it was.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """

        def patiently(recognizer: Recognizer) -> None:
            self._again.read_fully(recognizer, self._parts, cut, is_wanted)

        def cut(span: Span) -> Samples:
            return clip.cut(span).samples

        finished(self._loading.submit(patiently))
        return heard(self._again.best(self._parts), speech)

    def _finish(self) -> None:
        """Wait until everything that was given to the reader is read."""
        for future in self._pending:
            finished(future)

    def _listen_for_lull(self, seconds: float, is_speech: bool) -> None:
        if is_speech:
            self._silence, self._rereading = 0.0, None
            return
        self._silence += seconds
        is_lull = self._silence >= LULL and bool(self._parts) and self.is_settled
        if is_lull and self._rereading is None:
            self._read_again()

    def _read_again(self) -> None:
        """Have what was said read again, until the user goes on or the words are due."""
        if self.seconds > LONGEST:
            return
        tape, self._is_due = self._tape.copy(), False

        def in_silence(recognizer: Recognizer) -> None:
            self._again.read(recognizer, self._parts, tape.find, self._is_quiet)
            self._keep(self._parts)

        self._rereading = self._loading.submit(in_silence)

    def _is_quiet(self) -> bool:
        """Whether nothing is being said that will have to be read, and nobody waits."""
        return self._is_free() and not self._cutter.is_open and not self._is_due

    def _queue(self, stretch: Stretch | None) -> None:
        if stretch:
            self._waiting.append(_Unread(stretch, self._tape.cut(stretch.sound)))
            open_ends = (future for future in self._pending if not _is_well(future))
            self._pending = [*open_ends, self._loading.submit(self._read_next)]
            if not stretch.is_more:
                self._loading.submit(self._read_in_full)

    def _read_next(self, recognizer: Recognizer) -> None:
        """Read what has waited longest; it may have been left out for what came after it."""
        if not self._waiting:
            return
        part = self._latest()
        found = recognizer.read(
            part.sound, part.stretch, self._language, partial(self._is_wanted, part.stretch)
        )
        if found is None:
            self._waiting.appendleft(part)  # the next job reads it with what has grown since
            return
        before = self._parts[:-1] if part.stretch.is_more else self._parts
        self._keep([*before, Part(part.stretch, found)])

    def _is_wanted(self, stretch: Stretch) -> bool:
        """Whether a stretch that is being read is all there is of it, or the words are late."""
        if self._waiting:
            return not self._waiting[0].stretch.is_more
        read = self._parts[-1].stretch.sound.end if self._parts else 0.0
        behind = self.seconds - max(read, stretch.sound.start)
        return not self._cutter.is_growing or behind > FRESH

    def _read_in_full(self, recognizer: Recognizer) -> None:
        """Read what will not grow any more with its filled pauses, while nobody waits."""
        last = self._parts[-1:]
        self._keep([*(_in_full(part, self._is_free) for part in self._parts[:-1]), *last])

    def _is_free(self) -> bool:
        """Whether nothing waits to be read."""
        return not self._waiting

    def _latest(self) -> _Unread:
        """The next to read: the last of those that stand for the same stretch."""
        part = self._waiting.popleft()
        is_more = part.stretch.is_more
        while self._waiting and self._waiting[0].stretch.is_more:
            part = self._waiting.popleft()
        return replace(part, stretch=replace(part.stretch, is_more=is_more))

    def _keep(self, parts: list[Part]) -> None:
        self._parts = parts
        self._from = self._again.start(parts)
        self._words = tuple(word for part in parts for word in part.read.words)


def _in_full(part: Part, is_wanted: Wanted) -> Part:
    return replace(part, read=part.read.in_full(is_wanted)) if is_wanted() else part


def _is_well(future: Future[None]) -> bool:
    return future.done() and future.exception() is None


class _Tape:
    """The last of the clip: all that may still have to be read."""

    def __init__(self) -> None:
        self._blocks: deque[Samples] = deque()
        self._start = 0  # sample of the clip at which the blocks begin

    @property
    def seconds(self) -> float:
        """How much sound is kept."""
        return sum(map(len, self._blocks)) / SAMPLE_RATE

    def add(self, block: Samples) -> None:
        """Take the next block of the clip."""
        self._blocks.append(block)

    def cut(self, span: Span) -> Samples:
        """The part of the clip that lies in the span."""
        first, last = (round(at * SAMPLE_RATE) - self._start for at in (span.start, span.end))
        return np.concatenate(self._blocks)[max(0, first) : last]

    def find(self, span: Span) -> Samples | None:
        """The same; None where it is forgotten."""
        return self.cut(span) if round(span.start * SAMPLE_RATE) >= self._start else None

    def copy(self) -> _Tape:
        """The same sound, which does not change any more."""
        tape = _Tape()
        tape._start = self._start
        if self._blocks:
            tape.add(np.concatenate(self._blocks))
        return tape

    def forget(self, before: float) -> None:
        """Let go of what lies before that second of the clip."""
        while self._blocks and self._start + len(self._blocks[0]) <= before * SAMPLE_RATE:
            self._start += len(self._blocks.popleft())
