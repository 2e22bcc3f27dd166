"""Closings: the words after which one goes on, and those with which one ends, French and English.

Said words, as a recognizer writes them: small letters, straight apostrophes, no punctuation.
"""

from __future__ import annotations

from repete.analysis.lexicon import Phrases, Words
from repete.model import Language

CLOSING_MOVES = frozenset({
    "graceful_exit", "follow_up", "lunch_ask", "card_handoff", "network_invite",
    "offer_introduction", "split_up", "call_to_action",
})  # fmt: skip
"""Moves that hand the turn to the partner, or take leave: a reply may end after one."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEADING: Words = {
    "en": _set(
        "and or but nor because cause cos although unless until whereas while whether if than "
        "when whenever where who whose which since as so then also plus "
        "the a an my your our their its these every each some any another "
        "of from into with without for at between among towards through during via per by to "
        "i we they he she i'm we're they're you're he's she's it's there's that's here's "
        "i've we've they've you've i'll we'll they'll you'll i'd we'd they'd you'd let's "
        "is are was were be been am has very really quite such "
        "mr mrs ms dr like actually basically"
    ),
    "fr": _set(
        "et ou mais car donc or ni parce puisque lorsque quand si comme que qu qui dont où "
        "puis ensuite alors afin quoique "
        "le la les l un une des du de d au aux ce cet cette ces mon ma mes ton ta tes notre nos "
        "votre vos leur leurs son sa ses chaque quelques plusieurs quel quelle quels quelles "
        "à en dans par pour sur sous chez vers entre sans contre parmi depuis pendant "
        "je j tu il ils on ne n m t s se me te c'est c'était c est sont était j'ai j'avais j'étais "
        "suis sommes êtes ai avons qu'on qu'il qu'elle qu'ils qu'elles qu'un qu'une j'y y "
        "d'un d'une très trop genre enfin ben bah"
    ),
}
"""Words that lead to more: conjunctions, determiners, prepositions, subjects, auxiliaries."""

LEADING_PHRASES: Phrases = {
    "en": (
        "you know", "i mean", "kind of", "sort of", "such as", "for example", "for instance",
        "in order", "as well as", "the thing is", "what i do is", "i was", "let me see",
        "how do you say", "what's it called", "what's the word", "i think that", "so that",
        "my name", "i work", "i'd like", "i'd love", "i would like", "i want", "i need",
        "funnily enough", "oddly enough", "strangely enough", "believe it or not",
        "to tell you the truth", "as a matter of fact",
    ),
    "fr": (
        "parce que", "c'est-à-dire", "c'est à dire", "par exemple", "du coup", "en fait",
        "tu vois", "vous voyez", "tu sais", "vous savez", "comment dire", "comment on dit",
        "c'est quoi le mot", "et puis", "je veux dire", "en gros", "une sorte", "une espèce",
        "en train", "à cause", "grâce", "au lieu", "il y a", "il y avait", "je m'appelle",
        "je voudrais", "j'aimerais", "je travaille", "il faut", "à vrai dire",
        "pour tout vous dire", "pour tout te dire", "figurez-vous", "figure-toi",
    ),
}  # fmt: skip
"""Words that lead to more together."""

COMPLETE: Phrases = {
    "en": (
        "i think so", "i hope so", "i believe so", "i guess so", "love to", "like to",
        "happy to", "glad to", "want to", "wanted to", "going to", "have to", "used to", "able to",
        "get to", "leave it to", "go to", "talk to", "speak to", "listen to", "belong to",
        "where i am", "here i am", "who i am", "what it is", "how it is", "bet it is", "so it is",
        "where we are", "where you are", "who you are", "how you are", "what they are", "there is",
        "come with", "work with", "here with", "to work for", "looking for", "waiting for",
        "here for", "ask for", "come from", "you from", "so do i", "neither do i",
        "so am i", "it like", "it's like", "who's who", "in front of", "think of", "dream of",
    ),
    "fr": (
        "et alors", "ça y est", "qui c'est", "ce que c'est", "d'où vous êtes", "comme vous êtes",
        "qui vous êtes", "où vous êtes", "dis donc",
        "dites donc", "asseyez-vous donc", "venez donc", "viens donc", "fait pour", "venu pour",
        "venue pour", "là pour", "suis pour", "comme on est", "en êtes où", "vas où", "allez où",
        "c'est où", "êtes où", "par où", "n'importe où", "n'importe qui", "avec qui",
        "pour qui", "ici depuis",
    ),
}  # fmt: skip
"""Words that end a sentence though their last one seldom does."""

FAREWELLS: Phrases = {
    "en": (
        "see you", "bye", "goodbye", "good bye", "take care", "cheers", "good night",
        "have a good", "have a great", "have a lovely", "have a nice", "have a wonderful",
        "have fun", "enjoy your", "enjoy the", "good luck", "nice talking", "nice to meet",
        "lovely to meet", "great to meet", "lovely talking", "great talking", "nice meeting",
        "pleasure to meet", "pleasure meeting", "a pleasure talking", "i'll let you", "let you two",
        "hand you back", "leave you to",
        "talk soon", "speak soon", "until then", "catch you later", "i'll leave you",
        "that's it from me", "that's all from me",
    ),
    "fr": (
        "au revoir", "bonne soirée", "bonne journée", "bonne nuit", "bonne fin", "bonne suite",
        "bonne continuation", "bonne chance", "bon courage", "bon appétit", "bonne route",
        "à bientôt", "à demain", "à tout à l'heure", "à tout de suite", "à plus tard",
        "à très vite",
        "à la prochaine", "à lundi", "à mardi", "à mercredi", "à jeudi", "à vendredi", "à samedi",
        "à dimanche", "à tantôt", "je vous laisse", "je te laisse", "je me sauve", "je file",
        "je m'éclipse", "je vous abandonne", "ravi de", "ravie de", "ravi d'avoir", "ravie d'avoir",
        "merci de m'avoir",
        "amusez-vous", "profitez bien", "adieu", "ciao", "à une prochaine", "au plaisir",
    ),
}  # fmt: skip
"""Words with which one takes leave."""

NO_FAREWELLS: Phrases = {"en": ("i see you",), "fr": ()}
"""Words that hold some of them, and with which nobody does."""

QUESTIONS: Phrases = {
    "en": (
        "you", "your", "yours", "yourself", "how", "what", "what's", "who", "who's", "where",
        "when", "why", "which", "did", "does", "do they", "is it", "isn't it", "is that", "may i",
        "can i", "could i", "shall i", "should i", "shall we", "should we", "right", "deal",
        "any questions",
    ),
    "fr": (
        "vous", "tu", "toi", "votre", "vos", "ton", "ta", "tes", "ça te", "est ce", "comment",
        "pourquoi", "combien", "quel", "quelle", "quels", "quelles", "où", "qui", "quoi", "quand",
        "on se", "d'accord", "non", "hein", "une question", "des questions",
    ),
}  # fmt: skip
"""Words with which one asks the partner something, above all the partner's own pronouns, for a
French question may have no other sign than its mark and its tone. A question mark in the transcript
is believed where one of them stands in the last words; what hyphens join stands apart."""

SURE_QUESTIONS: dict[Language, tuple[str, ...]] = {
    "en": ("what about you", "how about you", "and you", "and yourself", "what do you think",
           "what do you say"),
    "fr": ("et vous", "et toi", "qu'en dites-vous", "vous en pensez quoi", "tu en penses quoi",
           "ça vous dit", "ça te dit", "ça vous va", "ça te va"),
}  # fmt: skip
"""Words that ask, mark or no mark, when they come last."""
