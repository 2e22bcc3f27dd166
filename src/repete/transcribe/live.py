"""Live: a reply is read while it is spoken, stretch by stretch: little is left at its end."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from repete.analysis.condition import level
from repete.model import SAMPLE_RATE, Language, Samples, Span, Transcript, Word
from repete.transcribe.recognizer import Loading, Recognizer, finished, transcript_of
from repete.transcribe.stretches import ONE_BY_ONE, PAD, Cutter, Stretch

_NOTHING: Samples = np.zeros(0, np.float32)


@dataclass(frozen=True)
class _Piece:
    """A stretch with its sound, and its words once it is read.

    The sound of what is read for good is forgotten.
    """

    stretch: Stretch
    sound: Samples
    words: tuple[Word, ...] = ()
    is_doubtful: bool = False

    def __add__(self, other: _Piece) -> _Piece:
        """This piece and a later one, with silence of the right length between them."""
        gap = round((other.stretch.sound.start - self.stretch.sound.end) * SAMPLE_RATE)
        silence = np.zeros(max(0, gap), np.float32)
        sound = np.concatenate([self.sound, silence, other.sound])
        return _Piece(self.stretch + other.stretch, sound)


class Live:
    """Reads one reply while it grows. Blocks go in from the loop of the microphone.

    Reading is done by the one thread that `loading` keeps. A reader that falls behind reads
    stretches that wait together, as many as are still read at the least cost, and catches up.
    """

    def __init__(self, loading: Loading, language: Language) -> None:
        self._loading = loading
        self._language = language
        self._cutter = Cutter()
        self._sound = _Sound()
        self._waiting: deque[_Piece] = deque()
        self._pending: list[Future[None]] = []
        self._read: list[_Piece] = []
        self._words: tuple[Word, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """The words read so far, in order, at their times in the clip."""
        return self._words

    @property
    def speech(self) -> tuple[Span, ...]:
        """The stretches of speech of everything that is closed so far, by voice activity."""
        return self._cutter.speech

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open and everything that is closed was read."""
        is_read = all(future.done() for future in self._pending)
        return is_read and self._cutter.open_since is None

    def process(self, block: Samples, is_speech: bool) -> None:
        """Take the next block of the clip; never waits for the reading."""
        self._sound.add(block)
        self._queue(self._cutter.process(len(block) / SAMPLE_RATE, is_speech, level(block)))
        since = self._cutter.open_since
        self._sound.forget(self._cutter.seconds - PAD if since is None else since)

    def close(self) -> None:
        """The reply has ended: what is open is read as it stands."""
        self._queue(self._cutter.close())

    def transcript(self) -> Transcript:
        """What was said, once everything that is closed is read.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        for future in self._pending:
            finished(future)
        return transcript_of(self._words)

    def reread(self) -> Transcript:
        """The transcript, the doubtful stretches read again with all care: takes seconds.

        Raises:
            RecognizerError: the recognizer could not be found or loaded.
        """
        self.transcript()
        finished(self._loading.submit(self._read_doubtful))
        return transcript_of(self._words)

    def _queue(self, stretch: Stretch | None) -> None:
        if stretch:
            self._waiting.append(_Piece(stretch, self._sound.cut(stretch.sound)))
            self._pending = [*self._pending, self._loading.submit(self._read_waiting)]

    def _read_waiting(self, recognizer: Recognizer) -> None:
        """Read the stretch that has waited longest, and those after it that go with it."""
        if not self._waiting:
            return  # it was read with the one before
        piece = self._waiting.popleft()
        while (
            self._waiting and (piece + self._waiting[0]).stretch.sound.seconds <= ONE_BY_ONE.longest
        ):
            piece += self._waiting.popleft()
        found = recognizer.read(piece.sound, piece.stretch, self._language)
        sound = piece.sound if found.is_doubtful else _NOTHING
        self._read.append(_Piece(piece.stretch, sound, found.words, found.is_doubtful))
        self._words += found.words

    def _read_doubtful(self, recognizer: Recognizer) -> None:
        for at, piece in enumerate(self._read):
            if piece.is_doubtful:
                words = recognizer.reread(piece.sound, piece.stretch, self._language)
                self._read[at] = _Piece(piece.stretch, _NOTHING, words)
        self._words = tuple(word for piece in self._read for word in piece.words)


class _Sound:
    """The last of the clip: all that may still have to be read."""

    def __init__(self) -> None:
        self._blocks: deque[Samples] = deque()
        self._start = 0  # sample of the clip at which the blocks begin

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
