"""Words are held within speech, names are set right, weights are believed by their sum."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from repete.errors import RecognizerError
from repete.model import Language, Samples, Span, Word
from repete.transcribe import weights
from repete.transcribe.binding import hold, joined
from repete.transcribe.decoder import (
    SHORT_WINDOW,
    TEMPERATURES,
    THOROUGH,
    WINDOW,
    Care,
    Decoder,
    Draft,
    spectrum,
)
from repete.transcribe.names import correct
from repete.transcribe.recognizer import parts
from tests.conftest import said, silence


def test_pieces_become_words() -> None:
    pieces = [
        Word(" Ça", 0, 1, 0.9),
        Word(" qu", 1, 2, 0.8),
        Word("'on", 2, 3, 0.7),
        Word(" va.", 3, 4),
    ]
    assert tuple(joined(pieces)) == (
        Word("Ça", 0, 1, 0.9),
        Word("qu'on", 1, 3, 0.7),
        Word("va.", 3, 4),
    )


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ([], []),
        ([(1, 5), (9, 12)], [(1, 5), (9, 12)]),
        ([(1, 5), (6, 9)], [(1, 9)]),
        ([(0, 15), (16, 30)], [(0, 15), (16, 30)]),
        ([(0, 10), (11, 19)], [(0, 19)]),
    ],
)
def test_parts_are_cut_in_pauses(
    speech: list[tuple[float, float]], expected: list[tuple[float, float]]
) -> None:
    found = list(parts(silence(31), [Span(*pair) for pair in speech]))
    assert [(part.speech[0].start, part.speech[-1].end) for part in found] == expected
    assert all(span.overlap(part.sound) for part in found for span in part.speech)


def test_a_window_is_filled_up_with_silence() -> None:
    def extractor(sound: Samples) -> NDArray[np.float32]:
        return np.linspace(-0.5, 1.5, 80 * 301, dtype=np.float32).reshape(80, 301)

    found = spectrum(extractor, silence(3).samples, 8.0)
    assert found.shape == (80, 800)
    assert np.array_equal(found[:, :301], extractor(silence(3).samples))
    assert np.all(found[:, 301:] == -0.5)  # 80 dB under the loudest, where Whisper cuts it


@pytest.mark.parametrize(
    ("draft", "is_sound", "is_likely"),
    [
        (Draft((1,), " I run a small design studio.", -0.3, 0.1, is_cut=False), True, True),
        (Draft((1,), " I run a small design studio.", -0.3, 0.1, is_cut=True), False, True),
        (Draft((1,), " I run a small design studio.", -1.1, 0.1, is_cut=False), True, False),
        (Draft((1,), " thank you" * 20, -0.1, 0.1, is_cut=False), False, True),
        (Draft((1,), " So. We are all at play. We are all at play.", -0.1, 0.1, is_cut=False),
         False, True),
        (Draft((1,), " Uh, uh, uh, uh, uh, uh, uh, uh.", -0.1, 0.1, is_cut=False), True, True),
        (Draft((1,), " I would. I would like to see it.", -0.1, 0.1, is_cut=False), True, True),
        (Draft((), "", 0.0, 0.1, is_cut=False), True, True),
    ],
)  # fmt: skip
def test_a_reading_that_went_wrong_shows_it(
    draft: Draft, *, is_sound: bool, is_likely: bool
) -> None:
    assert (draft.is_sound, draft.is_likely) == (is_sound, is_likely)


@pytest.mark.parametrize(("no_speech", "likely"), [(0.9, -0.5), (0.3, -1.5)])
def test_a_text_is_invented_only_if_unlikely_in_what_is_no_speech(
    no_speech: float, likely: float
) -> None:
    assert Draft((1,), " you", -1.5, 0.9, is_cut=False).is_invented
    assert not Draft((1,), " you", likely, no_speech, is_cut=False).is_invented


def test_a_word_smeared_over_silence_keeps_its_part_in_speech() -> None:
    speech = [Span(1.0, 2.0), Span(4.0, 5.0)]
    words = [Word("Hello", 0.2, 1.4), Word("there", 1.4, 3.5), Word("again", 3.0, 4.6)]
    held = [(word.text, word.start, word.end) for word in hold(words, speech)]
    assert held == [("Hello", 1.0, 1.4), ("there", 1.4, 2.0), ("again", 4.0, 4.6)]


def test_a_word_far_from_all_speech_is_invented() -> None:
    assert hold([Word("Thanks", 7.0, 7.5)], [Span(1.0, 2.0)]) == ()


def test_word_times_never_run_backwards() -> None:
    words = [Word("one", 1.0, 1.6), Word("two", 1.3, 1.8), Word("three", 1.9, 1.7)]
    held = hold(words, [Span(0.5, 2.5)])
    times = [at for word in held for at in (word.start, word.end)]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("heard", "name", "expected"),
    [
        ("Hi, I'm Camille Martain.", "Camille Martin", "Hi, I'm Camille Martin."),
        ("I run Studio Lumin, here", "Studio Lumen", "I run Studio Lumen, here"),
        ("I met Camilla", "Camille Martin", "I met Camille"),
        ("a human being", "Lumen", "a human being"),
        ("the martini was good", "Martin", "the martini was good"),
        ("Ana said so", "Ann", "Ana said so"),
        ("", "Camille", ""),
    ],
)
def test_names(heard: str, name: str, expected: str) -> None:
    fixed = correct(said(heard), (name,))
    assert fixed.text == expected
    assert " ".join(word.text for word in fixed.words) == expected


def halves(folder: Path) -> tuple[Path, Path]:
    folder.mkdir()
    for name in weights.SMALL_FILES:
        (folder / name).write_text("{}")
    first, second = folder / "model.bin.part1", folder / "model.bin.part2"
    first.write_bytes(b"one half, ")
    second.write_bytes(b"and the other")
    return first, second


def test_halves_are_joined_once_they_add_up(tmp_path: Path) -> None:
    parts = halves(tmp_path / "package")
    target = tmp_path / "cache" / "base"
    whole = hashlib.sha256(b"one half, and the other").hexdigest()
    assert weights.assemble(parts, target, whole) == target
    assert (target / "model.bin").read_bytes() == b"one half, and the other"
    assert sorted(path.name for path in target.parent.iterdir()) == ["base"]


def test_halves_that_do_not_add_up_leave_nothing(tmp_path: Path) -> None:
    parts = halves(tmp_path / "package")
    with pytest.raises(RecognizerError, match="damaged"):
        weights.assemble(parts, tmp_path / "cache" / "base", "0" * 64)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("model", "says"),
    [("enormous", "no model"), ("/no/such/folder/here", "not a folder")],
)
def test_a_model_that_does_not_exist(model: str, says: str) -> None:
    with pytest.raises(RecognizerError, match=says):
        weights.find(model)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"no model\.bin"):
        weights.find(str(tmp_path))


LOOP = Draft((1,), " thank you" * 20, -0.1, 0.1, is_cut=False)
GUESS = Draft((2,), " I ran a smell design.", -1.2, 0.1, is_cut=False)
WORSE = Draft((3,), " Iran smells.", -1.6, 0.1, is_cut=False)
RIGHT = Draft((4,), " I run a small design studio.", -0.3, 0.1, is_cut=False)
INVENTED = Draft((5,), " Thanks for watching.", -1.6, 0.9, is_cut=False)
NOTHING = Draft((), "", 0.0, 0.1, is_cut=False)


class Scripted(Decoder):
    """A decoder whose drafts are known: the quick one and those of the long way."""

    frames = np.zeros((1, 512), np.float32)

    def __init__(self, *drafts: Draft) -> None:
        self._drafts = list(drafts)
        self._is_verbatim = False
        self.windows: list[float] = []
        self.temperatures: list[float] = []

    def _hearing(self, sound: Samples, language: Language, least: float = SHORT_WINDOW) -> Any:
        self.windows.append(least)
        return self

    def draft(self, width: int = 1, temperature: float = 0.0) -> Draft:
        self.temperatures.append(temperature)
        return self._drafts.pop(0)

    def aligned(self, pieces: Sequence[int]) -> None:
        assert pieces  # nothing cannot be laid over the sound

    def words(self, pieces: Sequence[int], found: None) -> tuple[Word, ...]:
        return (Word(str(pieces[0]), 0.0, 1.0),)

    def heard(self, care: Care) -> tuple[str, bool]:
        """The text that is read in six seconds with that care, and whether it is doubtful."""
        found = self.read(silence(6).samples, "en", care=care)
        assert found is not None
        return "".join(word.text for word in found.words), found.is_doubtful


def test_a_likely_reading_is_made_once_in_the_shortest_window() -> None:
    decoder = Scripted(RIGHT)
    assert decoder.heard(Care()) == ("4", False)
    assert (decoder.windows, decoder.temperatures) == ([8.0], [0.0])


@pytest.mark.parametrize(
    ("drafts", "text"),
    [
        ([RIGHT], "4"),
        ([LOOP, RIGHT], "4"),
        ([GUESS, RIGHT], "4"),
        ([GUESS, LOOP], "2"),
        ([LOOP, LOOP], ""),
        ([WORSE, GUESS], "2"),
        ([INVENTED], ""),
        ([NOTHING], ""),
    ],
)
def test_a_reading_that_loops_is_made_again_in_a_wider_window(
    drafts: list[Draft], text: str
) -> None:
    decoder = Scripted(LOOP, *drafts)
    assert decoder.heard(Care()) == (text, True)
    assert decoder.windows == [8.0, 15.0]
    assert decoder.temperatures == [0.0, *TEMPERATURES[: len(drafts)]]


def test_who_does_not_wait_is_read_in_the_widest_window_until_it_is_right() -> None:
    decoder = Scripted(LOOP, LOOP, GUESS, LOOP, LOOP, RIGHT)
    assert decoder.heard(THOROUGH) == ("4", False)
    assert decoder.windows == [8.0, WINDOW]
    assert decoder.temperatures == [0.0, *TEMPERATURES[:5]]


def test_who_is_hasty_is_not_kept_waiting_by_the_long_way() -> None:
    decoder = Scripted(LOOP)
    assert decoder.heard(Care(tries=0)) == ("", True)
    assert decoder.windows == [8.0]
