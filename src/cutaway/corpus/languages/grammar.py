"""The grammars of the three languages, as settings of one grammar, and the endings of their words.

Veltic: subject, verb, object; an article before the noun, adjectives before it, verbs agree with the subject in number.
Ostran: subject, object, verb; everything by endings: article, case, tense, negation; adjectives after the noun.
Mirelan: verb, subject, object; no article, no case; tense is a particle before the verb, adjectives after the noun.

An ending has two shapes: one after a consonant, one after a vowel.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from cutaway.corpus.languages.sounds import ends_in_vowel

Ending = tuple[str, str]
NOTHING: Final = ("", "")


@dataclass(frozen=True)
class Grammar:
    """How one language speaks. `order`: Time Subject Verb Object Recipient Place Manner."""

    order: str
    adjective_first: bool
    owner_first: bool
    preposition_first: bool
    plural: Ending
    relative: str
    linker: str = ""  # between what is owned and the owner
    articles: tuple[str, str] | None = None
    definite: Ending = NOTHING
    cases: dict[str, Ending] = field(default_factory=dict)
    tenses: dict[str, Ending] = field(default_factory=dict)
    plural_verb: str = ""
    tense_particles: dict[str, str] = field(default_factory=dict)
    negation: str = ""  # a particle before the verb
    negation_ending: str = ""
    question_first: str = ""
    question_last: str = ""
    be_is_silent: bool = False  # in the present


GRAMMARS: Final = {
    "veltic": Grammar(
        order="SVOMRPT",
        adjective_first=True,
        owner_first=False,
        preposition_first=True,
        plural=("i", "ri"),
        articles=("sa", "sen"),
        tenses={"present": ("e", "ve"), "past": ("ad", "vad"), "future": ("ul", "vul")},
        plural_verb="n",
        negation="ne",
        question_first="ka",
        linker="ve",
        relative="ke",
    ),
    "ostran": Grammar(
        order="TSPROMV",
        adjective_first=False,
        owner_first=True,
        preposition_first=False,
        plural=("ar", "r"),
        definite=("on", "n"),
        cases={"accusative": ("um", "m"), "dative": ("et", "t"), "genitive": ("os", "s")},
        tenses={"present": ("a", "ya"), "past": ("ida", "da"), "future": ("ush", "sh")},
        negation_ending="nu",
        question_last="li",
        relative="kel",
        be_is_silent=True,
    ),
    "mirelan": Grammar(
        order="VSORMPT",
        adjective_first=False,
        owner_first=False,
        preposition_first=True,
        plural=("ini", "ni"),
        tense_particles={"past": "ta", "future": "se"},
        negation="mai",
        question_first="e",
        linker="lo",
        relative="ri",
    ),
}


def ended(stem: str, ending: Ending) -> str:
    """A stem with the shape of an ending that goes with it."""
    return stem + ending[ends_in_vowel(stem)]


@cache
def noun_form(language: str, stem: str, plural: bool, definite: bool, case: str) -> str:
    """A noun or a name: the endings of number, article and case in this order."""
    grammar = GRAMMARS[language]
    form = ended(stem, grammar.plural) if plural else stem
    if definite:
        form = ended(form, grammar.definite)
    return ended(form, grammar.cases.get(case, NOTHING))


@cache
def verb_form(language: str, stem: str, tense: str, plural: bool, negated: bool) -> str:
    """A verb: the endings of tense, number and negation; Veltic puts an e before the n of a plural if it must."""
    grammar = GRAMMARS[language]
    form = ended(stem, grammar.tenses.get(tense, NOTHING))
    if plural and grammar.plural_verb:
        form += grammar.plural_verb if ends_in_vowel(form) else "e" + grammar.plural_verb
    return form + grammar.negation_ending if negated else form
