"""The store: one folder a session, with `session.json` and the takes as sound.

A take is written while it is spoken, as raw samples; once it is over it becomes FLAC. A crash
leaves the raw samples, which the next look at the session turns into the take they are.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from repete import clips
from repete.errors import StoreError
from repete.model import SAMPLE_RATE, Audio, Brief, Clip, Correction, Samples, Session, Take
from repete.places import user_folder

RECORD = "session.json"
"""The file that is the session."""

WORTH_KEEPING = 0.5
"""Seconds of sound under which an interrupted take holds nothing."""

_STILL_RECORDING = 120.0
"""Seconds since the last block after which a tape was left by a crash: a long take may still be
being transcribed."""

_RAW = ".pcm"

_TRASH = ".trash"
"""Folder of the sessions that can still be brought back."""

UNDO_SECONDS = 30.0
"""How long a deleted session can be brought back."""

Result = TypeVar("Result")


class Tape:
    """A take being recorded: every block is on disk before the next one comes.

    Raises:
        StoreError: the disk refuses, such as when it is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _guarded(self._open, path)

    def _open(self) -> FileIO:
        opened = self.path.open("ab", buffering=0)
        _hide(self.path)
        return opened

    def write(self, block: Samples) -> None:
        """Keep the next samples."""
        _guarded(lambda: self._file.write(clips.to_pcm(block)), self.path)

    def clip(self) -> Clip:
        """Everything kept so far."""
        return _guarded(partial(_kept, self.path), self.path)

    def cut(self, seconds: float) -> None:
        """Forget what came after so many seconds."""
        size = round(seconds * SAMPLE_RATE) * clips.BYTES
        _guarded(lambda: self._file.truncate(size), self.path)

    def __enter__(self) -> Tape:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _kept(tape: Path) -> Clip:
    """What a tape holds by now; it stays on disk."""
    return Clip(clips.Pcm(tape, tape.stat().st_size // clips.BYTES))


def bare(session: Session) -> Take:
    """A take of the session of which nothing is known yet."""
    about = (session.scenario, session.goal, session.language)
    return Take(*about, audio=None, transcript=None, difficulty=session.difficulty)


class Store:
    """The sessions in one folder.

    Raises:
        StoreError: the folder cannot be made.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or user_folder() / "sessions"
        _guarded(lambda: self.folder.mkdir(parents=True, exist_ok=True, mode=0o700), self.folder)
        self.empty_trash(UNDO_SECONDS)

    def start(self, brief: Brief, when: datetime | None = None) -> Session:
        """A new session, with its folder, that will hold the takes of this brief.

        It began just now, unless it is told `when`.
        """
        now = when or datetime.now().astimezone()
        base = f"{now:%Y-%m-%d-%H%M%S}-{brief.scenario or 'reply'}"
        number = 1
        name = base
        while (self.folder / name).exists():
            number += 1
            name = f"{base}-{number}"
        started = now.isoformat(timespec="seconds")
        about = (brief.scenario, brief.goal, brief.language)
        session = Session(name, started, *about, difficulty=brief.difficulty)
        _guarded(lambda: (self.folder / name).mkdir(mode=0o700), self.folder)
        self.save(session)
        return session

    def path(self, session: Session) -> Path:
        """The session's folder."""
        return self.folder / session.id

    def tape(self, session: Session) -> Tape:
        """A tape for the session's next take."""
        return Tape(self._raw(session))

    def unfinished(self, session: Session) -> float | None:
        """How many seconds of sound the tape of a take that was not kept holds; None without."""
        raw = self._raw(session)
        return _kept(raw).seconds if raw.exists() else None

    def keep(self, session: Session, take: Take) -> tuple[Session, Take]:
        """Add the take that the tape holds to the session, its sound as FLAC."""
        raw = self._raw(session)
        sound = raw.with_suffix(".flac")
        clip = _kept(raw)
        clips.write(clip, sound)
        _hide(sound)
        audio = take.audio or Audio("", round(clip.seconds, 3))
        take = replace(take, audio=replace(audio, path=sound.name))
        session = replace(self._named(session), takes=(*session.takes, take))
        self.save(session)
        raw.unlink()
        return session, take

    def adopt(self, session: Session, clip: Clip, take: Take) -> Session:
        """The session with a take more, whose sound came from elsewhere.

        Raises:
            StoreError: the disk refuses.
        """
        with self.tape(session) as tape:
            tape.write(clip.samples)
        return self.keep(session, take)[0]

    def save(self, session: Session) -> None:
        """Write the session's record; it changes whole or not at all.

        Raises:
            StoreError: the disk refuses.
        """
        path = self.path(session) / RECORD
        part = path.with_suffix(".part")
        text = msgspec.json.format(msgspec.json.encode(session), indent=2)

        def write() -> None:
            with part.open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _hide(part)
            part.replace(path)

        _guarded(write, path)

    def sessions(self) -> Iterator[Session]:
        """Every readable session, newest first."""
        for folder in sorted(self.folder.glob(f"*/{RECORD}"), reverse=True):
            with suppress(StoreError):
                yield self._load(folder.parent)

    def find(self, name: str) -> Session:
        """The session with this id, or "last" for the newest one, or the start of an id.

        Raises:
            StoreError: there is none, several begin so, or its record is damaged.
        """
        known = sorted(path.parent.name for path in self.folder.glob(f"*/{RECORD}"))
        if not known:
            raise StoreError("There is no session yet: `repete rehearse` makes the first one.")
        if name == "last":
            return self._load(self.folder / known[-1])
        named = [found for found in known if found == name] or [
            found for found in known if found.startswith(name)
        ]
        if len(named) == 1:
            return self._load(self.folder / named[0])
        if named:
            raise StoreError(f'{len(named)} sessions begin with "{name}": write more of it.')
        near = get_close_matches(name, known, 1)
        hint = f'Did you mean "{near[0]}"?' if near else "`repete sessions` lists them."
        raise StoreError(f'There is no session "{name}". {hint}')

    def sound(self, session: Session, number: int | None = None) -> Path:
        """The sound of a take (from 1; the last one when not named).

        Raises:
            StoreError: there is no such take, or its sound is gone.
        """
        takes = session.takes
        number = len(takes) if number is None else number
        if not 1 <= number <= len(takes):
            raise StoreError(f"The session {session.id} has {len(takes)} takes: name 1 to that.")
        audio = takes[number - 1].audio
        path = self.path(session) / (Path(audio.path).name if audio else "")
        if not path.is_file():
            raise StoreError(f"The sound of take {number} is no longer in {path.parent}.")
        return path

    def load(self, name: str) -> Session:
        """The session with exactly this id.

        Raises:
            StoreError: there is none, or its record is damaged.
        """
        if name in ("", ".", "..") or Path(name).name != name:
            raise StoreError(f"{name!r} is not the id of a session.")
        return self._load(self.folder / name)

    def amend(self, name: str, /, **changes: Any) -> Session:
        """Change fields of a session's record: its name, note, tags, star.

        Raises:
            StoreError: there is no such session, or the disk refuses.
        """
        session = replace(self.load(name), **changes)
        self.save(session)
        return session

    def correct(self, name: str, number: int, correction: Correction | None) -> Session:
        """Keep the speaker's own marks beside what was heard in a take (from 1), or forget them.

        Raises:
            StoreError: there is no such take, or the disk refuses.
        """
        session = self.load(name)
        self.sound(session, number)
        takes = list(session.takes)
        takes[number - 1] = replace(takes[number - 1], correction=correction)
        return self.amend(name, takes=tuple(takes))

    def delete(self, session: Session) -> None:
        """Remove the session for good: its record, its sound, its folder."""
        _guarded(lambda: shutil.rmtree(self.path(session)), self.path(session))

    def discard(self, session: Session) -> None:
        """Take the session out of the library; `restore` brings it back until the trash is
        emptied."""
        trash = self.folder / _TRASH
        _guarded(lambda: trash.mkdir(exist_ok=True, mode=0o700), trash)
        thrown = trash / session.id
        _guarded(lambda: self.path(session).replace(thrown), thrown)
        _guarded(lambda: os.utime(thrown), thrown)  # the undo window counts from now

    def restore(self, name: str) -> Session:
        """Bring back a session that was discarded.

        Raises:
            StoreError: it is gone for good.
        """
        found = [one for one in (self.folder / _TRASH).glob("*") if one.name == name]
        if not found:
            raise StoreError(f"{name} was deleted for good: it cannot be brought back.")
        thrown = found[0]
        _guarded(lambda: thrown.replace(self.folder / thrown.name), thrown)
        return self.load(thrown.name)

    def empty_trash(self, older_than: float = 0.0) -> int:
        """Remove for good what was discarded at least `older_than` seconds ago; gives how many
        sessions that were."""
        old = time.time() - older_than
        thrown = [one for one in (self.folder / _TRASH).glob("*") if one.stat().st_mtime <= old]
        for one in thrown:
            _guarded(partial(shutil.rmtree, one), one)
        return len(thrown)

    def _named(self, session: Session) -> Session:
        """The session with the user's own words as they are now: a page may have changed them
        while a rehearsal went on."""
        with suppress(StoreError, OSError, msgspec.DecodeError):
            record = self.path(session) / RECORD
            now = msgspec.json.decode(record.read_bytes(), type=Session)
            return replace(
                session, name=now.name, note=now.note, tags=now.tags, starred=now.starred
            )
        return session

    def _raw(self, session: Session) -> Path:
        """The tape of the session's next take."""
        return self.path(session) / f"take-{len(session.takes) + 1:02}{_RAW}"

    def _load(self, folder: Path) -> Session:
        path = folder / RECORD
        try:
            session = msgspec.json.decode(path.read_bytes(), type=Session)
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"{path} is damaged ({error}); the sound beside it is untouched: "
                f"`repete analyse {folder}/*.flac` judges it again."
            ) from error
        return self._recovered(replace(session, id=folder.name))

    def _recovered(self, session: Session) -> Session:
        """The session with the take that a crash left as raw samples."""
        raw = self._raw(session)
        if not raw.exists() or _is_being_written(raw):
            return session
        if (self.unfinished(session) or 0) < WORTH_KEEPING:
            raw.unlink()
            return session
        return self.keep(session, bare(session))[0]


def _hide(path: Path) -> None:
    """Let nobody else on this computer read a voice; a link's target is not ours to change."""
    if not path.is_symlink():
        path.chmod(0o600)


def _is_being_written(raw: Path) -> bool:
    """Whether a rehearsal is still recording: its tape grew a moment ago."""
    return time.time() - raw.stat().st_mtime < _STILL_RECORDING


def _guarded(action: Callable[[], Result], path: Path) -> Result:
    """Do it, and tell what the disk refused in the user's words."""
    try:
        return action()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}): free some space, check the "
            "permissions, or move the data with REPETE_HOME."
        ) from error
