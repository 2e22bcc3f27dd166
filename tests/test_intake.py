"""Intake: a recording becomes a session once, whatever it is called, however often it comes."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from repete import clips, scenario
from repete.errors import ClipError
from repete.index import Index, Query
from repete.intake import Intake, Recording, recordings
from repete.model import Clip, Heard, Profile, Span
from repete.store import Store
from tests.conftest import said, tone


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Intake:
    def hear(clip: Clip, language: str, speech: Any, progress: Any) -> Heard:
        progress(1.0)
        return Heard(said("I am Camille and here is my card"), speech)

    ready = SimpleNamespace(hear=hear)
    monkeypatch.setattr("repete.voice_activity.speech_in", lambda clip: (Span(0.5, 3.0),))
    brief = scenario.find("interrupted").brief("en", "network")
    return Intake(Store(), brief, Profile(), SimpleNamespace(ready=lambda: ready))  # type: ignore[arg-type]


def test_a_recording_is_taken_in_once(desk: Intake, tmp_path: Path) -> None:
    path = tmp_path / "memo one.wav"
    clips.write(tone(4), path)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    shares: list[float] = []
    first = desk.take_in(Recording.of(path), shares.append)
    assert first.is_new
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    path.rename(tmp_path / "other name.wav")
    again = desk.take_in(Recording.of(tmp_path / "other name.wav"))
    assert (again.session, again.is_new) == (first.session, False)
    session = desk.store.load(first.session)
    assert session.name == "memo one"
    assert session.started.startswith("2023-11-1")  # when it was recorded, not when it was brought
    assert [hit.move for hit in session.takes[0].moves] == ["self_introduction", "card_handoff"]
    assert clips.read(desk.store.sound(session)).seconds == pytest.approx(4, abs=0.1)
    assert (tmp_path / "other name.wav").exists()


def test_it_is_found_by_its_words_at_once(desk: Intake, tmp_path: Path) -> None:
    clips.write(tone(4), tmp_path / "memo.flac")
    taken = desk.take_in(Recording.of(tmp_path / "memo.flac"))
    assert [row.id for row in Index(desk.store).search(Query(words="camille card"))] == [
        taken.session
    ]


def test_deleted_and_brought_again(desk: Intake, tmp_path: Path) -> None:
    clips.write(tone(4), tmp_path / "memo.flac")
    first = desk.take_in(Recording.of(tmp_path / "memo.flac"))
    desk.store.delete(desk.store.load(first.session))
    assert desk.take_in(Recording.of(tmp_path / "memo.flac")).is_new


def test_what_cannot_be_read_leaves_nothing(desk: Intake, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_text("no sound")
    with pytest.raises(ClipError):
        desk.take_in(Recording.of(tmp_path / "broken.wav"))
    with pytest.raises(ClipError, match="does not exist"):
        Recording.of(tmp_path / "none.wav")
    assert list(desk.store.folder.iterdir()) == []


def test_folders_are_searched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.M4A", "a.mp4", "notes.txt", "deep/c.opus"):
        (tmp_path / name).write_bytes(b"x")
    named = tmp_path / "notes.txt"
    found = list(recordings([tmp_path, named]))
    assert [path.name for path in found] == ["a.mp4", "b.M4A", "c.opus", "notes.txt"]
