"""Lexicon: the small words that delivery is made of, in French and English."""

from __future__ import annotations

from dataclasses import dataclass

from repete.model import Language

Words = dict[Language, frozenset[str]]
Phrases = dict[Language, tuple[str, ...]]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FILLED_PAUSES: Words = {
    "en": _set("um umm uh uhh uhm er err erm ah ahm eh hm hmm mm mmm"),
    "fr": _set("euh heu euhh hum hem mh mmh hm hmm mm"),
}
"""Sounds that are never words. A recognizer leaves most of them out: the count is a least."""


@dataclass(frozen=True)
class FillerWord:
    """When some words are a filler.

    `bounds` is on how many sides a mark, a pause or the reply's edge must stand; `after` and
    `before` are words that, coming just before or after them, make them mean something.
    A sure one is counted, one that is not is listed as doubtful.
    """

    text: str
    sure: bool = True
    bounds: int = 0
    after: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()


_OBJECTS = _set("what that how who why where when the a an my your his her its this these him them")
_KINDS = _set("a an the this that what some any every same one another no new right")
_SEEING = _set(
    "le la les l ce cette ces que un une bien mon ma mes comment où pourquoi ça qui quoi"
)

FILLER_WORDS: dict[Language, tuple[FillerWord, ...]] = {
    "en": (
        FillerWord("you know", True, 1, _set("do did if as don't let would to"), _OBJECTS),
        FillerWord("y'know"),
        FillerWord("i mean", True, 1, _set("what do does if that")),
        FillerWord("sort of", True, 0, _KINDS),
        FillerWord("kind of", True, 0, _KINDS),
        FillerWord("like", True, 2, _set("i you we they i'd you'd we'd would feel looks look to")),
        FillerWord("like", False, 1, _set("i you we they i'd you'd we'd would feel looks look to")),
        *(FillerWord(word, False) for word in ("basically", "actually", "literally", "honestly")),
        *(FillerWord(word, False, 2) for word in ("so", "well", "right", "okay", "anyway")),
    ),
    "fr": (
        FillerWord("du coup"),
        FillerWord("bah"),
        FillerWord("ben"),
        FillerWord("en mode", True, 0, frozenset(), _set("avion veille sombre nuit")),
        FillerWord("tu vois", True, 1, _set("si que quand comme où"), _SEEING),
        FillerWord("vous voyez", True, 1, _set("si que quand comme où"), _SEEING),
        FillerWord(
            "genre", True, 0, _set("ce un du le de son quel même mauvais bon au"), _set("de")
        ),
        FillerWord("quoi", False, 1, _set("à de pour c'est sur sais n'importe en pas avec par")),
        FillerWord("voilà", False, 2),
        *(FillerWord(word, False, 2) for word in ("bon", "enfin", "donc", "alors", "hein")),
        *(FillerWord(word, False, 1) for word in ("en fait", "au final", "en gros")),
    ),
}
"""Words that fill where they mean nothing. Linguists refuse to call them a fault: the same words
do real work (Chanet 2003 finds *bon, bien, quoi, enfin* undecidable without context), so those
that only their place tells are listed apart."""

CORRECTIONS: Phrases = {
    "en": ("sorry", "or rather", "no wait", "let me rephrase", "scratch that"),
    "fr": ("pardon", "ou plutôt", "enfin non", "non pardon", "je reprends", "je veux dire"),
}
"""Words with which a speaker takes back what was just said."""

HEDGES: Phrases = {
    "en": (
        "i think", "i guess", "i believe", "maybe", "perhaps", "probably", "a bit", "a little",
        "hopefully", "just", "somehow", "i'm not sure", "not really", "i feel like",
    ),
    "fr": (
        "je pense", "je crois", "je suppose", "peut-être", "un peu", "un petit peu",
        "normalement", "j'espère", "j'essaie", "plutôt", "je ne sais pas", "quelque part",
        "une sorte de", "un petit",
    ),
}  # fmt: skip
"""Words that take back a part of what is said."""

FUNCTION_WORDS: Words = {
    "en": _set("a an the and or but of to in on at for with that is was it so i"),
    "fr": _set(
        "le la les de des du et à au aux en un une que qui mais ou dans pour par sur ce ces "
        "est je tu il on donc alors c'est"
    ),
}
"""Words that carry no stress: in French a lengthened one is a hesitation (Candea 2000)."""

FIRST_PERSON: Words = {
    "en": _set("i me my mine myself i'm i've i'll i'd"),
    "fr": _set("je j me m moi mon ma mes mien mienne miens miennes"),
}

SECOND_PERSON: Words = {
    "en": _set("you your yours yourself you're you've you'll you'd"),
    "fr": _set("tu te t toi ton ta tes tien tienne vous votre vos vôtre vôtres"),
}

MEANT_TWICE: Words = {
    "en": _set("no yes very really had that so many ha bye"),
    "fr": _set("non oui très nous vous bien si trop"),
}
"""Words that people say twice on purpose, or that grammar doubles."""

STOPWORDS: Words = {
    "en": FUNCTION_WORDS["en"] | FIRST_PERSON["en"] | SECOND_PERSON["en"] | _set(
        "we our us they them their he she his her this these those there are be been were "
        "have has had do does did not no if as by from what which who how when where can "
        "could will would it's that's don't we're very all just about up out then than"
    ),
    "fr": FUNCTION_WORDS["fr"] | FIRST_PERSON["fr"] | SECOND_PERSON["fr"] | _set(
        "nous notre nos elle elles ils leur leurs son sa ses lui se y ne pas plus ça cela "
        "cette cet sont être été était avoir ai as a avons avez ont avait fait faire si comme "
        "avec où quand très tout tous toute toutes d l s n qu c il aussi bien même"
    ),
}  # fmt: skip
"""Words too common for their repetition to be heard."""


def plain(word: str) -> str:
    """A word without capitals and punctuation around it, its apostrophe straight."""
    return word.casefold().replace("’", "'").strip(".,;:!?…\"'()«»“”- ")


def is_filled_pause(word: str, language: Language) -> bool:
    """Whether the word is none, only a sound."""
    return plain(word) in FILLED_PAUSES[language]


def ends_sentence(word: str) -> bool:
    """Whether the recognizer wrote the end of a sentence after the word."""
    return word.rstrip("\"'»”) ").endswith((".", "!", "?"))


def ends_clause(word: str) -> bool:
    """Whether the recognizer wrote any mark after the word."""
    return word.rstrip("\"'»”) ").endswith((".", "!", "?", ",", ";", ":", "…", "-"))
