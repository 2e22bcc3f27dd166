"""Patterns: wordings that make a move, and the words before them that undo it.

Precise where they match, blind to every wording that nobody thought of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from repete.model import Language

CONFIDENCE = 0.8
"""How sure a pattern is: it sees the words, not what they mean."""


@dataclass(frozen=True)
class Found:
    """A move in a text: its stretch of characters and how sure we are (0 to 1)."""

    move: str
    start: int
    end: int
    confidence: float


def match(text: str, language: Language) -> tuple[Found, ...]:
    """Every pattern that matches a clause of the text and that nothing in the clause undoes."""
    return tuple(_match(text, language))


def _match(text: str, language: Language) -> Iterator[Found]:
    undone = re.compile(_UNDONE[language], re.IGNORECASE)
    for clause in re.finditer(r"[^.!?;…]+[.!?;…]*", text):
        for move, pattern in _patterns(language):
            for hit in pattern.finditer(clause.group()):
                before = clause.group()[max(0, hit.start() - 40) : hit.start()]
                if not undone.search(before):
                    at = clause.start()
                    yield Found(move, at + hit.start(), at + hit.end(), CONFIDENCE)


@cache
def _patterns(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (move, re.compile(rf"\b(?:{'|'.join(forms)})", re.IGNORECASE))
        for move, forms in _FORMS[language].items()
    )


_UNDONE: dict[Language, str] = {
    "en": r"\b(?:not|n't|never|no|he|she|they|said|told|yesterday|last (?:week|year|night))\b"
    r"(?:\s+\w+){0,3}\s*$",
    "fr": r"\b(?:pas|jamais|il|elle|ils|elles|a dit|hier|dernière?)\b(?:\s+\w+){0,3}\s*$",
}

_FORMS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "self_introduction": (
            r"my name(?:'s| is) \w+",
            r"(?-i:I'm|I am) (?-i:[A-Z]\w+)(?: (?-i:[A-Z]\w+))?",
            r"call me (?-i:[A-Z])\w+",
            r"i(?:'m| am) an? \w+(?:er|or|ist|ian|ect|ant)\b",
            r"i (?:run|own|founded|manage) (?:a|an|my|the) [\w ]{3,40}",
        ),
        "icebreaker": (
            r"i (?:love|adore|really like) (?:your|that|those|this) [\w ]{2,30}",
            r"what an? (?:gorgeous|lovely|beautiful|great|stunning) [\w ]{2,20}",
            r"(?:is|are) (?:that|those|this) (?:a|an|the) [\w ]{2,20} (?:bag|coat|watch|shoes)",
        ),
        "acknowledge": (
            r"you (?:said|mentioned|were saying|told me)[\w' ]{3,60}",
            r"what you (?:say|said) about [\w' ]{3,40}",
        ),
        "pivot": (
            r"(?:that's|which is) (?:exactly|just|precisely) what (?:i|we|my)[\w' ]{3,60}",
            r"that reminds me of (?:my|our|a) (?:project|client|work)[\w' ]*",
            r"funny you (?:say|mention)[\w' ,]{3,60}",
        ),
        "professional_turn": (
            r"what (?:do you do|brings you|line of work)[\w' ]*",
            r"(?:who|where) do you work[\w' ]*",
            r"how did you (?:build|grow) your (?:network|business|circle)[\w' ]*",
        ),
        "network_invite": (
            r"(?:add|find|connect with|connect) (?:you |me )?on linked ?in",
            r"join (?:my|our|the) (?:network|group|list|circle|community)[\w' ]*",
            r"stay on each other's radar",
        ),
        "split_up": (
            r"divide and conquer",
            r"you take the [\w ]{2,20} and i(?:'ll)? take",
            r"(?:shall|should) we (?:mingle|circulate|work the room|do the rounds)",
            r"let's (?:mingle|circulate|go (?:and )?(?:meet|say hi)[\w' ]*)",
        ),
        "offer_introduction": (
            r"(?:i'll|i can|let me|i'd love to|i would love to|happy to) introduce you[\w' ]*",
            r"(?:i'll|i can) put you in touch[\w' ]*",
            r"you (?:should|must|have to) meet [\w' ]{2,30}",
        ),
        "card_handoff": (
            r"(?:here's|here is|take|have) my (?:business )?(?:card|number|email)",
            r"let me give you my (?:card|number|email|details)",
            r"my (?:number|email|address)(?:'s| is)[\w@ .]*",
        ),
        "lunch_ask": (
            r"(?:have|do|get|grab) (?:a )?(?:lunch|coffee|dinner|breakfast|bite)"
            r"(?: together| one day| some ?time| with (?:you|me)| next \w+)?",
            r"(?:buy|take) you (?:to |for )?(?:a )?(?:lunch|coffee|dinner)",
        ),
        "follow_up": (
            r"(?:e-?mail|call|text|message|write to|ring) me[\w' ]*",
            r"i'll (?:e-?mail|call|text|message|write to|send) you[\w' ]*",
        ),
        "graceful_exit": (
            r"(?:i'll|i will|let me) (?:let|leave) you (?:two |both )?(?:to )?[\w' ]*",
            r"(?:don't let me|i won't) keep you[\w' ]*",
            r"(?:lovely|nice|great) (?:meeting|talking to|to have met) you[\w' ]*",
        ),
        "what_i_do": (
            r"(?:i|we) (?:help|make|build|design|teach|advise|train)[\w' ]{8,80}",
            r"my (?:company|studio|business|team) (?:helps|makes|builds|designs)[\w' ]{5,80}",
        ),
        "proof": (
            r"(?:last (?:year|month)|in \w+ (?:weeks|months|years))[\w', ]*\b(?:\d+|percent|twice)"
            r"[\w' %]*",
            r"\b(?:\d[\d,.]*|twenty|thirty|forty|fifty|hundreds?)"
            r" ?(?:percent|%|clients|customers|people|companies|users|families)[\w' ]*",
        ),
        "call_to_action": (
            r"do you know (?:anyone|someone|anybody)[\w' ]*",
            r"(?:i'm|we're) looking for[\w' ]{4,60}",
            r"(?:could|would|can) you (?:introduce|try|visit|come|give)[\w' ]{3,60}",
            r"(?:come|drop) (?:and see|by|and visit)[\w' ]{2,40}",
        ),
    },
    "fr": {
        "self_introduction": (
            r"je m'appelle \w+",
            r"moi,? c'est (?-i:[A-Z])\w+",
            r"je suis (?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+)?",
            r"je suis (?:\w+(?:eur|euse|ice|iste|ien|ienne|ecte|ère|ant)\b)",
            r"je (?:dirige|tiens|gère) (?:une?|mon|ma|le|la|l')[\w' ]{3,40}",
        ),
        "icebreaker": (
            r"(?:j'adore|j'aime beaucoup) (?:votre|vos|ton|ta|tes|ce|cette) [\w ]{2,30}",
            r"(?:il|elle) est (?:magnifique|superbe|splendide),? (?:votre|ton|ta) [\w ]{2,20}",
            r"quel(?:le)? (?:beau|belle|magnifique|superbe) [\w ]{2,20}",
        ),
        "acknowledge": (
            r"(?:vous disiez|tu disais|vous parliez|tu parlais|vous avez parlé)[\w' ]{3,60}",
            r"ce que (?:vous dites|tu dis) (?:sur|de)[\w' ]{3,40}",
        ),
        "pivot": (
            r"c'est (?:exactement|justement|précisément) ce (?:que|qui|sur quoi)[\w' ]{3,60}",
            r"(?:ça|cela) me (?:rappelle|fait penser à) (?:mon|ma|un|une|le)"
            r" (?:projet|client)[\w' ]*",
            r"ça rejoint (?:mon|ma|le|ce)[\w' ]{3,50}",
        ),
        "professional_turn": (
            r"(?:vous faites quoi|tu fais quoi|que faites[ -]vous)[\w' ]*",
            r"qu'est[ -]ce (?:que vous faites|qui vous amène|qui t'amène)[\w' ]*",
            r"vous travaillez (?:où|dans|chez)[\w' ]*",
            r"comment avez[ -]vous (?:construit|bâti) votre réseau[\w' ]*",
        ),
        "network_invite": (
            r"(?:on se connecte|je vous ajoute|je t'ajoute|ajoutez-moi) sur linked ?in",
            r"(?:rejoindre|rejoignez|rejoins) (?:mon|notre|le) (?:réseau|groupe|cercle)[\w' ]*",
            r"vous inviter dans mon réseau",
        ),
        "split_up": (
            r"on se (?:partage|répartit) (?:la salle|les)[\w' ]*",
            r"diviser pour (?:mieux )?régner",
            r"(?:si on allait|allons|on va) (?:faire le tour|saluer|circuler|rencontrer)[\w' ]*",
        ),
        "offer_introduction": (
            r"je (?:vous|te) (?:présente|présenterai)[\w' ]*",
            r"je (?:peux|vais|pourrais) (?:vous|te) (?:présenter|mettre en (?:contact|relation))"
            r"[\w' ]*",
            r"il faut que (?:vous rencontriez|tu rencontres)[\w' ]*",
        ),
        "card_handoff": (
            r"(?:voici|voilà|tenez,?|tiens,?|prenez) (?:voici )?ma carte",
            r"je vous (?:laisse|donne) (?:ma carte|mon numéro|mes coordonnées|mon mail)",
            r"mon (?:numéro|mail|adresse),? c'est[\w@ .]*",
        ),
        "lunch_ask": (
            r"(?:qu'on |on )(?:déjeune|dîne|se fasse un resto|se fait un resto|mange ensemble)"
            r"[\w' ]*",
            r"(?:prendre|boire|prenne|prend|boive|boit) un (?:café|verre) (?:un de ces|un jour|"
            r"la semaine)[\w' ]*",
            r"déjeuner (?:ensemble|un de ces jours|un jour|avec vous|avec toi)[\w' ]*",
        ),
        "follow_up": (
            r"(?:écrivez|appelez|rappelez)-moi[\w' ]*",
            r"vous m'(?:écrivez|appelez)[\w' ]*",
            r"je (?:vous|t')\s?(?:écris|appelle|rappelle|envoie)[\w' ]*",
        ),
        "graceful_exit": (
            r"je (?:vous|te) laisse[\w' ]*",
            r"je ne (?:vous|te) retiens pas[\w' ]*",
            r"ravie? (?:de vous avoir|d'avoir fait)[\w' ]*",
        ),
        "what_i_do": (
            r"(?:j'aide|on aide|nous aidons|j'accompagne|nous accompagnons|je conçois|je forme)"
            r"[\w' ]{8,80}",
            r"mon métier,? c'est[\w' ]{5,80}",
        ),
        "proof": (
            r"(?:l'an dernier|l'année dernière|en \w+ (?:mois|ans|semaines))[\w', ]*"
            r"\b(?:\d+|pour cent|doublé)[\w' %]*",
            r"\b(?:\d[\d ,.]*|vingt|trente|quarante|cinquante|cent)"
            r" ?(?:pour cent|%|clients|personnes|entreprises|familles)[\w' ]*",
        ),
        "call_to_action": (
            r"(?:vous connaissez|connaissez[ -]vous) (?:quelqu'un|un|une|des)[\w' ]*",
            r"je (?:cherche|recherche)[\w' ]{4,60}",
            r"(?:pouvez|pourriez)[ -]vous (?:me présenter|passer|venir|essayer)[\w' ]*",
            r"(?:venez|passez) (?:nous |me )?(?:voir|visiter|essayer)[\w' ]*",
        ),
    },
}
