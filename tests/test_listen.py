"""Listening joins blocks, tape and endpointer."""

from __future__ import annotations

import numpy as np

from repete.endpoint import Endpointer, Patience
from repete.listen import Ears, Progress, listen
from repete.model import Samples

BLOCK = np.full(512, 0.1, np.float32)


class LoudIsSpeech:
    def process(self, samples: Samples) -> Samples:
        return np.array([1.0 if abs(samples).max() > 0.01 else 0.0], np.float32)


class Drawer:
    def __init__(self) -> None:
        self.kept: list[Samples] = []

    def write(self, block: Samples) -> None:
        self.kept.append(block)


def blocks(pattern: str) -> list[Samples]:
    return [BLOCK * (letter == "s") for letter in pattern]


def test_everything_heard_is_on_the_tape_and_in_the_clip() -> None:
    tape = Drawer()
    heard = listen(blocks("-ss-"), Endpointer(), Ears(LoudIsSpeech(), tape))
    assert len(heard.clip.samples) == 4 * 512
    assert np.array_equal(np.concatenate(tape.kept), heard.clip.samples)


def test_it_ends_by_silence_and_reads_no_further() -> None:
    patience = Patience(silence=3 * 512 / 16_000)
    heard = listen(blocks("ss---ssss"), Endpointer(patience), Ears(LoudIsSpeech(), Drawer()))
    assert heard.ended_by == "silence"
    assert len(heard.clip.samples) == 5 * 512


def test_the_user_ends_it() -> None:
    shown: list[Progress] = []
    ears = Ears(LoudIsSpeech(), Drawer(), shown.append, lambda: len(shown) == 2)
    assert listen(blocks("sssss"), Endpointer(), ears).ended_by == "user"
    assert len(shown) == 2


def test_the_clock_starts_with_the_first_word() -> None:
    shown: list[Progress] = []
    listen(blocks("--ss"), Endpointer(), Ears(LoudIsSpeech(), Drawer(), shown.append))
    assert [round(at.seconds, 3) for at in shown] == [0, 0, 0.032, 0.064]
    assert shown[0].level == -120
    assert round(shown[2].level) == -20


def test_no_block_at_all() -> None:
    heard = listen([], Endpointer(), Ears(LoudIsSpeech(), Drawer()))
    assert heard.clip.seconds == 0
