"""Whether a text is a reply at all: what a recognizer invents, loops and other tongues are not."""

from __future__ import annotations

import re
from collections.abc import Sequence

FEWEST = 2
"""Words that a reply must have: one word makes no move."""

LOOP = 0.12
"""Below this share of different words, over `LOOP_WORDS` words, a recognizer ran in a circle."""
LOOP_WORDS = 40

LATIN = 0.7
"""Share of the letters that must be Latin."""

KNOWN = 0.08
"""Share of the words that must be everyday French or English, over `KNOWN_WORDS` words."""
KNOWN_WORDS = 12

STRANGE = 2
"""Everyday words of other languages that make a reply foreign, if its own are not more."""

_INVENTED = re.compile(
    r"(?:thank(?:s| you)(?: (?:so|very) much)? for (?:watching|listening|viewing).{0,40}"
    r"|(?:please )?(?:don't forget to )?(?:like and )?subscribe.{0,40}"
    r"|see you (?:in the )?next (?:video|time)"
    r"|subtitles? by .{0,60}"
    r"|(?:sous[- ]?titr\w+|traduction)\b.{0,80}"
    r"|merci d'avoir (?:regard|visionn|écout|suivi)\w*.{0,60}"
    r"|(?:n'oubliez pas de |pensez à )?(?:vous )?abonne[rz].{0,60}"
    r"|amara\.org.{0,60}|transcription by .{0,60}"
    r"|(?:music|musique|applause|applaudissements|laughter|rires|silence|inaudible|blank_audio))",
    re.IGNORECASE,
)
"""What Whisper writes into silence (https://arxiv.org/abs/2402.08021): subtitles it learned."""

_TEXT = """
the and i you to of is that it my we for with this have are be what your if at not just can
there they let here all or know like get would will from about one out up how i'm it's don't
that's i'll i've you're we're let's but our as by an who where when why has had did does he
she his her their then than now been some any more very really too could should him its us
them were those these well yeah oh hi hello hey thanks thank nice lovely good see je vous est
les et une pas c'est ça pour dans avec j'ai mais suis qui sur mon ma mes votre vos nous ils
elle il au aux du ce cette ces ou où moi toi lui plus bien tout tous très quand comme parce
fait faire faut être avoir êtes avez sont ont était y'a j'étais d'un d'une l'on qu'on qu'il
n'est d'ailleurs oui bonjour bonsoir merci enchanté enchantée salut voilà alors donc aussi
peut peux veux vais va aller notre leur leurs même trop encore là ici euh ben chez sans sous
depuis pendant t'as t'es j'aime j'vais chuis ouais non deux mot
"""

_EVERYDAY = frozenset(_TEXT.split())
"""Everyday words of both languages which their neighbours do not share."""

_FOREIGN_TEXT = """
hola llamo soy estoy tengo aquí está esta este muy pero para por mi mis una uno unos el los las y
o nos vamos mañana semana gracias qué cómo ich bin und der das ein eine ist nicht wir mit für auf
zu haben habe mein meine heiße heisse guten hallo können vielen danke nächste ciao mi chiamo sono
il mio mia gli anche per questo questa di che ecco piacere settimana prossima olá meu minha não
com uma você obrigado obrigada semana próxima ik ben een het van mijn niet zullen hier jag är och
inte jestem nie się cześć proszę merhaba ben bir için teşekkür привет меня
"""

_FOREIGN = frozenset(_FOREIGN_TEXT.split()) - {"il", "mine", "ben", "y", "nos", "ha", "los"}
"""Everyday words of neighbours, those left out that English or French could hold."""


def words_of(text: str) -> list[str]:
    """The words with a letter or a digit, lower case, without their punctuation."""
    plain = text.lower().replace("’", "'")
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", plain)


def is_reply(words: Sequence[str]) -> bool:
    """Whether somebody said this, in French or in English."""
    heard = words_of(" ".join(words))
    if len(heard) < FEWEST or _INVENTED.fullmatch(" ".join(words).strip(" .!?[]()*♪\n")):
        return False
    if len(heard) >= LOOP_WORDS and len(set(heard)) < LOOP * len(heard):
        return False
    letters = [letter for word in heard for letter in word if letter.isalpha()]
    if sum(letter < "\u0250" for letter in letters) < max(1.0, LATIN * len(letters)):
        return False
    parts = [part for word in heard for part in (word, *re.split("['-]", word)[1:])]
    everyday = sum(part in _EVERYDAY for part in parts)
    strange = sum(word in _FOREIGN for word in heard)
    if strange >= STRANGE and strange > everyday:
        return False
    return len(heard) < KNOWN_WORDS or everyday >= KNOWN * len(heard)
