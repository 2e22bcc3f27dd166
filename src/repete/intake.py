"""Intake: a recording from elsewhere becomes a session, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from repete import clips
from repete.index import Index
from repete.judging import Evidence, judge
from repete.model import Brief, Clip, Profile, Session, Take
from repete.store import Store

if TYPE_CHECKING:
    from repete.transcribe.recognizer import Loading

ENDINGS = (
    *(".aac", ".aif", ".aiff", ".amr", ".caf", ".flac", ".m4a", ".m4b", ".mka", ".mp3", ".oga"),
    *(".ogg", ".opus", ".wav", ".weba", ".wma"),
    *(".avi", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".3gp"),
)
"""Endings of the files that a folder is searched for; a file that is named is always tried."""

Progress = Callable[[float], None]
"""Told the share done, from 0 to 1."""


@dataclass(frozen=True)
class Recording:
    """A file to take in, the name that the session gets, and when it was made."""

    path: Path
    name: str
    made: datetime

    @classmethod
    def of(cls, path: Path) -> Recording:
        """A file of this computer.

        Raises:
            ClipError: there is no such file.
        """
        if not path.is_file():
            clips.read(path)  # says what is wrong with it
        return cls(path, path.stem, datetime.fromtimestamp(path.stat().st_mtime).astimezone())


@dataclass(frozen=True)
class Taken:
    """The id of the session that holds a recording, and whether it was made just now."""

    session: str
    is_new: bool


@dataclass(frozen=True)
class Intake:
    """Judges recordings by one brief and keeps each as a session."""

    store: Store
    brief: Brief
    profile: Profile
    loading: Loading

    def take_in(self, recording: Recording, progress: Progress = lambda share: None) -> Taken:
        """Keep the recording as a session, unless it was kept before.

        Raises:
            ClipError: it cannot be read.
            RecognizerError: it cannot be transcribed.
            StoreError: the disk refuses.
        """
        digest = digest_of(recording.path)
        with closing(Index(self.store)) as index:
            index.refresh()
            if known := index.imported(digest):
                return Taken(known, is_new=False)
            clip = clips.read(recording.path, lambda share: progress(share * 0.1))
            take = hear(
                clip,
                self.brief,
                self.profile,
                self.loading,
                lambda share: progress(0.1 + share * 0.85),
            )
            session = self._kept(recording, digest, clip, take)
            index.update(session.id)
        progress(1.0)
        return Taken(session.id, is_new=True)

    def _kept(self, recording: Recording, digest: str, clip: Clip, take: Take) -> Session:
        session = self.store.start(self.brief, recording.made)
        session = replace(session, name=recording.name, imported=digest)
        self.store.save(session)
        return self.store.adopt(session, clip, take)


def hear(clip: Clip, brief: Brief, profile: Profile, loading: Loading, progress: Progress) -> Take:
    """Everything that can be said of a recording, which has no place yet.

    Raises:
        RecognizerError: it cannot be transcribed.
    """
    from repete.transcribe.names import correct
    from repete.voice_activity import speech_in

    speech = speech_in(clip)
    found = loading.ready().hear(clip, brief.language, speech, progress)
    named = replace(found, transcript=correct(found.transcript, profile.names))
    return judge(Evidence(clip, named), brief, profile)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recordings(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named that look like recordings."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(path.rglob("*"))
        yield from (one for one in inside if one.suffix.lower() in ENDINGS and one.is_file())
