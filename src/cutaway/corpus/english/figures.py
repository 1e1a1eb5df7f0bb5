"""Who and what a text is about, so that it can be spoken of again."""

from dataclasses import dataclass

from cutaway.corpus.draw import Draw
from cutaway.corpus.lexicon.adjectives import Adjective
from cutaway.corpus.lexicon.forms import Noun
from cutaway.corpus.lexicon.names import MEN, SURNAMES, UNISEX, WOMEN
from cutaway.corpus.lexicon.nouns import gender

OBJECTIVE = {"she": "her", "he": "him", "they": "them", "it": "it", "i": "me", "we": "us", "you": "you"}
POSSESSIVE = {"she": "her", "he": "his", "they": "their", "it": "its", "i": "my", "we": "our", "you": "your"}
REFLEXIVE = {"she": "herself", "he": "himself", "they": "themselves", "it": "itself", "i": "myself", "we": "ourselves"}


@dataclass(slots=True)
class Figure:
    """Somebody or something in a text.

    `gender` is the pronoun: she, he, they, it, and in speech i, we, you. `adjective` is what it was called at first;
    `spoken` the number of the sentence in which it was last spoken of, 0 if never.
    """

    entity: int
    gender: str
    concept: str
    name: str = ""
    surname: str = ""
    noun: Noun | None = None
    plural: bool = False
    adjective: Adjective | None = None
    spoken: int = 0

    @property
    def takes_plural_verb(self) -> bool:
        """Whether one says "are" and "have" of it."""
        return self.plural or self.gender in ("we", "you")

    @property
    def head(self) -> str:
        """Its noun in the right number."""
        assert self.noun is not None
        return self.noun.plural if self.plural else self.noun.singular


def person(draw: Draw, entity: int, *, taken: frozenset[str] = frozenset()) -> Figure:
    """Somebody with a name that is not taken."""
    while True:
        which = draw.unit()
        names, pronoun = (WOMEN, "she") if which < 0.48 else (MEN, "he") if which < 0.96 else (UNISEX, "they")
        name = draw.common(names)
        if name not in taken:
            return Figure(entity, pronoun, "person", name=name, surname=draw.common(SURNAMES))


def thing(entity: int, noun: Noun, *, plural: bool = False, adjective: Adjective | None = None) -> Figure:
    """Something or somebody that is called by a noun."""
    pronoun = "they" if plural else gender(noun)
    return Figure(entity, pronoun, noun.concept, noun=noun, plural=plural and not noun.mass, adjective=adjective)
