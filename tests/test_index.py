"""The index: fast, and never the only copy of anything."""

from __future__ import annotations

import shutil
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from repete import curves
from repete.analysis.contour import PEAKS, STEPS, contour
from repete.errors import StoreError
from repete.index import FILE, Index, Query
from repete.model import Clip, Correction, Delivery, Session
from repete.store import RECORD, UNDO_SECONDS, Store
from tests.conftest import silence, tone
from tests.library import kept, session, take

DATA = Path(__file__).with_name("data")


@pytest.fixture
def store() -> Store:
    return Store()


def filled(store: Store) -> Index:
    kept(store, session("one"), sound=False)
    kept(store, session("two", take("un déjeuner à Évry"), day=1), sound=False)
    third = replace(session("three", take("nothing much"), day=2), language="fr", starred=True)
    kept(store, replace(third, name="The gala", tags=("work", "long ago")), sound=False)
    index = Index(store)
    index.refresh()
    return index


def ids(index: Index, **query: object) -> list[str]:
    return [row.id for row in index.search(Query(**query))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["three", "two", "one"]),
        ({"words": "dejeuner EVRY"}, ["two"]),
        ({"words": "camil"}, ["one"]),
        ({"words": "gala"}, ["three"]),
        ({"words": "camille evry"}, []),
        ({"words": '" OR * NEAR('}, []),
        ({"words": "!!"}, []),
        ({"language": "fr"}, ["three"]),
        ({"tag": "work"}, ["three"]),
        ({"tag": "wor"}, []),
        ({"starred": True}, ["three"]),
        ({"move": "card_handoff", "until": "2026-03-02"}, ["one"]),
        ({"move": "card"}, []),
        ({"since": "2026-03-03", "until": "2026-03-03"}, ["two"]),
        ({"scenario": "pitch"}, []),
    ],
    ids=str,
)
def test_search(store: Store, query: dict[str, object], found: list[str]) -> None:
    assert ids(filled(store), **query) == found


def test_an_excerpt_marks_the_words_found(store: Store) -> None:
    (row,) = filled(store).search(Query(words="camille"))
    assert "\x02Camille\x03" in row.excerpt
    assert row.found_in == 1


def test_it_follows_what_another_hand_did(store: Store) -> None:
    index = filled(store)
    shutil.rmtree(store.folder / "one")
    store.amend("two", name="Renamed by hand")
    (store.folder / "three" / RECORD).write_text("{")
    (store.folder / "not a session").mkdir()
    assert index.refresh() == 2
    assert ids(index) == ["two"]
    assert ids(index, words="renamed") == ["two"]
    kept(store, session("four"), sound=False)
    assert index.knows("four")
    assert not index.knows("one")
    assert not index.knows("../three")


def test_it_can_be_thrown_away_damaged_or_old(store: Store) -> None:
    filled(store).close()
    path = store.folder.parent / FILE
    path.write_bytes(b"no database at all" * 400)
    index = Index(store)
    assert index.refresh() == 3
    index._database.execute("PRAGMA user_version = 99")
    index.close()
    index = Index(store)
    assert ids(index) == []
    assert index.rebuild() == 3
    assert len(ids(index)) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_change_is_counted(store: Store) -> None:
    index = filled(store)
    before = index.changes()
    index.refresh()
    assert index.changes() == before
    store.amend("one", note="new")
    index.update("one")
    assert index.changes() > before


def test_figures_for_trends(store: Store) -> None:
    found = filled(store).takes()
    assert [one.session for one in found] == ["one", "two", "three"]
    assert found[0].target == (4.0, 30.0)
    assert found[0].made == ("self_introduction", "card_handoff")
    assert found[0].missed == ("lunch_ask",)
    assert found[0].fillers_per_minute == 12.5


def test_deleted_words_leave_no_trace(store: Store) -> None:
    index = Index(store)
    secret = kept(store, session("secret", take("rhododendron " * 5)))
    index.refresh()
    store.delete(secret)
    index.update("secret")
    index.scrub()
    left = b"".join(path.read_bytes() for path in store.folder.parent.glob(f"{FILE}*"))
    assert b"rhododendron" not in left
    assert not (store.folder / "secret").exists()


