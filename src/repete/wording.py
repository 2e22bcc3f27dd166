"""Wording: a scenario's words with the user's own details in the blanks."""

from __future__ import annotations

from dataclasses import asdict

from repete.model import Profile


def fill(text: str, profile: Profile, example: Profile) -> str:
    """The text with its blanks filled from the profile, or from the example where it is silent."""
    known = {key: value or getattr(example, key) for key, value in asdict(profile).items()}
    return text.format(**known)
