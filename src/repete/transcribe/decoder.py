"""The decoder: Whisper's words for one stretch of sound, at as little cost as is safe.

The encoder takes most of the time and needs no window of 30 s: the sound is encoded once in a
shorter one, and the words and their times are read off that. A reading that went wrong shows it
(it loops, never ends or is unlikely) and is made again the long way.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repete.analysis.lexicon import plain
from repete.errors import RecognizerError
from repete.model import SAMPLE_RATE, Language, Samples, Word
from repete.transcribe import verbatim
from repete.transcribe.binding import joined

WINDOW = 30.0
"""Seconds of sound that Whisper was made to read at a time."""

SHORT_WINDOW = 8.0
"""Seconds of sound, silence added, that are encoded at least: with less, words go wrong."""

SILENCE = 2.0
"""How far silence lies under the loudest of a spectrum (80 dB; Whisper's is a quarter of the
logarithm of the power). With windows filled up with it 8 s do; with zeros, as faster-whisper fills
them up, which stand for a hiss at any loudness, it took 15 s to hear as many words right (89 of
1026 English ones misread, and 89; 78 of 363 French ones, and 73)."""

WIDER = 15.0
"""Seconds of a window in which a reading that looped is made again while the user waits: of ten
that looped in the shortest, eight came right at the first or second try, in 0.5 to 1.1 s. One of
30 s heard as many right, in 1.1 to 2.9 s."""

MARGIN = 1.0
"""Seconds of silence that the window holds after the sound at least: without it, Whisper loops."""

TOKENS, TOKENS_A_SECOND = 16, 9
"""Pieces of words that a stretch may have: nobody speaks faster, only loops do."""

ROOM = 224
"""Pieces that Whisper has room for: half of what it sees, the other half is for a prompt."""

LOOPING = 2.4
"""Compression ratio from which a text repeats itself (Whisper's default)."""

TWICE, APART = 4, 3
"""Words from which a text that ends with the same ones twice is looping, and how many of them
differ ("uh, uh, uh" is said): with several hypotheses a last sentence came twice, which compresses
too little to be noticed."""

UNLIKELY = -1.0
"""Average log-probability under which a text is more guess than hearing (Whisper's default)."""

NO_SPEECH = 0.6
"""Probability of no speech from which an unlikely text is invented (Whisper's default)."""

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Tried in turn by the long way until a reading is likely and does not loop (Whisper's default)."""

DOUBTED, FALLEN = 0.5, 0.7
"""Probability of a word under which a primed decoder would rather have heard another, and the
share of its plain probability under which that is the prompt's doing (12 stretches with and
without filled pauses: all 6 with one were found, and half of the others left out)."""

CAREFUL = 5
"""Hypotheses to follow side by side where time does not matter. French gains the most: 52 words of
363 are misread then, 65 with one."""

FRAMES, PIECES = 100, 50
"""Frames a second that go into the encoder, and that come out of it."""

_LEAST = 1e-9
"""Probability that stands for none."""

SEED = 0
"""What the long way's lots are drawn from, so that a recording is heard the same when it is read
again by a new process."""

_THREADS = 4
"""Most threads to use; more than there are cores make each other wait."""


Wanted = Callable[[], bool]
"""Tells a reading, half-way, whether anybody still waits for it."""


@dataclass(frozen=True)
class Care:
    """How a sound is read: `width` hypotheses are followed side by side.

    Where the quick way fails, the long way is tried so many times, in a `window` of so many
    seconds. What fails even so is a doubtful reading without words.
    """

    width: int = 1
    tries: int = 2
    window: float = WIDER


THOROUGH = Care(CAREFUL, len(TEMPERATURES), WINDOW)
"""As well as can be, for who does not wait."""


@dataclass(frozen=True)
class Reading:
    """What was heard in a sound: its words at Whisper's own times, from the sound's start.

    `primed` gives the words with the filled pauses between them, none if there are none; it takes
    up to as long again, is given up, with None, when it is no longer wanted half-way, and is None
    itself where the decoder was not asked for it.
    `is_doubtful` when a slower reading may hear better. `encoded` is what the encoder made of the
    sound, a row of 512 numbers for each fiftieth of a second; None where it does not fit a window.
    """

    words: tuple[Word, ...]
    primed: Callable[[Wanted], tuple[Word, ...] | None] | None = None
    is_doubtful: bool = False
    encoded: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Draft:
    """A text as it came out of the decoder, and the signs by which it is believed.

    `log_probability` is the average of its pieces, `no_speech` the probability that nothing was
    said; `is_cut` when it did not end by itself.
    """

    pieces: tuple[int, ...]
    text: str
    log_probability: float
    no_speech: float
    is_cut: bool

    @property
    def is_sound(self) -> bool:
        """Whether it ended and does not repeat itself."""
        data = self.text.encode()
        loops = len(data) > LOOPING * len(zlib.compress(data)) or _ends_twice(self.text)
        return not (self.is_cut or loops)

    @property
    def is_likely(self) -> bool:
        """Whether it is more hearing than guess."""
        return self.log_probability >= UNLIKELY

    @property
    def is_invented(self) -> bool:
        """Whether nothing was said, and something written all the same."""
        return self.no_speech >= NO_SPEECH and not self.is_likely


class Decoder:
    """A loaded model.

    Raises:
        RecognizerError: the model's folder cannot be loaded.
    """

    def __init__(self, folder: Path, *, is_verbatim: bool = True) -> None:
        from ctranslate2 import set_random_seed
        from faster_whisper import WhisperModel
        from threadpoolctl import threadpool_limits

        set_random_seed(SEED)
        threadpool_limits(1, user_api="blas")  # numpy's threads spin when done, for 0.03 s or so
        self._is_verbatim = is_verbatim
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
        self._tongues: dict[Language, _Tongue] = {}

    def read(
        self,
        sound: Samples,
        language: Language,
        is_wanted: Wanted = lambda: True,
        care: Care = Care(),
    ) -> Reading | None:
        """What was said in a stretch of speech, the quick way, or the long way if that fails.

        What lies beyond the window is not heard. None when it is no longer wanted once it is
        encoded, which takes half of the time.
        """
        hearing = self._hearing(sound, language)
        if not is_wanted():
            return None
        draft = hearing.draft(width=care.width)
        if not draft.is_sound:
            words = self.read_fully(sound, language, care) if care.tries else ()
            return Reading(words, None, care.width < CAREFUL or not words, hearing.frames)
        if draft.is_invented or not draft.pieces:
            return Reading((), encoded=hearing.frames)
        aligned = hearing.aligned(draft.pieces)
        words = hearing.words(draft.pieces, aligned)
        primed = partial(hearing.primed, draft.pieces, aligned) if self._is_verbatim else None
        return Reading(words, primed, not draft.is_likely, hearing.frames)

    def fits(self, sound: Samples, language: Language, texts: Sequence[str]) -> tuple[float, ...]:
        """How well each text fits a sound: the average log-probability of its pieces."""
        hearing = self._hearing(sound, language)
        encode = hearing.tongue.tokenizer.encode
        return tuple(hearing.fit(encode(f" {text}")) for text in texts)

    def read_fully(
        self, sound: Samples, language: Language, care: Care = THOROUGH
    ) -> tuple[Word, ...]:
        """The words of a sound, the long way: in a wider window, up to Whisper's own.

        A reading that fails is tried again at a higher temperature.
        """
        hearing = self._hearing(sound, language, care.window)
        drafts = (hearing.draft(width=care.width, temperature=one) for one in TEMPERATURES)
        draft = _believed(islice(drafts, care.tries))
        return hearing.words(draft.pieces, hearing.aligned(draft.pieces)) if draft else ()

    def _hearing(self, sound: Samples, language: Language, least: float = SHORT_WINDOW) -> _Hearing:
        """The sound, encoded in the window that it needs, or in one of so many seconds."""
        window = max(least, window_of(len(sound) / SAMPLE_RATE))
        encoded = self._model.encode(spectrum(self._model.feature_extractor, sound, window))
        seconds = min(len(sound) / SAMPLE_RATE, window)
        return _Hearing(self._model.model, self._tongue(language), encoded, seconds)

    def _tongue(self, language: Language) -> _Tongue:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        if language not in self._tongues:
            tokenizer = Tokenizer(
                self._model.hf_tokenizer, True, task="transcribe", language=language
            )
            prompt = [tokenizer.sot_prev, *tokenizer.encode(" " + verbatim.PROMPTS[language])]
            silenced = list(get_suppressed_tokens(tokenizer, [-1]))
            self._tongues[language] = _Tongue(tokenizer, prompt, silenced)
        return self._tongues[language]


def window_of(seconds: float) -> float:
    """Seconds of the window in which so many of sound are encoded."""
    return min(max(SHORT_WINDOW, seconds + MARGIN), WINDOW)


def spectrum(extractor: Any, sound: Samples, window: float) -> NDArray[np.float32]:
    """What the encoder takes: the sound's spectrum, filled up to the window with silence."""
    count = round(window * FRAMES)
    found = extractor(sound)[:, :count]
    missing = ((0, 0), (0, count - found.shape[1]))
    return np.pad(found, missing, constant_values=found.max() - SILENCE)


@dataclass(frozen=True)
class _Tongue:
    """A language's tokenizer, the pieces that prime a reading, and those that are no speech."""

    tokenizer: Any
    prompt: list[int]
    silenced: list[int]


@dataclass(frozen=True)
class _Hearing:
    """An encoded sound, `seconds` long, and the model that reads it in one language."""

    model: Any
    tongue: _Tongue
    encoded: Any
    seconds: float

    @property
    def frames(self) -> NDArray[np.float32]:
        """What the encoder made of the sound, without the silence added to it."""
        return np.asarray(self.encoded)[0, : round(self.seconds * PIECES)]

    def draft(self, prompt: Sequence[int] = (), width: int = 1, temperature: float = 0.0) -> Draft:
        """The likeliest text of the sound that so many hypotheses find, after a prompt or none.

        At a temperature lots are drawn, as often; the higher it is, the unlikelier the pieces.
        """
        tokenizer = self.tongue.tokenizer
        most = min(TOKENS + round(TOKENS_A_SECOND * self.seconds), ROOM)
        start = [*prompt, *tokenizer.sot_sequence, tokenizer.no_timestamps]
        (found,) = self.model.generate(
            self.encoded,
            [start],
            **_search(width, temperature),
            max_length=max(2 * most, len(start) + most),  # half of it is kept for a prompt
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self.tongue.silenced,
        )
        ids = found.sequences_ids[0]
        pieces = tuple(piece for piece in ids if piece < tokenizer.eot)
        text = tokenizer.decode(pieces)
        return Draft(pieces, text, found.scores[0], found.no_speech_prob, len(ids) >= most)

    def primed(
        self, pieces: Sequence[int], aligned: Any, is_wanted: Wanted
    ) -> tuple[Word, ...] | None:
        """The words that a primed decoder hears; none where it would hear those of the pieces.

        One pass over the pieces tells whether there is a word that the prompt makes unlikely. A
        whole second reading, which costs as much as the first, is made only then.
        """
        told = self.aligned(pieces, self.tongue.prompt).text_token_probs
        both = zip(told, aligned.text_token_probs, strict=True)
        if not any(after < min(DOUBTED, FALLEN * before) for after, before in both):
            return ()
        if not is_wanted():
            return None
        draft = self.draft(self.tongue.prompt)
        if not (draft.is_sound and draft.pieces):
            return ()
        return self.words(draft.pieces, self.aligned(draft.pieces))

    def fit(self, pieces: Sequence[int]) -> float:
        """The average log-probability of the pieces."""
        told = np.maximum(self.aligned(pieces).text_token_probs, _LEAST)
        return float(np.mean(np.log(told)))

    def aligned(self, pieces: Sequence[int], prompt: Sequence[int] = ()) -> Any:
        """How the pieces lie on the sound, and how likely each is, after a prompt or none."""
        start = [*prompt, *self.tongue.tokenizer.sot_sequence]
        frames = round(self.seconds * FRAMES)
        return self.model.align(self.encoded, start, [list(pieces)], frames)[0]

    def words(self, pieces: Sequence[int], found: Any) -> tuple[Word, ...]:
        """The words that the pieces make, at the times when the decoder looked at the sound."""
        looks = np.array(found.alignments)
        times = looks[np.diff(looks[:, 0], prepend=-1) > 0, 1] / PIECES
        sure = found.text_token_probs
        words: list[Word] = []
        at = 0
        for text, group in self._groups(pieces):
            end = at + len(group)
            probability = float(np.mean(sure[at:end]))
            words.append(Word(text, float(times[at]), float(times[end]), probability))
            at = end
        return tuple(joined(words))

    def _groups(self, pieces: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
        """The words and marks that the pieces make, each with its pieces."""
        tokenizer = self.tongue.tokenizer
        texts, groups = tokenizer.split_to_word_tokens([*pieces, tokenizer.eot])
        return zip(texts[:-1], groups[:-1], strict=True)


def _ends_twice(text: str) -> bool:
    """Whether the last words, `TWICE` or more, are those before them."""
    words = [plain(word) for word in text.split()]
    halves = (words[-size:] for size in range(TWICE, len(words) // 2 + 1))
    return any(
        half == words[-2 * len(half) : -len(half)] and len(set(half)) >= APART for half in halves
    )


def _search(width: int, temperature: float) -> dict[str, float]:
    """What CTranslate2 is told of a search so wide, at a temperature."""
    if temperature == 0:
        return {"beam_size": width}
    return {"sampling_topk": 0, "sampling_temperature": temperature, "num_hypotheses": width}


def _believed(drafts: Iterable[Draft]) -> Draft | None:
    """The first draft that is sound and likely, else the likeliest that is sound; None where
    nothing was said."""
    sound: list[Draft] = []
    for draft in drafts:
        if draft.is_invented:
            return None
        if draft.is_sound and draft.is_likely:
            return draft if draft.pieces else None
        if draft.is_sound and draft.pieces:
            sound.append(draft)
    return max(sound, key=lambda draft: draft.log_probability, default=None)


def _has_gpu() -> bool:
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())
