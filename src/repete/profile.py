"""The profile: what the user told of themselves, kept on this machine."""

from __future__ import annotations

from pathlib import Path

import msgspec

from repete.errors import StoreError
from repete.model import Profile
from repete.places import user_folder


def path() -> Path:
    """Where the profile lies."""
    return user_folder() / "profile.json"


def load() -> Profile:
    """The profile, empty when there is none.

    Raises:
        StoreError: its file is damaged.
    """
    try:
        return msgspec.json.decode(path().read_bytes(), type=Profile)
    except FileNotFoundError:
        return Profile()
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(
            f"{path()} is damaged ({error}): `repete profile --clear` starts anew."
        ) from error


def save(profile: Profile) -> None:
    """Keep the profile.

    Raises:
        StoreError: the disk refuses.
    """
    try:
        path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path().with_suffix(".part")
        part.write_bytes(msgspec.json.format(msgspec.json.encode(profile), indent=2))
        part.chmod(0o600)
        part.replace(path())
    except OSError as error:
        raise StoreError(
            f"{path()} cannot be written ({error.strerror}): check the folder's permissions."
        ) from error


def clear() -> None:
    """Forget the profile."""
    path().unlink(missing_ok=True)
