"""Fixtures of the real world: one data folder, one recognizer, one sound server for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from tests.world.studio import Studio, sound_server


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
