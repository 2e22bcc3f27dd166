"""Commands: what the user may say between two takes, and how it is told from talk.

A command is the whole of what was said, politeness left out; a sentence that merely holds its
words is none. English and French are both understood, whichever is being rehearsed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from repete.model import Language

Command = Literal["again", "next", "stop", "replay", "menu"]

SPOKEN: dict[Command, tuple[str, ...]] = {
    "again": (
        "again", "once again", "once more", "one more time", "try again", "another one",
        "another take", "repeat", "redo", "retry", "do it again", "do that again", "start over",
        "start again", "from the top", "play again", "go again", "i want to try again",
        "encore", "encore un", "encore une", "encore une fois", "une autre fois", "on recommence",
        "recommence", "recommencer", "recommencez", "je recommence", "on refait", "je refais",
        "on la refait", "refaire", "repete", "on repete", "rejoue", "on y retourne",
        "une autre prise", "nouvelle prise", "je veux recommencer",
    ),
    "next": (
        "next", "next one", "the next one", "next situation", "next scenario", "go on", "move on",
        "continue", "skip", "skip it", "go to the next one", "next please",
        "suivant", "suivante", "le suivant", "la suivante", "au suivant", "situation suivante",
        "scenario suivant", "la situation suivante", "passe au suivant", "on passe au suivant",
        "passe a la suivante", "on passe a la suivante", "on passe a la suite", "la suite",
        "continuer", "on continue", "prochain", "le prochain", "la prochaine",
    ),
    "stop": (
        "stop", "stop it", "stop there", "stop here", "quit", "exit", "finish", "finished", "done",
        "i'm done", "we're done", "that's all", "that's enough", "enough", "goodbye", "end",
        "i want to stop", "end it",
        "arrete", "arretez", "arreter", "on arrete", "j'arrete", "je m'arrete", "quitter", "fini",
        "c'est fini", "j'ai fini", "termine", "terminer", "c'est termine", "ca suffit",
        "c'est tout", "on s'arrete", "on s'arrete la", "au revoir", "je veux arreter",
    ),
    "replay": (
        "play it back", "play that back", "play back", "playback", "play me back", "replay",
        "replay it", "replay that", "let me hear it", "let me hear that", "let me listen",
        "let me hear it again", "listen", "listen back", "listen again", "i want to hear it",
        "hear it again", "play it", "play it again", "play it back to me", "hear it back",
        "reecouter", "reecoute", "reecoutez", "je reecoute", "on reecoute", "je veux reecouter",
        "ecouter", "ecoute", "ecouter ma prise", "fais moi ecouter", "fais moi reecouter",
        "faire reecouter", "reecouter ma prise", "relecture", "je veux ecouter", "on ecoute",
        "je veux m'ecouter", "je veux me reecouter", "je me reecoute",
    ),
    "menu": (
        "menu", "main menu", "the menu", "back to the menu", "go back to the menu", "go back",
        "go to the menu", "list", "choose", "choose another", "another situation",
        "le menu", "retour", "retour au menu", "revenir au menu", "menu principal", "la liste",
        "choisir", "une autre situation", "changer de situation", "change de situation",
    ),
}  # fmt: skip
"""What is said for each command, without accents."""

MISHEARD: dict[Language, dict[str, Command]] = {
    "en": {},
    "fr": {"manu": "menu", "et ecoutez": "replay", "je me reecoute et": "replay"},
}
"""What the `base` recognizer writes for a command that it hears in the other language, or too
short to be sure of (`benchmarks/commands.py` prints it)."""

EXPECTED: dict[Language, dict[str, Command]] = {
    "en": {
        "Again.": "again", "Once again.": "again", "One more time.": "again",
        "Next.": "next", "Next one.": "next", "Stop.": "stop", "I'm done.": "stop",
        "Quit.": "stop", "Play it back.": "replay", "Let me hear it.": "replay",
        "Menu.": "menu", "Back to the menu.": "menu",
    },
    "fr": {
        "Encore.": "again", "Encore une fois.": "again", "On recommence.": "again",
        "Suivant.": "next", "La suivante.": "next", "Stop.": "stop", "Arrête.": "stop",
        "On arrête.": "stop", "Réécouter.": "replay", "Je veux réécouter.": "replay",
        "Menu.": "menu", "Retour au menu.": "menu",
    },
}  # fmt: skip
"""What the recognizer compares a short utterance with that it could not read as a command: so short
a one gives it no context of its own."""

LIKELY, LEAD = -2.2, 1.0
"""Average log-probability from which an expected command was said, and by how much it must be ahead
of those of every other (27 commands in three voices: those that were told right lay above both, ten
sentences of talk under -3; one wrong one at -2.3)."""

SHORT = 3.0
"""Seconds from which an utterance is talk."""

POLITE = (
    "s'il te plait", "s'il vous plait", "si te plait", "please", "thank you very much",
    "thank you", "thanks", "merci beaucoup", "merci bien", "merci", "ok", "okay", "d'accord",
    "all right", "alright", "right", "well", "yes", "yeah", "yep", "oui", "ouais", "let's", "lets",
    "can we", "could we", "can you", "could you", "can i", "could i", "i'd like to", "i want to",
    "would you", "je voudrais", "j'aimerais", "on peut", "je peux", "tu peux", "vous pouvez",
    "allez", "allons", "alors", "bon", "ben", "bah", "so", "now", "then", "maintenant", "just",
    "um", "uh", "hmm", "euh", "hm", "repete", "oh", "ah", "and", "et", "hey",
)  # fmt: skip
"""What people say around a command; it changes nothing."""

MOST = 9
"""Words, politeness counted, beyond which what was said is talk."""

ALIKE, LETTERS = 0.85, 6
"""How alike (0 to 1, shared letters in order) an utterance and a command of as many words and at
least so many letters are taken for the same: one letter wrong in seven. Shorter words have too many
neighbours."""


def understood(text: str, language: Language) -> Command | None:
    """The command that was said, or None: `text` is what the recognizer wrote, in `language`."""
    said = _plain(text)
    if not said or len(said.split()) > MOST:
        return None
    for wish in (said, _bare(said)):
        command = _EXACT.get(wish) or MISHEARD[language].get(wish)
        if command:
            return command
    return _nearest(_bare(said))


def likeliest(fits: Sequence[float], language: Language) -> Command | None:
    """The command that fits an utterance well and far better than any other, or None.

    `fits` tells how well each of the `EXPECTED` texts of the language does, in their order.
    """
    best: dict[Command, float] = {}
    for command, fit in zip(EXPECTED[language].values(), fits, strict=True):
        best[command] = max(fit, best.get(command, fit))
    (first, found), (_, second) = sorted(best.items(), key=lambda it: it[1], reverse=True)[:2]
    return first if found >= LIKELY and found - second >= LEAD else None


def _plain(text: str) -> str:
    """Small letters without accents, marks as spaces, a word said twice in a row said once."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("’", "'").replace("œ", "oe"))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+(?:'[a-z0-9]+)*'?", kept)
    return " ".join(word for word, _ in groupby(words))


def _bare(said: str) -> str:
    """What was said without the politeness before and after it."""
    before = None
    while before != said:
        before = said
        for words in POLITE:
            said = said.removeprefix(f"{words} ").removesuffix(f" {words}")
    return said


def _nearest(said: str) -> Command | None:
    """The command that an utterance is a misspelling of."""
    letters = said.replace(" ", "")
    best, found = ALIKE, None
    for spoken, command in _EXACT.items():
        wanted = spoken.replace(" ", "")
        if wanted == letters:
            return command
        if len(wanted) >= LETTERS and spoken.count(" ") == said.count(" "):
            score = SequenceMatcher(None, letters, wanted, autojunk=False).ratio()
            if score >= best:
                best, found = score, command
    return found


_EXACT: dict[str, Command] = {
    _plain(words): command for command, several in SPOKEN.items() for words in several
}
