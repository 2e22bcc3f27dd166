"""Fixtures of the real world: one data folder, one recognizer, one sound server for all tests."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import numpy as np
import pytest

from repete import clips
from repete.model import SAMPLE_RATE, Clip
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from tests.world.studio import (
    Command,
    Memory,
    Studio,
    home_of_its_own,
    sound_server,
    start,
    unbroken_pitch,
)


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all of these tests, so that the weights are assembled once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def home(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared data folder, with no session in it yet."""
    monkeypatch.setenv("REPETE_HOME", str(shared_home))
    shutil.rmtree(shared_home / "sessions", ignore_errors=True)
    return shared_home


@pytest.fixture(scope="session")
def recognizer(shared_home: Path) -> Recognizer:
    """The real model, loaded once."""
    os.environ["REPETE_HOME"] = str(shared_home)
    return Recognizer(weights.find())


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A running sound server."""
    with sound_server(tmp_path_factory.mktemp("pulse")) as server:
        yield server


class LongTalk:
    """A rehearsal in which somebody talks over the limit of ten minutes, and over the coach.

    `clinics` is how often they say "clinic".
    """

    def __init__(self, studio: Studio, folder: Path) -> None:
        self._home = home_of_its_own(folder)
        once = unbroken_pitch()
        self.clinics = 600 * SAMPLE_RATE // len(once) + 2
        clips.write(Clip(np.tile(once, self.clinics)), folder / "talk.flac")
        self._command: Command = start(
            "rehearse", "pitch", "--lang", "en", "--output", "none",
            env={**studio.env, "REPETE_HOME": str(self._home)},
        )  # fmt: skip
        self._memory = Memory(self._command.process)
        self._command.wait_for("Your turn")
        self._speaking: Popen[bytes] = studio.start_speaking(folder / "talk.flac")

    @property
    def most_memory(self) -> float:
        """The megabytes that it took at most so far."""
        return self._memory.most

    @property
    def text(self) -> str:
        """What was printed so far."""
        return self._command.text

    def take(self) -> dict[str, Any]:
        """The take, once the coach has answered."""
        self._memory.wait()
        self.stop()
        assert self._command.ended() == 0, self.text
        (path,) = (self._home / "sessions").glob("*/session.json")
        (take,) = json.loads(path.read_text(encoding="utf-8"))["takes"]
        return dict(take)

    def stop(self) -> None:
        """Say no more."""
        self._speaking.terminate()
        self._speaking.wait()
        if self._command.process.poll() is None:
            self._command.process.kill()


@pytest.fixture
def long_talk(studio: Studio, tmp_path: Path) -> Iterator[LongTalk]:
    """The talk of `test_ten_minutes`, which has begun."""
    weights.find()
    talk = LongTalk(studio, tmp_path)
    yield talk
    talk.stop()


FIRST = (
    "test_ten_minutes",
    "test_plays",
    "test_rehearse",
    "test_filled_pauses",
    "test_keys",
    "test_demo",
    "test_review",
    "test_invented",
)
"""What takes long begins first, where files of tests run side by side; what is hurt most by others
at work (`test_duplex`) comes last of the real world's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the real world before the others, the long ones first."""

    def place(item: pytest.Item) -> tuple[bool, int]:
        name = item.path.stem
        is_world = item.path.parent == Path(__file__).parent
        return not is_world, FIRST.index(name) if is_world and name in FIRST else len(FIRST)

    items.sort(key=place)
