"""The recognizer: one warm model that turns a clip into words with times."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from repete.analysis.delivery import sounded
from repete.errors import RecognizerError
from repete.model import Clip, Language, Span, Transcript, Word
from repete.transcribe import verbatim, weights
from repete.transcribe.binding import bind, joined
from repete.voice_activity import speech_in

Progress = Callable[[float], None]

_THREADS = 4
"""Most threads to use; more than there are cores make each other wait."""

_GLANCE = 0.2
"""Seconds between two looks at whether the model has loaded."""

_FAREWELL = 10.0
"""Seconds that the end of the program waits for a model that is still loading."""

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Tried in turn until a reading is likely and does not loop (Whisper's default)."""

_OPTIONS: dict[str, Any] = {
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 500, "speech_pad_ms": 200},
}
"""What every reading shares: words with times, in speech only, one stretch not led by another."""

WINDOW, MARGIN = 30.0, 0.2
"""Seconds of sound that Whisper reads at a time, and what is kept around speech."""

_FRAMES = 3000
"""Frames of the sound's spectrum in a window."""

_LOOPING = 2.4
"""Compression ratio from which a text repeats itself (Whisper's default)."""

_UNLIKELY = -1.0
"""Average log-probability under which a segment is more guess than hearing (Whisper's default)."""

_NO_SPEECH = 0.6
"""Probability of no speech from which an unlikely segment is invented (Whisper's default)."""


class Recognizer:
    """A loaded model. A verbatim one reads twice, to hear the filled pauses.

    Raises:
        RecognizerError: the model's folder cannot be loaded.
    """

    def __init__(self, folder: Path, *, is_verbatim: bool = True) -> None:
        from faster_whisper import WhisperModel

        gpu = _has_gpu()
        self._is_verbatim = is_verbatim
        try:
            self._model: Any = WhisperModel(
                str(folder),
                device="cuda" if gpu else "cpu",
                compute_type="default" if gpu else "int8",
                cpu_threads=min(_THREADS, os.cpu_count() or 1),
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise RecognizerError(
                f"The model in {folder} cannot be loaded ({error}): delete that folder, "
                "it is made anew at the next start."
            ) from error

        self._model.encode = remembering(self._model.encode)

    def transcribe(
        self,
        clip: Clip,
        language: Language,
        speech: Sequence[Span] | None = None,
        progress: Progress = lambda share: None,
    ) -> Transcript:
        """What was said in the clip; an empty transcript when there is no speech in it.

        Only the stretches of `speech` are read (found by voice activity when not given), so that
        nothing is invented in silence, and word times are held within them.
        """
        spans = tuple(speech_in(clip) if speech is None else speech)
        words: list[Word] = []
        for part in parts(spans, clip.seconds):
            share = part.end / clip.seconds
            words += self._words(clip, part, language, [s for s in spans if part.overlap(s)])
            progress(share)
        text = " ".join(word.text for word in words)
        return Transcript(text, tuple(words), self.filled_pauses(clip, spans))

    def filled_pauses(self, clip: Clip, speech: Sequence[Span]) -> tuple[Span, ...]:
        """The filled pauses that are heard in the sound itself, no word being read."""
        found = (self._sounded(clip, part) for part in parts(speech, clip.seconds))
        return tuple(span for spans in found for span in spans)

    def _sounded(self, clip: Clip, part: Span) -> Iterator[Span]:
        for start in np.arange(part.start, part.end, WINDOW):
            sound = clip.cut(Span(float(start), min(part.end, float(start) + WINDOW)))
            features = self._model.feature_extractor(sound.samples)[:, :_FRAMES]
            whole = np.pad(features, ((0, 0), (0, _FRAMES - features.shape[1])))
            encoded = np.asarray(self._model.encode(whole))[0]
            kept = encoded[: round(sound.seconds * sounded.RATE)]
            yield from sounded.filled_pauses(kept, float(start))

    def _words(
        self, clip: Clip, part: Span, language: Language, spans: Sequence[Span]
    ) -> tuple[Word, ...]:
        """The words of one part of the clip, at their times in the whole."""
        sound = clip.cut(part)
        words = bind(_later(self._read(sound, language), part.start), spans)
        if not words or not self._is_verbatim:
            return words
        primed = self._read(sound, language, verbatim.PROMPTS[language])
        return verbatim.merged(words, bind(_later(primed, part.start), spans), language)

    def _read(
        self,
        clip: Clip,
        language: Language,
        prompt: str | None = None,
    ) -> tuple[Word, ...]:
        """The words of the clip at Whisper's own times; a primed reading is a quick, single one.

        A reading that fails is tried again at higher temperatures, which takes ten times as long
        and invents more; a primed one is not worth that.
        """
        segments, _ = self._model.transcribe(
            clip.samples,
            language=language,
            beam_size=1,  # a beam of 5 took a fifth longer and made as many errors
            temperature=0.0 if prompt else _TEMPERATURES,
            initial_prompt=prompt,
            **_OPTIONS,
        )
        pieces: list[Word] = []
        for segment in segments:
            if is_heard(segment):
                pieces += (_piece(word) for word in segment.words)
        return tuple(joined(pieces))


def is_heard(segment: Any) -> bool:
    """Whether a segment was heard rather than invented: by its probabilities and its loops."""
    if segment.compression_ratio > _LOOPING:
        return False
    return bool(segment.no_speech_prob < _NO_SPEECH or segment.avg_logprob > _UNLIKELY)


def _piece(word: Any) -> Word:
    return Word(word.word, float(word.start), float(word.end), float(word.probability))


def parts(speech: Sequence[Span], seconds: float) -> tuple[Span, ...]:
    """The clip cut in its pauses into parts that fit the recognizer's window, with their edges.

    A stretch of speech longer than the window stays whole: the recognizer goes through it window
    by window.
    """
    groups: list[Span] = []
    for span in speech:
        if groups and span.end - groups[-1].start <= WINDOW - 2 * MARGIN:
            groups[-1] = Span(groups[-1].start, span.end)
        else:
            groups.append(span)
    return tuple(
        Span(max(0.0, group.start - MARGIN), min(seconds, group.end + MARGIN)) for group in groups
    )


def remembering(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The encoder, which gives the last sound it was given again at no cost.

    Both readings of a part start from the same sound; encoding it is a third of the work.
    """
    last: list[Any] = [None, None]

    def encoded(features: Any) -> Any:
        key = features.tobytes()
        if last[0] != key:
            last[:] = [key, encode(features)]
        return last[1]

    return encoded


def _later(words: Sequence[Word], seconds: float) -> list[Word]:
    return [replace(word, start=word.start + seconds, end=word.end + seconds) for word in words]


class Loading:
    """A recognizer that loads in the background; `ready()` waits for it.

    The thread that loaded the model stays: when it ends, the model's own threads are torn down
    and every later transcription takes five times as long. A program that ends earlier waits for
    it, since a library that is cut off while it loads brings the whole process down.
    """

    def __init__(self, model: str, say: weights.Say = lambda text: None) -> None:
        self._loaded: Recognizer | None = None
        self._failed: RecognizerError | None = None
        self._is_over = threading.Event()
        atexit.register(self._is_over.wait, _FAREWELL)
        threading.Thread(target=self._load, args=(model, say), daemon=True).start()

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

    def _load(self, model: str, say: weights.Say) -> None:
        try:
            self._loaded = Recognizer(weights.find(model, say))
        except RecognizerError as error:
            self._failed = error
        finally:
            self._is_over.set()
        threading.Event().wait()


def _has_gpu() -> bool:
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())
