"""What the sound tells: edges, held sounds, pitch, loudness, noise, and every kind of bad input."""

from __future__ import annotations

import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from repete import clips
from repete.analysis import condition
from repete.analysis.delivery import measure, voice
from repete.analysis.delivery.fillers import filled_pauses, lengthened, parted
from repete.analysis.delivery.held import held_sounds
from repete.analysis.edges import HOP, sharpened, silences, without_silences
from repete.analysis.frames import STEP, Floats, frames_of, levels, powers
from repete.model import SAMPLE_RATE, Clip, Delivery, Hum, Samples, Span, Transcript, Word
from tests.conftest import said, silence, tone


def sung(hertz: float, seconds: float, swing: float = 0.0) -> Samples:
    """A sound with harmonics; its pitch swings by `swing` semitones, standard deviation."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = hertz * 2 ** (swing * np.sqrt(2) * np.sin(2 * np.pi * at) / 12)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    return np.asarray(sum(0.1 / k * np.sin(k * phase) for k in range(1, 12)), np.float32)


def babble(seconds: float, seed: int = 0) -> Samples:
    """Something that moves as speech does: syllables of 0.15 s, each of another pitch and vowel."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(round(seconds / 0.15)):
        at = np.arange(round(0.15 * SAMPLE_RATE)) / SAMPLE_RATE
        glide = rng.uniform(140, 220) * (1 + rng.choice([-1.5, 1.5]) * at)
        phase = 2 * np.pi * np.cumsum(glide) / SAMPLE_RATE
        weights = rng.uniform(0, 0.1, 15)
        voiced = sum(w * np.sin(k * phase) for k, w in enumerate(weights, 1))
        parts.append(voiced * np.sin(np.pi * at / 0.15))
    return np.asarray(np.concatenate(parts), np.float32)


def quiet(seconds: float, level: float = 1e-4) -> Samples:
    rng = np.random.default_rng(7)
    return rng.normal(0, level, round(seconds * SAMPLE_RATE)).astype(np.float32)


@pytest.mark.parametrize("hertz", [75, 120, 220, 400])
def test_pitch(hertz: float) -> None:
    pitch = frames_of(sung(hertz, 1.0)).pitch[5:-5]
    assert np.abs(12 * np.log2(pitch / hertz)).max() < 0.1


@pytest.mark.parametrize("swing", [0.5, 2.0, 3.5])
def test_pitch_variation_is_the_standard_deviation_in_semitones(swing: float) -> None:
    found = voice.voice(frames_of(sung(150, 4, swing)), [Span(0, 4)])
    assert found.pitch_variation_semitones == pytest.approx(swing, abs=0.1)
    assert found.pitch_hertz == pytest.approx(150, abs=2)


def test_noise_has_no_pitch() -> None:
    assert (frames_of(quiet(1, 0.1)).pitch > 0).mean() < 0.1


@pytest.mark.parametrize("level", [-3.0, -23.0])
def test_a_sine_of_997_hertz_has_the_loudness_that_the_standard_says(level: float) -> None:
    sine = tone(3, 997, 10 ** (level / 20)).samples
    assert voice.loudness(sine) == pytest.approx(level - 3.01, abs=0.1)


def test_silence_has_no_loudness_and_gates_out() -> None:
    assert voice.loudness(silence(3).samples) is None
    alone = tone(3, 997, 0.1).samples
    half = np.concatenate([alone, silence(3).samples])
    assert voice.loudness(half) == pytest.approx(voice.loudness(alone) or 0, abs=0.3)


def level(sound: Samples) -> Floats:
    return levels(powers(sound, HOP))


def test_edges_are_found_to_the_centisecond() -> None:
    sound = np.concatenate([quiet(0.5), sung(150, 1.0), quiet(0.4), sung(150, 0.6), quiet(0.5)])
    found = sharpened(level(sound), [Span(0.448, 2.56)])
    assert [(span.start, span.end) for span in found] == [
        (pytest.approx(0.5, abs=0.01), pytest.approx(1.5, abs=0.01)),
        (pytest.approx(1.9, abs=0.01), pytest.approx(2.5, abs=0.01)),
    ]


def test_in_noise_the_detector_is_believed() -> None:
    sound = quiet(3, 0.1)
    sound[SAMPLE_RATE : 2 * SAMPLE_RATE] += sung(150, 1.0)
    assert sharpened(level(sound), [Span(1.0, 2.05)]) == (Span(1.0, 2.0),)
    assert sharpened(level(sound), []) == ()


def test_a_held_sound_is_found_among_moving_ones() -> None:
    sound = np.concatenate([babble(2), sung(140, 0.5), babble(2, 1)])
    found = held_sounds(frames_of(sound))
    assert len([hit for hit in found if hit.overlap(Span(2.0, 2.5)) > 0.3]) == 1
    assert not [hit for hit in found if hit.overlap(Span(2.0, 2.5)) < 0.1]


