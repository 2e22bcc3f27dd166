"""The recognizer: one warm model that turns a clip into words with times."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from repete.errors import RecognizerError
from repete.model import Clip, Language, Span, Transcript, Word
from repete.transcribe import verbatim, weights
from repete.transcribe.binding import bind, joined
from repete.voice_activity import speech_in

Progress = Callable[[float], None]

_THREADS = 4
"""Most threads to use; more than there are cores make each other wait."""

_GLANCE = 0.2

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Tried in turn until a reading is likely and does not loop (Whisper's default)."""

_OPTIONS: dict[str, Any] = {
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "vad_filter": True,
    "vad_parameters": {"min_silence_duration_ms": 500, "speech_pad_ms": 200},
}
"""What every reading shares: words with times, in speech only, one stretch not led by another."""

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
        words = self._read(clip, language, progress)
        if words and self._is_verbatim:
            primed = self._read(clip, language, prompt=verbatim.PROMPTS[language])
            words = verbatim.merged(bind(words, spans), bind(primed, spans), language)
        else:
            words = bind(words, spans)
        return Transcript(" ".join(word.text for word in words), words)

    def _read(
        self,
        clip: Clip,
        language: Language,
        progress: Progress = lambda share: None,
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
            progress(min(1.0, segment.end / clip.seconds))
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


def _has_gpu() -> bool:
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())
