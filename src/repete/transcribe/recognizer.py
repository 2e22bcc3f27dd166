"""The recognizer: one warm model that turns a clip into words with times."""

from __future__ import annotations

import atexit
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from repete.analysis import edges
from repete.analysis.condition import level, without_rumble
from repete.analysis.delivery.breaths import without_breaths
from repete.analysis.delivery.fillers import parted
from repete.analysis.delivery.sounded import filled_pauses, without_denied
from repete.analysis.frames import levels, powers
from repete.errors import RecognizerError
from repete.model import (
    SAMPLE_RATE,
    Clip,
    Heard,
    Hum,
    Language,
    Samples,
    Span,
    Transcript,
    Word,
    text_of,
)
from repete.transcribe import verbatim, weights
from repete.transcribe.alignment import Encoded, align, silences
from repete.transcribe.binding import bind
from repete.transcribe.decoder import CAREFUL, THOROUGH, Care, Decoder, Reading, Wanted
from repete.transcribe.stretches import WHOLE, Cutter, Stretch
from repete.voice_activity import BLOCK, speech_in

Progress = Callable[[float], None]
Result = TypeVar("Result")

WIDTH: dict[Language, int] = {"en": 1, "fr": CAREFUL}
"""Hypotheses to follow in a recording. In French 52 words of 363 are misread with five and 65 with
one, for a fifth more work; in English 60 of 652, and 56."""

_GLANCE = 0.2
"""Seconds between two looks at whether something is done."""

_FAREWELL = 10.0
"""Seconds that the end of the program waits for a model that is still loading, or reading."""


@dataclass(frozen=True)
class Read:
    """What was read in a stretch, at its times in the clip.

    The words, the filled pauses that the sound tells, and where surely nobody speaks;
    `is_doubtful` when it should be read again. `verbatim` gives the same with the filled pauses
    that the words leave out; None where they are in.
    """

    words: tuple[Word, ...]
    filled_pauses: tuple[Hum, ...] = ()
    silences: tuple[Span, ...] = ()
    is_doubtful: bool = False
    verbatim: Callable[[Wanted], Read | None] | None = None

    def in_full(self, is_wanted: Wanted = lambda: True) -> Read:
        """What was read, with all filled pauses; as it is, when half-way that is not wanted."""
        return (self.verbatim(is_wanted) if self.verbatim else None) or self


class Recognizer:
    """A loaded model. A verbatim one hears the filled pauses too, for a little more work.

    Raises:
        RecognizerError: the model's folder cannot be loaded.
    """

    def __init__(self, folder: Path, *, is_verbatim: bool = True) -> None:
        self._decoder = Decoder(folder, is_verbatim=is_verbatim)

    def transcribe(
        self,
        clip: Clip,
        language: Language,
        speech: Sequence[Span] | None = None,
        progress: Progress = lambda share: None,
    ) -> Transcript:
        """What was said in the clip; an empty transcript when there is no speech in it."""
        return self.hear(clip, language, speech, progress).transcript

    def hear(
        self,
        clip: Clip,
        language: Language,
        speech: Sequence[Span] | None = None,
        progress: Progress = lambda share: None,
    ) -> Heard:
        """What was said in the clip, and when.

        Only the stretches of `speech` are read (found by voice activity when not given), so that
        nothing is invented in silence. Which of it is speech is then known better.
        """
        spans = tuple(speech_in(clip) if speech is None else speech)
        reads: list[Read] = []
        for part in parts(clip, spans):
            sound = clip.cut(part.sound).samples
            read = self.read(sound, part, language, care=replace(THOROUGH, width=WIDTH[language]))
            assert read  # nobody stops wanting it
            reads.append(read.in_full())
            progress(part.sound.end / clip.seconds)
        return heard(reads, spans)

    def read(
        self,
        sound: Samples,
        stretch: Stretch,
        language: Language,
        is_wanted: Wanted = lambda: True,
        care: Care = Care(),  # noqa: B008 - frozen
    ) -> Read | None:
        """What a stretch holds, from its sound; its words leave filled pauses out at first.

        None when half-way it was no longer wanted.
        """
        sound = without_rumble(sound)
        found = self._decoder.read(sound, language, is_wanted, care)
        if found is None:
            return None
        words = _placed(found.words, stretch)
        read = _timed(words, found, sound, stretch, language)
        prime = found.primed
        if prime is None:
            return read

        def in_full(is_wanted: Wanted) -> Read | None:
            heard = prime(is_wanted)
            if heard is None:
                return None
            if not (primed := _placed(heard, stretch)):
                return replace(read, verbatim=None)
            merged = verbatim.merged(words, primed, language)
            return _timed(merged, found, sound, stretch, language)

        return replace(read, verbatim=in_full)

    def fits(self, sound: Samples, language: Language, texts: Sequence[str]) -> tuple[float, ...]:
        """How well each text fits a sound of a few seconds: the average log-probability of its
        pieces, 0 at most."""
        return self._decoder.fits(without_rumble(sound), language, texts)

    def reread(self, sound: Samples, stretch: Stretch, language: Language) -> tuple[Word, ...]:
        """The words of a stretch again, with all care, which takes several times as long."""
        sound = without_rumble(sound)
        return _placed(self._decoder.read_fully(sound, language), stretch)


def heard(reads: Sequence[Read], speech: Sequence[Span]) -> Heard:
    """What was read, stretch after stretch, and where there is speech when that is known."""
    words = tuple(word for read in reads for word in read.words)
    filled = tuple(span for read in reads for span in read.filled_pauses)
    silent = [span for read in reads for span in read.silences]
    return Heard(Transcript(text_of(words), words, filled), edges.spoken(speech, words, silent))


