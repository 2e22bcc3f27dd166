"""The store: what was recorded is kept, whatever happens."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest

from repete import clips, scenario
from repete.errors import StoreError
from repete.model import Session, Take
from repete.store import RECORD, Store
from tests.conftest import tone

BRIEF = scenario.find("interrupted").brief("fr", "friend", "hard")
TAKE = Take("interrupted", "friend", "fr", None, None)


def recorded(store: Store, seconds: float = 1.0) -> Session:
    session = store.start(BRIEF)
    with store.tape(session) as tape:
        for block in np.split(tone(seconds).samples, 10):
            tape.write(block)
    return session


def test_a_take_is_kept_and_found_again() -> None:
    store = Store()
    session, take = store.keep(recorded(store), TAKE)
    assert take.audio is not None
    assert take.audio.path == "take-01.flac"
    assert take.audio.seconds == 1.0
    assert list(Store().sessions()) == [session]
    assert clips.read(store.sound(session)).seconds == 1.0
    assert not list(store.path(session).glob("*.pcm"))


def test_a_crash_leaves_everything_said_so_far() -> None:
    store = Store()
    session = recorded(store)
    tape = next(store.path(session).glob("*.pcm"))
    assert store.find(session.id).takes == ()  # the tape is fresh: somebody may be speaking
    long_ago = time.time() - 3600
    os.utime(tape, (long_ago, long_ago))
    again = store.find(session.id)
    assert len(again.takes) == 1
    assert again.difficulty == again.takes[0].difficulty == "hard"
    assert clips.read(store.sound(again)).seconds == 1.0


def test_finding_by_start_last_and_mistake() -> None:
    store = Store()
    session = store.start(BRIEF)
    assert store.find("last").id == session.id
    assert store.find(session.id[:12]).id == session.id
    with pytest.raises(StoreError, match="no session"):
        store.find("1999")
    store.start(BRIEF)
    with pytest.raises(StoreError, match="2 sessions begin"):
        store.find(session.id[:4])


def test_no_session_yet() -> None:
    with pytest.raises(StoreError, match="no session yet"):
        Store().find("last")


def test_a_damaged_record_is_told_and_its_sound_stays() -> None:
    store = Store()
    session, _ = store.keep(recorded(store), TAKE)
    (store.path(session) / RECORD).write_text("{")
    assert list(store.sessions()) == []
    with pytest.raises(StoreError, match="sound beside it is untouched"):
        store.find("last")
    assert (store.path(session) / "take-01.flac").exists()


def test_delete_deletes() -> None:
    store = Store()
    session, _ = store.keep(recorded(store), TAKE)
    store.delete(session)
    assert not store.path(session).exists()


def test_a_take_that_is_not_there() -> None:
    store = Store()
    session, _ = store.keep(recorded(store), TAKE)
    with pytest.raises(StoreError, match="has 1 takes"):
        store.sound(session, 2)
    store.sound(session).unlink()
    with pytest.raises(StoreError, match="no longer"):
        store.sound(session)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_nobody_else_reads_a_voice() -> None:
    store = Store()
    session, _ = store.keep(recorded(store), TAKE)
    folder = store.path(session)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        return
    store = Store()
    session = store.start(BRIEF)
    (store.path(session) / "take-01.pcm").symlink_to("/dev/full")
    with store.tape(session) as tape, pytest.raises(StoreError, match="No space left"):
        tape.write(tone(0.1).samples)


def test_a_tape_gives_back_what_it_holds_and_forgets_its_end() -> None:
    store = Store()
    session = store.start(BRIEF)
    with store.tape(session) as tape:
        tape.write(tone(1.0).samples)
        tape.write(tone(0.5).samples)
        assert tape.clip().seconds == 1.5
        tape.cut(1.0)
        held = tape.clip()
        assert held.seconds == 1.0
        tape.write(tone(0.25).samples)
    assert np.allclose(held.samples, tone(1.0).samples, atol=1e-4)  # what comes after is not its
    assert store.unfinished(session) == 1.25
