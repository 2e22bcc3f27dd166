"""The recognizer: one warm model that turns a clip into words with times."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from repete.errors import RecognizerError
from repete.model import Clip, Language, Span, Transcript, Word
from repete.transcribe import weights
from repete.voice_activity import speech_in

Progress = Callable[[float], None]

_THREADS = 4
"""Most threads to use; more than there are cores make each other wait."""

_GLANCE = 0.2

_UNLIKELY = -1.0
"""Average log-probability under which a segment is more guess than hearing (Whisper's default)."""

_NO_SPEECH = 0.6
"""Probability of no speech from which an unlikely segment is invented (Whisper's default)."""


class Recognizer:
    """A loaded model.

    Raises:
        RecognizerError: the model's folder cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel

        gpu = _has_gpu()
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
        if not spans:
            return Transcript("")
        segments, _ = self._model.transcribe(
            clip.samples,
            language=language,
            beam_size=1,  # a beam of 5 took a fifth longer and made as many errors
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": 500, "speech_pad_ms": 200},
        )
        pieces: list[Word] = []
        for segment in segments:
            progress(min(1.0, segment.end / clip.seconds))
            if segment.no_speech_prob < _NO_SPEECH or segment.avg_logprob > _UNLIKELY:
                pieces += [
                    Word(piece.word, float(piece.start), float(piece.end), float(piece.probability))
                    for piece in segment.words
                ]
        kept = hold(whole_words(pieces), spans)
        return Transcript(" ".join(word.text for word in kept), kept)


class Loading:
    """A recognizer that loads in the background; `ready()` waits for it.

    The thread that loaded the model stays: when it ends, the model's own threads are torn down
    and every later transcription takes five times as long.
    """

    def __init__(self, model: str, say: weights.Say = lambda text: None) -> None:
        self._loaded: Recognizer | None = None
        self._failed: RecognizerError | None = None
        self._is_over = threading.Event()
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


def whole_words(pieces: Sequence[Word]) -> tuple[Word, ...]:
    """The words that a recognizer's pieces make: a piece without a space before it goes on.

    Whisper parts "qu'on" and "au-delà" at the apostrophe and the hyphen.
    """
    words: list[Word] = []
    for piece in pieces:
        if words and not piece.text.startswith(" "):
            last = words[-1]
            surest = min(last.probability, piece.probability)
            words[-1] = Word(last.text + piece.text, last.start, piece.end, surest)
        else:
            words.append(replace(piece, text=piece.text.lstrip()))
    return tuple(word for word in words if word.text)


def hold(words: Sequence[Word], speech: Sequence[Span]) -> tuple[Word, ...]:
    """The words with their times held within the stretches of speech.

    Whisper's attention smears a word over the silence beside it; a word keeps the part of its
    time that lies in the stretch it shares most with, and a word that touches none is invented.
    """
    kept: list[Word] = []
    after = 0.0
    for word in words:
        said = Span(word.start, max(word.start, word.end))
        best = max(speech, key=said.overlap)
        shared = said.overlap(best)
        if shared <= 0:
            near = min(speech, key=lambda span: _distance(span, said))
            if _distance(near, said) > _STRAY:
                continue
            best = near
        start = min(max(word.start, best.start, after), best.end)
        end = max(start, min(word.end, best.end))
        kept.append(Word(word.text, round(start, 3), round(end, 3), round(word.probability, 3)))
        after = end
    return tuple(kept)


_STRAY = 0.3
"""Seconds that a word may lie outside all speech before it counts as invented."""


def _distance(span: Span, other: Span) -> float:
    return max(0.0, other.start - span.end, span.start - other.end)


def _has_gpu() -> bool:
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())