def _quiet(sound: Samples, stretch: Stretch) -> tuple[Span, ...]:
    """Where a stretch is too quiet for speech, in seconds of the clip."""
    start = stretch.sound.start
    speech = [Span(span.start - start, span.end - start) for span in stretch.speech]
    return tuple(
        Span(round(span.start + start, 3), round(span.end + start, 3))
        for span in edges.silences(levels(powers(sound, edges.HOP)), speech)
    )


def _timed(
    words: tuple[Word, ...],
    found: Reading,
    sound: Samples,
    stretch: Stretch,
    language: Language,
) -> Read:
    """The words at the times of their sounds, and what else the encoder tells."""
    if found.encoded is None:
        return Read(words, is_doubtful=found.is_doubtful)
    start, quiet = stretch.sound.start, _quiet(sound, stretch)
    encoded = Encoded(found.encoded, start)
    laid = tuple(
        edges.without_silences(word, quiet)
        for word in align(words, stretch.speech, encoded, language)
    )
    placed = without_denied(laid, found.encoded, start, language)
    sounded = filled_pauses(found.encoded, start, placed, stretch.speech)
    filled = without_breaths(sounded, sound, start)
    apart = parted(placed, filled, language)
    silent = sorted((*silences(encoded), *quiet), key=lambda span: span.start)
    return Read(apart, filled, tuple(silent), found.is_doubtful)


def parts(clip: Clip, speech: Sequence[Span]) -> Iterator[Stretch]:
    """The clip in parts that are read at the least cost, cut in its pauses where there are any."""
    cutter = Cutter(WHOLE)
    for block, is_speech in zip(_blocks(clip), _mask(clip, speech), strict=True):
        yield from _true_to(
            speech, cutter.process(len(block) / SAMPLE_RATE, is_speech, level(block))
        )
    yield from _true_to(speech, cutter.close())


def _blocks(clip: Clip) -> Iterator[Samples]:
    for part in clip.parts():
        yield from (part[at : at + BLOCK] for at in range(0, len(part), BLOCK))


def _mask(clip: Clip, speech: Sequence[Span]) -> list[bool]:
    """Which blocks of the clip hold speech."""
    step = BLOCK / SAMPLE_RATE
    mask = np.zeros(math.ceil(len(clip.row) / BLOCK), bool)
    for span in speech:
        mask[math.floor(span.start / step) : math.ceil(span.end / step)] = True
    return mask.tolist()


def _true_to(speech: Sequence[Span], stretch: Stretch | None) -> Iterator[Stretch]:
    """The stretch with the spans of speech as they were given, not by blocks."""
    if stretch:
        inside = tuple(span for span in speech if span.overlap(stretch.sound))
        yield replace(stretch, speech=inside)


def _placed(words: Sequence[Word], stretch: Stretch) -> tuple[Word, ...]:
    """The words at their times in the clip."""
    start = stretch.sound.start
    later = [replace(word, start=word.start + start, end=word.end + start) for word in words]
    return bind(later, stretch.speech)


class Loading:
    """A recognizer that loads in the background; `ready()` waits for it.

    The thread that loaded the model stays, and does what is submitted: when it ends, the model's
    own threads are torn down and every later transcription takes five times as long. A program
    that ends earlier waits for it, since a library that is cut off while it loads or reads brings
    the whole process down.
    """

    def __init__(self, model: str, say: weights.Say = lambda text: None) -> None:
        self._loaded: Recognizer | None = None
        self._failed: RecognizerError | None = None
        self._is_over = threading.Event()
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._is_idle = threading.Event()
        self._is_leaving = False
        atexit.register(self._leave)
        threading.Thread(target=self._work, args=(model, say), daemon=True).start()

    def ready(self) -> Recognizer:
        """The recognizer.

        Raises:
            RecognizerError: it could not be found or loaded.
        """
        while not self._is_over.wait(_GLANCE):
            pass  # short waits let Ctrl-C through on every system
        if self._loaded is None:
            raise self._failed or RecognizerError("The recognizer did not load: try again.")
        return self._loaded

    def submit(self, job: Callable[[Recognizer], Result]) -> Future[Result]:
        """Have a job done with the recognizer, after those submitted before; waits for nothing."""
        future: Future[Result] = Future()

        def done() -> None:
            try:
                future.set_result(job(self.ready()))
            except Exception as error:  # noqa: BLE001 - raised where the result is asked for
                future.set_exception(error)

        self._jobs.put(done)
        return future

    def fits(self, language: Language, sound: Samples, texts: Sequence[str]) -> tuple[float, ...]:
        """What the recognizer's `fits` tells, from the thread that keeps it.

        Raises:
            RecognizerError: it could not be found or loaded.
        """
        return finished(self.submit(lambda recognizer: recognizer.fits(sound, language, texts)))

    def _work(self, model: str, say: weights.Say) -> None:
        try:
            self._loaded = Recognizer(weights.find(model, say))
        except RecognizerError as error:
            self._failed = error
        finally:
            self._is_over.set()
        while True:
            self._is_idle.set()
            job = self._jobs.get()
            self._is_idle.clear()
            if not self._is_leaving:
                job()

    def _leave(self) -> None:
        """The program ends: let the library finish what it is at, and begin nothing more."""
        self._is_leaving = True
        self._is_over.wait(_FAREWELL)
        self._is_idle.wait(_FAREWELL)


def finished(future: Future[Result]) -> Result:
    """The result of a submitted job, once it is there; raises what the job raised."""
    while not wait([future], _GLANCE).done:
        pass  # short waits let Ctrl-C through on every system
    return future.result()
