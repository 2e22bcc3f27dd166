"""Syllables: how many a written word has, by rules of spelling.

A dictionary would be surer for a word and no surer for a minute: the rules' errors cancel out
(`benchmarks/delivery.py` compares them with espeak-ng's phonemes).
"""

from __future__ import annotations

import re

from repete.analysis.lexicon import plain
from repete.model import Language

_VOWELS = {"en": "aeiouy", "fr": "aeiouyàâäéèêëîïôöùûüœæ"}

_DIGITS = {
    "en": (2, 1, 1, 1, 1, 1, 1, 2, 1, 1),
    "fr": (2, 1, 1, 1, 1, 1, 1, 1, 1, 1),
}

_EN_SILENT = re.compile(r"(?<=[^aeiouy])(?:e|es|ed|ely|eful|eless|ement)$")
_EN_SOUNDED = re.compile(r"(?:[td]ed|[sxz]es|[cs]hes|[cg]es|[^aeiou]le|[^aeiou]les|[^aeiou]led)$")
_EN_APART = re.compile(r"ia(?!l|n)|io(?!us|n)|eo(?!us|n)|ua(?!l)|ui(?=ng)|yi|creat|[aeiou]ing")
_FR_SILENT = re.compile(r"(?<=[^aeiouyàâäéèêëîïôöùûü])(?:e|es|ent)$|(?<=[éiuûoï])(?:e|es|ent)$")
_FR_GLIDE = re.compile(r"[qg]u(?=[eéèêiîaoœ])|i(?=[eéèaoœ])|ou(?=[iea])|u(?=i)|y(?=[aeoué])")
_FR_APART = re.compile(r"[éï](?=[aâàeèêoôu])")


def syllables(word: str, language: Language) -> int:
    """How many syllables the word has when spoken in the language; at least one."""
    letters = plain(word)
    count = sum(_DIGITS[language][int(digit)] for digit in re.findall(r"\d", letters))
    parts = [part for part in re.split(r"[^a-zà-ÿœæ]+", letters) if part]
    measure = _english if language == "en" else _french
    return max(1, count + sum(measure(part) for part in parts))


def _english(word: str) -> int:
    if word in _EN_ENDINGS:
        return 0
    stem = word
    if len(word) > 2 and not _EN_SOUNDED.search(word):
        stem = _EN_SILENT.sub(lambda end: end[0][2:] if len(end[0]) > 2 else "", word)
    return max(1, _groups(stem, "en") + len(_EN_APART.findall(stem)))


_EN_ENDINGS = {"s", "t", "m", "d", "ll", "ve", "re"}
"""What follows an apostrophe and is no syllable of its own."""


def _french(word: str) -> int:
    if word in _FR_ELIDED:
        return 0
    stem = _FR_SILENT.sub("", word) if not _ends_nasal(word) and len(word) > 2 else word
    apart = len(_FR_APART.findall(stem))
    return max(1, _groups(_FR_GLIDE.sub("", stem), "fr") + apart)


_FR_ELIDED = {"j", "l", "d", "n", "m", "t", "s", "c", "qu"}
"""Words that an apostrophe leaves without a vowel."""


def _ends_nasal(word: str) -> bool:
    """Whether a final "ent" is sounded ("vraiment"), not a verb's silent plural ("parlent")."""
    return bool(re.search(r"(?:[aeié]ment|[aeiou]cent|argent|souvent|cent)$", word))


def _groups(word: str, language: Language) -> int:
    return len(re.findall(f"[{_VOWELS[language]}]+", word))
