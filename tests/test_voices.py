"""Voices: who speaks with which, on each system; and that a woman sounds like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from repete import clips
from repete.analysis.delivery import voice
from repete.analysis.frames import frames_of
from repete.errors import VoiceError
from repete.model import LANGUAGES, Language, Span
from repete.voices import Installed, Role
from repete.voices.system import SystemVoice, list_voices

MAC = tuple(
    Installed(f"com.apple.voice.compact.{tag}.{name}", name, (tag.lower(),), gender)
    for tag, name, gender in (
        ("en-US", "Samantha", "female"),
        ("en-GB", "Daniel", "male"),
        ("en-AU", "Karen", "female"),
        ("fr-CA", "Amelie", "female"),
        ("fr-FR", "Thomas", "male"),
        ("fr-FR", "Sandrine", "female"),
    )
)
WINDOWS = tuple(
    Installed(rf"HKEY_LOCAL_MACHINE\Voices\Tokens\TTS_MS_{tag}_{name}_11.0", name, (), gender)
    for tag, name, gender in (
        ("EN-US", "ZIRA", "female"),
        ("EN-US", "DAVID", "male"),
        ("FR-FR", "HORTENSE", "female"),
    )
)
ESPEAK = tuple(
    Installed(name, name, (name.split("/")[1],))
    for name in ("gmw/en", "gmw/en-us", "gmw/en-gb-x-rp", "roa/fr-be", "roa/fr")
)


def chosen(installed: tuple[Installed, ...], language: Language, role: Role) -> str:
    voices = SystemVoice(Path("nowhere"))
    voices.__dict__["installed"] = installed
    return voices.choose(language, role)


@pytest.mark.parametrize(
    ("installed", "language", "woman", "man"),
    [
        (MAC, "en", "Karen", "Daniel"),
        (MAC, "fr", "Sandrine", "Thomas"),  # not a name that is known: by its gender
        (WINDOWS, "en", "DAVID", "DAVID"),  # rather another voice than the coach's
        (ESPEAK, "en", "gmw/en-us+f3", "gmw/en-us+m3"),
        (ESPEAK, "fr", "roa/fr+f3", "roa/fr+m3"),
    ],
)
def test_a_character_has_a_fitting_voice_that_is_not_the_coachs(
    installed: tuple[Installed, ...], language: Language, woman: str, man: str
) -> None:
    assert woman in chosen(installed, language, "woman")
    assert man in chosen(installed, language, "man")
    coach = chosen(installed, language, "coach")
    assert coach not in {chosen(installed, language, role) for role in ("woman", "man")}


def test_one_voice_alone_speaks_for_everybody() -> None:
    assert "HORTENSE" in chosen(WINDOWS, "fr", "man")


def test_no_voice_of_the_language_is_told_with_its_cure() -> None:
    with pytest.raises(VoiceError, match="speech settings"):
        chosen(ESPEAK[:3], "fr", "woman")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_woman_sounds_higher_than_a_man(language: Language, tmp_path: Path) -> None:
    voices = SystemVoice(tmp_path)
    if not any(found.id == "roa/fr" for found in list_voices()):
        pytest.skip("another system's voices")
    pitch = {}
    for role in ("woman", "man"):
        clip = clips.read(voices.path_of("Oh no, no, no, no, no, no, no, no!", language, role))
        pitch[role] = voice.voice(frames_of(clip.samples), [Span(0, clip.seconds)]).pitch_hertz
    assert pitch["woman"]
    assert pitch["man"]
    assert pitch["woman"] > 1.2 * pitch["man"]
