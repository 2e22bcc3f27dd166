"""Live: a reply is read while it is spoken, stretch by stretch: little is left at its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from repete.analysis.condition import level
from repete.model import SAMPLE_RATE, Clip, Heard, Language, Samples, Span, Transcript, Word
from repete.transcribe.decoder import CAREFUL, Wanted
from repete.transcribe.recognizer import (
    Loading,
    Read,
    Recognizer,
    finished,
    heard,
)
from repete.transcribe.stretches import LIVE, WHOLE, Cutter, Stretch

LAST = 0.3
"""Seconds before the end of the speech within which what ends there is the last thing said: voice
activity ends some 50 ms late, a filled pause where the lips close."""

FRESH = 3.0
"""Seconds that the words may be behind while the user speaks on: until then a reading is given up
half-way, so that it does not hold up the next one, which may be the last."""


@dataclass(frozen=True)
class _Unread:
    """A stretch that waits to be read, and its sound."""

    stretch: Stretch
    sound: Samples


@dataclass(frozen=True)
class _Part:
    """A stretch, and what was read in it."""

    stretch: Stretch
    read: Read


class Live:
    """Reads one reply while it grows. Blocks go in from the loop of the microphone.

    Reading is done by the one thread that `loading` keeps. A reader that falls behind leaves out
    what is no longer the latest, and so catches up.
    """

    def __init__(self, loading: Loading, language: Language) -> None:
        self._loading = loading
        self._language = language
        self._cutter = Cutter(LIVE[language])
        self._tape = _Tape()
        self._waiting: deque[_Unread] = deque()
        self._pending: list[Future[None]] = []
        self._parts: list[_Part] = []
        self._words: tuple[Word, ...] = ()

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
        self._tape.forget(self._cutter.start)

    def close(self) -> None:
        """The reply has ended: what is open is read as it stands."""
        self._queue(self._cutter.close())

    def heard(self, speech: Sequence[Span]) -> Heard:
        """What was said, once everything that was given to the reader is read.

        `speech` are the stretches of speech as far as the sound of the whole clip tells them.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        for future in self._pending:
            finished(future)
        return heard([part.read for part in self._parts], speech)

    def transcript(self) -> Transcript:
        """The words alone, once everything that was given to the reader is read.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        return self.heard(self.speech).transcript

    def reread(self, clip: Clip, speech: Sequence[Span], is_wanted: Wanted) -> Heard:
        """What was said, read again in the clip while that is wanted: what `heard` tells, better.

        As much as fits a window is read at once, since words are heard better among others, and
        `CAREFUL` hypotheses are followed; what is doubtful then is read the long way. What is not
        reached stays as it was.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        reads: list[Read] = []
        for parts in _together(self._parts):
            again = partial(self._read_again, clip, _joined(parts), is_wanted)
            found = finished(self._loading.submit(again)) if is_wanted() else None
            reads += [found] if found else [part.read for part in parts]
        return heard(reads, speech)

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
        self._keep([*before, _Part(part.stretch, found)])

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

    def _read_again(
        self, clip: Clip, stretch: Stretch, is_wanted: Wanted, recognizer: Recognizer
    ) -> Read | None:
        sound = clip.cut(stretch.sound).samples
        found = recognizer.read(sound, stretch, self._language, is_wanted, CAREFUL)
        if found is None or not found.is_doubtful:
            return found and found.in_full(is_wanted)
        words = recognizer.reread(sound, stretch, self._language)
        return replace(found, words=words, is_doubtful=False, verbatim=None)

    def _keep(self, parts: list[_Part]) -> None:
        self._parts = parts
        self._words = tuple(word for part in parts for word in part.read.words)


def _in_full(part: _Part, is_wanted: Wanted) -> _Part:
    return replace(part, read=part.read.in_full(is_wanted)) if is_wanted() else part


def _together(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """The parts in groups, each as long as one window of the decoder holds."""
    group: list[_Part] = []
    for part in parts:
        if group and part.stretch.sound.end - group[0].stretch.sound.start > WHOLE.longest:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _joined(parts: Sequence[_Part]) -> Stretch:
    """The stretch that all of the parts make."""
    speech = tuple(span for part in parts for span in part.stretch.speech)
    return Stretch(speech, Span(parts[0].stretch.sound.start, parts[-1].stretch.sound.end))


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

    def forget(self, before: float) -> None:
        """Let go of what lies before that second of the clip."""
        while self._blocks and self._start + len(self._blocks[0]) <= before * SAMPLE_RATE:
            self._start += len(self._blocks.popleft())