def test_discard_and_undo(store: Store) -> None:
    made = kept(store, session("gone"))
    store.discard(made)
    assert list(store.sessions()) == []
    with pytest.raises(StoreError):
        store.load("gone")
    assert store.restore("gone") == made
    store.discard(made)
    store.empty_trash(older_than=UNDO_SECONDS)
    assert store.restore("gone") == made  # still within the time
    store.discard(made)
    store.empty_trash()
    with pytest.raises(StoreError, match="for good"):
        store.restore("gone")
    assert [path.name for path in store.folder.rglob("*")] == [".trash"]


@pytest.mark.parametrize("name", ["", ".", "..", "../home", "a/b", "/etc", ".trash/x"])
def test_no_id_leads_out_of_the_folder(store: Store, name: str) -> None:
    kept(store, session("one"), sound=False)
    with pytest.raises(StoreError):
        store.load(name)
    with pytest.raises(StoreError):
        store.restore(name)


def test_the_users_own_words_survive_the_next_take(store: Store) -> None:
    before = kept(store, session("one"))
    store.amend("one", name="Named while speaking", starred=True)
    after = store.adopt(before, tone(1), take())
    assert after.name == "Named while speaking"
    assert after.starred
    assert len(store.load("one").takes) == 2


def test_a_correction_stands_beside_what_was_heard(store: Store) -> None:
    kept(store, session("one"))
    store.correct("one", 1, Correction((1.2, 3.0), "2026-03-02T10:00:00+01:00"))
    found = store.load("one").takes[0]
    assert found.delivery == take().delivery
    assert found.fillers == 2
    assert found.fillers_per_minute == pytest.approx(60 * 2 / 5.1, abs=0.1)
    with pytest.raises(StoreError):
        store.correct("one", 2, Correction((), ""))


@pytest.mark.parametrize("path", sorted(DATA.glob("session.schema-*.json")), ids=lambda it: it.name)
def test_every_schema_is_read_for_ever(store: Store, path: Path) -> None:
    folder = store.folder / "old"
    folder.mkdir()
    (folder / RECORD).write_bytes(path.read_bytes())
    found = store.load("old")
    assert found.takes[0].transcript
    assert found.takes[0].moves
    assert (found.name, found.tags, found.starred) == ("", (), False)
    assert Index(store).refresh() == 1
    assert msgspec.json.decode(msgspec.json.encode(found), type=Session) == found


@pytest.mark.parametrize("hertz", [90.0, 150.0, 220.0, 330.0])
def test_the_pitch_of_a_tone(hertz: float) -> None:
    at = np.arange(32_000) / 16_000
    rich = sum(np.sin(2 * np.pi * hertz * n * at) / n for n in range(1, 6)) * 0.1
    found = contour(Clip(rich.astype(np.float32)))
    assert len(found.peaks) == 2 * PEAKS
    assert len(found.pitch) == 2 * STEPS
    assert [one for one in found.pitch if one] == pytest.approx(
        [hertz] * len(found.pitch), rel=0.03
    )
    assert max(found.peaks) == 100


def test_silence_has_no_curve() -> None:
    found = contour(silence(1))
    assert set(found.peaks) == {0}
    assert set(found.loudness) == set(found.pitch) == {None}
    assert contour(silence(0)).peaks == ()


def test_curves_are_computed_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = store.sound(kept(store, session("one")))
    first = curves.encoded(sound)
    monkeypatch.setattr("repete.clips.read", lambda path: pytest.fail("read again"))
    assert curves.encoded(sound) == first
    assert stat.S_IMODE(curves.path_of(sound).stat().st_mode) == 0o600


def test_figures_are_told_by_language_the_latest_takes_first_and_one_left_out(
    store: Store,
) -> None:
    for day in range(4):
        made = take(delivery=Delivery(words_per_minute=100.0 + day))
        kept(store, session(f"s{day}", made, day=day), sound=False)
    kept(store, replace(session("fr", day=9), language="fr"), sound=False)
    with closing(Index(store)) as index:
        index.refresh()
        assert sorted(index.measured("en", ("", 0), 2)["words_per_minute"]) == [102, 103]
        found = index.measured("en", ("s3", 1), 30)["words_per_minute"]
        assert sorted(found) == [100, 101, 102]
        assert len(index.measured("fr", ("", 0), 30)["words_per_minute"]) == 1
        assert index.measured("fr", ("fr", 1), 30) == {}


def test_a_correction_changes_the_figures_of_a_take(store: Store) -> None:
    kept(store, session("one"))
    store.correct("one", 1, Correction((), "2026-03-02T10:00:00+01:00"))
    with closing(Index(store)) as index:
        index.refresh()
        assert index.measured("en", ("", 0), 30)["fillers_per_minute"] == [0.0]
