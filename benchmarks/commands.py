"""How surely a spoken command is understood, and how often talk is taken for one.

    python benchmarks/commands.py [FOLDER]

espeak-ng says every command; FOLDER may hold more voices, as `LANGUAGE_COMMAND_ANYTHING.wav` (what
was said in a `.txt` beside it; the command `none` for what is none). The talk are the development
replies of the corpus, whole and sentence by sentence.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from truth import speak

from repete import clips
from repete.commands import EXPECTED, SHORT, likeliest, understood
from repete.model import LANGUAGES, Clip, Language
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer

SAID: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "again": ("Again.", "Again, please.", "One more time."),
        "next": ("Next.", "Next one, please."),
        "stop": ("Stop.", "I'm done.", "Quit."),
        "replay": ("Play it back.", "Let me hear it."),
        "menu": ("Menu.", "Back to the menu."),
    },
    "fr": {
        "again": ("Encore.", "Encore une fois, s'il te plaît.", "On recommence."),
        "next": ("Suivant.", "La suivante, s'il vous plaît."),
        "stop": ("Stop.", "Arrête.", "On arrête là."),
        "replay": ("Réécouter.", "Je veux réécouter."),
        "menu": ("Menu.", "Retour au menu."),
    },
}

VOICES: dict[Language, tuple[str, ...]] = {"en": ("en-us",), "fr": ("fr",)}

REPLIES = 200
"""Replies that are talk: a hundred in each language."""


def synthetic() -> Iterator[tuple[Language, str, str, Clip]]:
    """Every command in espeak-ng's voices: its language, its name, what is said, the sound."""
    for language, commands in SAID.items():
        for voice in VOICES[language]:
            for command, texts in commands.items():
                for text in texts:
                    ssml = f'<speak><prosody rate="85%">{text}</prosody></speak>'
                    spoken = speak(ssml, voice, language, text)
                    yield language, command, f"{voice}: {text}", Clip(spoken.samples)


def recorded(folder: Path) -> Iterator[tuple[Language, str, str, Clip]]:
    """The same from the recordings of a folder."""
    for path in sorted(folder.glob("*.wav")):
        language, command, _ = path.stem.split("_", 2)
        spoken: Language = "fr" if language == "fr" else "en"
        yield spoken, command, path.with_suffix(".txt").read_text("utf-8"), clips.read(path)


def talk(corpus: Path) -> Iterator[tuple[Language, str]]:
    """Ordinary replies, and each of their sentences."""
    for language in LANGUAGES:
        lines = (corpus / f"{language}.dev.jsonl").read_text("utf-8").splitlines()
        items: list[dict[str, Any]] = [json.loads(line) for line in lines]
        for item in items[:: len(items) // (REPLIES // 2)][: REPLIES // 2]:
            yield language, item["text"]
            for sentence in re.split(r"(?<=[.!?…])\s+", item["text"]):
                yield language, sentence


def nearest(recognizer: Recognizer, clip: Clip, language: Language) -> str | None:
    """The command that the sound tells where the words do not."""
    if clip.seconds >= SHORT:
        return None
    fits = recognizer.fits(clip.samples, language, list(EXPECTED[language]))
    return likeliest(fits, language)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="recordings of commands")
    given = parser.parse_args()
    recognizer = Recognizer(weights.find())
    hits: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    missed = []
    cases = [*synthetic(), *(recorded(given.folder) if given.folder else ())]
    for language, command, said, clip in cases:
        heard = recognizer.transcribe(clip, language).text
        found = understood(heard, language) or nearest(recognizer, clip, language)
        wanted = None if command == "none" else command
        kind = "hit" if found == wanted else "other" if found else "none"
        hits[language, command][kind] += 1
        if kind != "hit":
            missed.append(f"{language} {command:<7} {said!r} was heard as {heard!r}: {found}")
    print(f"{platform.machine()}, Python {platform.python_version()}\n")
    print("| command | understood | as another | not |\n|---|---|---|---|")
    for (language, command), counts in sorted(hits.items()):
        total = counts.total()
        print(f"| {language} {command} | {counts['hit']}/{total} | {counts['other']} | "
              f"{counts['none']} |")  # fmt: skip
    print("", *missed, sep="\n")
    texts = list(talk(Path(__file__).parents[1] / "tests" / "corpus" / "moves"))
    false = [text for language, text in texts if understood(text, language)]
    print(f"\n{len(false)} of {len(texts)} replies and sentences of talk were taken for a command")
    print(*false, sep="\n")


if __name__ == "__main__":
    main()
