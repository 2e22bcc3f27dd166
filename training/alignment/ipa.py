"""The sounds of `repete.transcribe.alignment` in the phonetic alphabet that espeak-ng writes."""

from __future__ import annotations

from repete.transcribe.alignment.sounds import SOUNDS

LIKE = dict(zip("ʔɾxɡɲɫrʀʍɥᵻɒɐʌɚɝœ", "tdkgnlɹʁwyɪɑəəɜɜø", strict=True))
"""Sounds that are told apart by espeak-ng and not by the network."""

NASAL = {"ɑ": "ɑ̃", "a": "ɑ̃", "ɛ": "ɛ̃", "æ": "ɛ̃", "ø": "ɛ̃", "ɔ": "ɔ̃", "o": "ɔ̃"}
TILDE = "\u0303"


def sounds_in(ipa: str) -> list[int]:
    """The indices in `SOUNDS` of what is written; marks of stress and length say nothing.

    A diphthong and an affricate are two sounds.
    """
    found: list[str] = []
    for letter in ipa:
        sound = LIKE.get(letter, letter)
        if letter == TILDE and found:
            found[-1] = NASAL.get(found[-1], found[-1])
        elif sound in SOUNDS[1:] and found[-1:] != [sound]:
            found.append(sound)
    return [SOUNDS.index(sound) for sound in found]
