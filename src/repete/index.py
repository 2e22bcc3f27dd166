"""The index: what makes search and trends fast. The sessions' folders are the record, this is not.

An SQLite file beside the folder of the sessions. It is rebuilt from them at will, and follows them
by itself when a folder was added, changed or deleted by another hand.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repete.errors import StoreError
from repete.model import Session, Take
from repete.store import RECORD, Store
from repete.summary import measured

FILE = "index.sqlite"
"""Name of the index, beside the folder of the sessions."""

VERSION = 3
"""Version of the tables: an index of another version is thrown away and made again."""

_TABLES = """
CREATE TABLE session (
    id TEXT PRIMARY KEY, stamp TEXT NOT NULL, started TEXT, scenario TEXT, goal TEXT,
    language TEXT, name TEXT, note TEXT, tags TEXT, starred INTEGER, imported TEXT,
    takes INTEGER, seconds REAL
) WITHOUT ROWID;
CREATE TABLE take (
    session TEXT NOT NULL, number INTEGER NOT NULL, seconds REAL, words_per_minute REAL,
    fillers_per_minute REAL, least REAL, most REAL, verdict TEXT, made TEXT, missed TEXT,
    PRIMARY KEY (session, number)
) WITHOUT ROWID;
CREATE TABLE measure (
    session TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (session, number, name)
) WITHOUT ROWID;
CREATE TABLE state (changes INTEGER NOT NULL);
INSERT INTO state VALUES (CAST(1000 * (julianday('now') - 2440587.5) * 86400 AS INTEGER));
CREATE INDEX session_started ON session (started);
CREATE INDEX session_imported ON session (imported) WHERE imported != '';
CREATE VIRTUAL TABLE words USING fts5 (
    session UNINDEXED, number UNINDEXED, text, tokenize = "unicode61 remove_diacritics 2"
);
"""

_EXCERPTS = """
SELECT session, number, snippet(words, 2, '\x02', '\x03', '…', 14) AS excerpt FROM words
WHERE words MATCH ? LIMIT -1
"""
"""Where the words were found. The limit, which is none, keeps SQLite from joining this to the
query around it, in which `snippet` cannot be used."""


@dataclass(frozen=True)
class Query:
    """What to look for in the library; an empty field asks for nothing.

    `words` must all be said in one take, or stand in the session's name, note or tags; the
    last letters of each may be left out. `since` and `until` are dates (2026-11-23), both included.
    """

    words: str = ""
    scenario: str = ""
    goal: str = ""
    language: str = ""
    move: str = ""
    tag: str = ""
    since: str = ""
    until: str = ""
    starred: bool = False


@dataclass(frozen=True)
class Row:
    """A session as the library lists it; `excerpt` shows where the words were found."""

    id: str
    started: str
    scenario: str | None
    goal: str
    language: str
    name: str
    note: str
    tags: tuple[str, ...]
    starred: bool
    takes: int
    seconds: float
    excerpt: str = ""
    found_in: int = 0


@dataclass(frozen=True)
class Figures:
    """What trends need to know of a take."""

    session: str
    number: int
    started: str
    scenario: str | None
    goal: str
    seconds: float | None
    words_per_minute: float | None
    fillers_per_minute: float | None
    target: tuple[float, float] | None
    verdict: str | None
    made: tuple[str, ...]
    missed: tuple[str, ...]


class Index:
    """The index of a store, opened once for each thread that asks.

    Raises:
        StoreError: the disk refuses.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.path = store.folder.parent / FILE
        try:
            self._database = self._opened()
        except sqlite3.DatabaseError:
            self._remove()  # damaged: nothing in it is the only copy of anything
            self._database = self._opened()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def rebuild(self) -> int:
        """Throw everything away and read every session again; gives how many there are."""
        with self._change() as database:
            for table in ("session", "take", "measure", "words"):
                database.execute(f"DELETE FROM {table}")
        count = self.refresh()
        self.scrub()
        return count

    def refresh(self) -> int:
        """Follow what changed in the folders since the last look; gives how many sessions there
        are."""
        there = dict(self._stamps())
        known = dict(self._database.execute("SELECT id, stamp FROM session"))
        gone = [name for name in known if name not in there]
        changed = [name for name, stamp in there.items() if known.get(name) != stamp]
        if gone or changed:
            with self._change() as database:
                _forget(database, [*gone, *changed])
                for name in changed:
                    self._read(database, name, there[name])
        return len(there)

    def update(self, name: str) -> None:
        """Follow one session: added, changed or deleted."""
        with self._change() as database:
            _forget(database, [name])
            with suppress(OSError):
                self._read(database, name, _stamp(self.store.folder / name))

    def knows(self, name: str) -> bool:
        """Whether there is a session with exactly this id; looks again before it says no."""
        asked = "SELECT 1 FROM session WHERE id = ?"
        if self._database.execute(asked, (name,)).fetchone():
            return True
        self.refresh()
        return self._database.execute(asked, (name,)).fetchone() is not None

    def imported(self, digest: str) -> str | None:
        """The id of the session that was made of a recording with this SHA-256."""
        asked = "SELECT id FROM session WHERE imported = ?"
        row = self._database.execute(asked, (digest,)).fetchone() if digest else None
        return str(row[0]) if row else None

    def search(self, query: Query, limit: int = 100, offset: int = 0) -> list[Row]:
        """The sessions that answer the query, newest first."""
        where, values = _conditions(query)
        words = _match(query.words)
        if words is None and query.words.strip():
            return []  # nothing but punctuation
        if words:
            found = (
                f"JOIN (SELECT session, min(number) AS number, excerpt FROM ({_EXCERPTS}) "
                "GROUP BY session) AS hit ON hit.session = session.id"
            )
            columns, values = "hit.excerpt, hit.number", [words, *values]
        else:
            found, columns = "", "'', 0"
        rows = self._database.execute(
            "SELECT id, started, scenario, goal, language, name, note, tags, starred, takes, "
            f"seconds, {columns} FROM session {found} WHERE {where} "
            "ORDER BY started DESC, id DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [_row(row) for row in rows]

    def tags(self) -> list[str]:
        """Every tag in use."""
        rows = self._database.execute("SELECT DISTINCT tags FROM session WHERE tags != ''")
        return sorted({tag for (tags,) in rows for tag in tags.split("\n")})

    def scenarios(self) -> list[str]:
        """Every scenario that was ever played."""
        asked = "SELECT DISTINCT scenario FROM session WHERE scenario IS NOT NULL ORDER BY scenario"
        return [str(name) for (name,) in self._database.execute(asked)]

    def takes(self) -> list[Figures]:
        """The figures of every take that was judged, oldest first."""
        rows = self._database.execute(
            "SELECT session, number, started, scenario, goal, take.seconds, words_per_minute, "
            "fillers_per_minute, least, most, verdict, made, missed FROM take JOIN session "
            "ON session.id = take.session ORDER BY started, session, number"
        )
        return [_figures(row) for row in rows]

    def measured(
        self, language: str, besides: tuple[str, int], limit: int
    ) -> dict[str, list[float]]:
        """The figures of the latest takes in a language, one take left out, by measure."""
        rows = self._database.execute(
            "SELECT name, value FROM measure WHERE (session, number) IN ("
            "SELECT session, number FROM take JOIN session ON session.id = take.session "
            "WHERE language = ? AND (session, number) != (?, ?) "
            "ORDER BY started DESC, session DESC, number DESC LIMIT ?)",
            (language, *besides, limit),
        )
        found: dict[str, list[float]] = {}
        for name, value in rows:
            found.setdefault(name, []).append(value)
        return found

    def changes(self) -> int:
        """A number that is another one after every change."""
        return int(self._database.execute("SELECT changes FROM state").fetchone()[0])

    def scrub(self) -> None:
        """Leave no trace of deleted words in the file."""
        with self._change() as database:
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _stamps(self) -> Iterator[tuple[str, str]]:
        with os.scandir(self.store.folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    yield entry.name, _stamp(entry)

    def _read(self, database: sqlite3.Connection, name: str, stamp: str) -> None:
        with suppress(StoreError):  # a damaged record is told by `find`, and hides no other
            _add(database, self.store.load(name), stamp)

    def _opened(self) -> sqlite3.Connection:
        try:
            database = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
            self.path.chmod(0o600)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA secure_delete = ON")
            found = database.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, VERSION):
                database.close()
                self._remove()
                return self._opened()
            if not found:
                database.executescript(f"{_TABLES} PRAGMA user_version = {VERSION};")
        except (sqlite3.OperationalError, OSError) as error:
            raise StoreError(
                f"{self.path} cannot be opened ({error}): check the folder's permissions and the "
                "free space; nothing but search depends on it."
            ) from error
        return database

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(FILE + ending).unlink(missing_ok=True)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Change the index whole or not at all.

        Raises:
            StoreError: the disk refuses.
        """
        try:
            with self._database:
                self._database.execute("UPDATE state SET changes = changes + 1")
                yield self._database
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} cannot be written ({error}): free some space, then "
                "`repete sessions --rebuild` makes it again."
            ) from error


def _stamp(folder: Path | os.DirEntry[str]) -> str:
    """What changes whenever the session's record does.

    Raises:
        OSError: there is no record.
    """
    found = os.stat(os.path.join(folder, RECORD))  # noqa: PTH116, PTH118 - thousands of them
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"


def _forget(database: sqlite3.Connection, names: Iterable[str]) -> None:
    for name in names:
        if database.execute("DELETE FROM session WHERE id = ?", (name,)).rowcount:
            database.execute("DELETE FROM take WHERE session = ?", (name,))
            database.execute("DELETE FROM measure WHERE session = ?", (name,))
            database.execute("DELETE FROM words WHERE session = ?", (name,))


def _add(database: sqlite3.Connection, session: Session, stamp: str) -> None:
    seconds = sum(take.audio.seconds for take in session.takes if take.audio)
    database.execute(
        f"INSERT INTO session VALUES ({_blanks(13)})",
        (
            session.id, stamp, session.started, session.scenario, session.goal, session.language,
            session.name, session.note, "\n".join(session.tags), session.starred,
            session.imported, len(session.takes), seconds,
        ),
    )  # fmt: skip
    own = " ".join((session.name, session.note, *session.tags)).strip()
    texts = [(session.id, 0, own)] if own else []
    for number, take in enumerate(session.takes, 1):
        if take.transcript and not take.transcript.is_empty:
            texts.append((session.id, number, take.transcript.text))
            values = _take(session.id, number, take)
            database.execute(f"INSERT INTO take VALUES ({_blanks(len(values))})", values)
            database.executemany(
                "INSERT INTO measure VALUES (?, ?, ?, ?)",
                [(session.id, number, name, value) for name, value in measured(take).items()],
            )
    database.executemany("INSERT INTO words VALUES (?, ?, ?)", texts)


def _take(name: str, number: int, take: Take) -> tuple[object, ...]:
    timing, delivery = take.timing, take.delivery
    least, most = (timing.target if timing else None) or (None, None)
    made = dict.fromkeys(hit.move for hit in take.moves)
    return (
        name, number, timing.total if timing else None,
        delivery.words_per_minute if delivery else None, take.fillers_per_minute,
        least, most, timing.verdict if timing else None, " ".join(made), " ".join(take.missed),
    )  # fmt: skip


def _row(row: tuple[Any, ...]) -> Row:
    *start, tags, starred, takes, seconds, excerpt, number = row
    split = tuple(tags.split("\n")) if tags else ()
    values = (*start, split, bool(starred), takes, seconds, excerpt, number)
    return Row(*values)


def _figures(row: tuple[Any, ...]) -> Figures:
    *start, least, most, verdict, made, missed = row
    target = None if least is None else (least, most)
    values = (*start, target, verdict, tuple(made.split()), tuple(missed.split()))
    return Figures(*values)


def _blanks(count: int) -> str:
    return ", ".join("?" * count)


def _match(words: str) -> str | None:
    """The words as the full-text engine wants them: each is text, never an operator."""
    found = re.findall(r"\w+", words)
    return " ".join(f'"{word}"*' for word in found) or None


def _conditions(query: Query) -> tuple[str, list[object]]:
    parts: list[str] = ["1"]
    values: list[object] = []
    for column in ("scenario", "goal", "language"):
        if wanted := getattr(query, column):
            parts.append(f"session.{column} = ?")
            values.append(wanted)
    for wanted, comparison in ((query.since, ">="), (query.until, "<=")):
        if wanted:
            parts.append(f"substr(session.started, 1, 10) {comparison} ?")
            values.append(wanted)
    if query.tag:
        parts.append("instr(char(10) || tags || char(10), char(10) || ? || char(10))")
        values.append(query.tag)
    if query.move:
        made = "instr(' ' || made || ' ', ' ' || ? || ' ')"
        parts.append(f"session.id IN (SELECT session FROM take WHERE {made})")
        values.append(query.move)
    if query.starred:
        parts.append("starred")
    return " AND ".join(parts), values