def with_a_pause(noise: float = 1e-4) -> Samples:
    """A second of sound, half a second of a room, with a click in it, and a second of sound."""
    pause = quiet(0.5, noise)
    pause[4000:4080] = 0.1
    return np.concatenate([sung(150, 1) + quiet(1, noise), pause, sung(150, 1) + quiet(1, noise)])


def test_where_the_sound_is_too_quiet_nobody_speaks() -> None:
    (found,) = silences(level(with_a_pause()), [Span(0.0, 2.5)])
    assert found.start == pytest.approx(1.0, abs=0.01)
    assert found.end == pytest.approx(1.5, abs=0.01)


def test_the_silence_in_which_a_sound_is_cut_off_may_be_short() -> None:
    end = len(with_a_pause()) / SAMPLE_RATE + 0.12
    sound = np.concatenate([with_a_pause(), quiet(0.12)])
    *_, found = silences(level(sound), [Span(0.0, 2.5)])
    assert (found.start, found.end) == pytest.approx((2.5, end), abs=0.01)


def test_in_noise_the_level_tells_no_silence() -> None:
    assert silences(level(with_a_pause(0.05)), [Span(0.0, 2.5)]) == ()
    assert silences(level(quiet(2)), []) == ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((0.7, 1.3), (0.7, 1.0)),  # it reaches into the silence
        ((1.2, 1.9), (1.5, 1.9)),
        ((0.2, 1.7), (0.2, 1.0)),  # over it: its longer part
        ((0.2, 0.9), (0.2, 0.9)),
        ((1.1, 1.4), (1.1, 1.4)),  # it lies in it: who knows where it belongs
    ],
)
def test_a_word_ends_where_a_silence_begins(
    said: tuple[float, float], expected: tuple[float, float]
) -> None:
    word = without_silences(Word("do", *said), [Span(1.0, 1.5)])
    assert (word.start, word.end) == expected


def test_a_filled_pause_inside_a_long_word_is_one_heard_as_sound() -> None:
    words = [Word("I", 0.0, 0.2), Word("work", 1.6, 2.6), Word("here.", 2.7, 3.0)]
    (found,) = filled_pauses(words, [Hum(2.0, 2.5, 0.8)], "en")
    assert (found.text, found.heard_by, found.kind) == ("um", "sound", "pause")
    assert (found.start, found.end) == (2.0, 2.5)


def test_one_that_the_transcript_has_is_not_counted_twice() -> None:
    sounds = [Hum(2.0, 2.4, 0.8), Hum(4.0, 4.3, 0.8)]
    found = filled_pauses([Word("euh", 2.0, 2.2)], sounds, "fr")
    assert [(one.start, one.heard_by) for one in found] == [(2.0, "transcript"), (4.0, "sound")]


@pytest.mark.parametrize(
    ("hum", "count"),
    [(Hum(2.0, 2.25, 0.93), 0), (Hum(2.0, 2.6, 0.8), 1), (Hum(2.55, 2.85, 0.8), 1),
     (Hum(2.0, 2.25, 0.97), 1), (Hum(1.96, 2.36, 0.8), 1)],
    ids=["short", "long", "mostly outside", "beyond doubt", "just long"],
)  # fmt: skip
def test_a_short_sound_in_a_word_is_its_vowel(hum: Hum, count: int) -> None:
    words = [Word("hand", 1.9, 2.65), Word("work", 2.85, 3.0)]
    assert len(filled_pauses(words, [hum], "en")) == count


@pytest.mark.parametrize("word", [Word("her", 1.9, 2.65, 0.15), Word("400", 1.9, 2.65)])
def test_a_guess_and_a_number_may_lie_over_a_filled_pause(word: Word) -> None:
    words = [word, Word("work", 2.85, 3.0)]
    assert len(filled_pauses(words, [Hum(2.0, 2.25, 0.8)], "en")) == 1


def test_a_sound_in_several_words_belongs_to_them() -> None:
    words = [Word("some", 1.9, 2.2), Word("quite", 2.2, 2.65)]
    assert filled_pauses(words, [Hum(2.1, 2.35, 0.8)], "en") == ()


@pytest.mark.parametrize(("likelihood", "count"), [(0.8, 0), (0.85, 1)])
def test_a_french_word_has_a_vowel_that_is_less_like_a_filled_pause(
    likelihood: float, count: int
) -> None:
    words = [Word("tatouage,", 1.5, 2.5)]
    assert len(filled_pauses(words, [Hum(2.0, 2.25, likelihood)], "fr")) == count


@pytest.mark.parametrize(
    ("hum", "word"),
    [
        (Hum(1.95, 2.4, 0.8), Word("acoustic", 2.4, 3.0)),
        (Hum(2.6, 3.1, 0.8), Word("acoustic", 1.9, 2.6)),
        (Hum(2.2, 2.7, 0.8), Word("acoustic", 1.9, 3.0)),
        (Hum(1.95, 2.2, 0.8), Word("acoustic", 1.9, 3.0)),
        (Hum(1.8, 3.1, 0.8), Word("acoustic", 1.9, 3.0)),
    ],
    ids=["before", "after", "amid", "its own vowel", "all of it"],
)
def test_a_word_is_not_stretched_over_the_filled_pause_beside_it(hum: Hum, word: Word) -> None:
    other = Word("uh,", 3.4, 3.6)
    found = parted([Word("acoustic", 1.9, 3.0), other], [hum, Hum(3.35, 3.5, 0.9)], "en")
    assert found == (word, other)


def test_a_sound_beside_the_speech_is_no_filled_pause() -> None:
    hums = (Hum(0.1, 0.4, 0.8), Hum(1.6, 1.9, 0.8))
    transcript = Transcript("Hello.", (Word("Hello.", 1.0, 1.4),), hums)
    found = measure(transcript, [Span(1.0, 2.0)], "en")
    assert found is not None
    assert [one.start for one in found.fillers] == [1.6]


def test_a_lengthened_function_word() -> None:
    held = held_sounds(frames_of(np.concatenate([babble(2), sung(160, 0.4), babble(2, 1)])))
    words = [Word("je", 1.0, 1.2), Word("de", 1.9, 2.45), Word("projet", 1.9, 2.45)]
    assert [quote.text for quote in lengthened(words, held, "fr")] == ["de"]


def test_trailing_off_and_noise() -> None:
    fading = sung(150, 2.0) * np.linspace(1, 0.1, 2 * SAMPLE_RATE, dtype=np.float32)
    found = voice.voice(frames_of(fading), [Span(0, 2)])
    assert (found.trailing_off or 0) > 6
    sound = quiet(3, 0.01)
    sound[SAMPLE_RATE : 2 * SAMPLE_RATE] += tone(1, 300, 0.1 * np.sqrt(2)).samples
    ratio = condition.signal_to_noise(Clip(sound), [Span(1, 2)])
    assert ratio == pytest.approx(20, abs=1.5)


def broken(name: str) -> Clip:
    speech = np.concatenate([quiet(0.5), babble(3), quiet(0.5)])
    holes = speech.copy()
    holes[::7] = np.nan
    return Clip(
        {
            "blink": speech[:1600],
            "silence": np.zeros(4 * SAMPLE_RATE, np.float32),
            "tone": tone(4).samples,
            "holes": holes,
            "infinite": np.where(np.isnan(holes), np.float32(np.inf), holes),
            "offset": speech + np.float32(0.3),
            "clipped": np.clip(speech * 50, -1, 1),
            "faint": speech * np.float32(1e-3),
            "noisy": speech + quiet(4, 0.2)[: len(speech)],
        }[name]
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("blink", "too_short"), ("silence", None), ("tone", None), ("holes", "damaged"),
        ("infinite", "damaged"), ("offset", "offset"), ("clipped", "clipped"),
        ("faint", "too_quiet"), ("noisy", "noisy"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_breaks_nothing(name: str, problem: str | None) -> None:
    clip = broken(name)
    speech = [Span(min(0.5, clip.seconds / 2), min(3.5, clip.seconds))]
    assert measure(said("Good evening, I work here."), speech, "en", clip) is not None
    assert problem is None or problem in condition.problems(clip, speech)


def written(path: Path, channels: list[Samples], rate: int) -> Path:
    """A WAV of that rate, whatever the rate of Repete's own clips."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(clips.to_pcm(np.stack(channels, axis=1).reshape(-1)))
    return path


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_recordings_of_any_rate(tmp_path: Path, rate: int) -> None:
    sound = babble(3) + quiet(3, 0.003)[: len(babble(3))]
    path = written(tmp_path / "any.wav", [clips.resample(sound, SAMPLE_RATE, rate)], rate)
    clip = clips.read(path)
    assert clip.seconds == pytest.approx(3, abs=0.05)
    assert ("narrow" in condition.problems(clip, [Span(0, 3)])) is (rate == 8_000)
    assert measure(said("Good evening"), [Span(0, 3)], "en", clip) is not None


def test_pauses_of_older_sessions_are_read() -> None:
    old = b'{"words_per_minute": 120.0, "pauses": [{"start": 1.0, "end": 2.0}]}'
    found = msgspec.json.decode(old, type=Delivery)
    assert found.pauses[0].place == "unknown"
    assert msgspec.json.decode(msgspec.json.encode(found), type=Delivery) == found


def test_an_empty_clip() -> None:
    assert len(frames_of(np.zeros(0, np.float32))) == 1
    assert measure(Transcript(""), (), "en", silence(0)) is None
    assert held_sounds(frames_of(silence(1).samples)) == ()


def test_a_frame_is_a_hundredth_of_a_second() -> None:
    assert len(frames_of(silence(1).samples)) == round(1 / STEP) + 1


def test_filled_pauses_of_older_sessions_are_read() -> None:
    kept = b'{"text": "um", "words": [], "filled_pauses": [{"start": 1.0, "end": 1.4}]}'
    assert msgspec.json.decode(kept, type=Transcript).filled_pauses == (Hum(1.0, 1.4),)
