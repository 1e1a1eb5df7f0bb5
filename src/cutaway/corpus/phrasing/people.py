"""People of a document: each with a name, a number by which later words mean them again, and their pronouns."""

from typing import Literal, NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.lexicon.names import MEN, SURNAMES, UNISEX, WOMEN
from cutaway.corpus.phrasing.grammar import Word

Gender = Literal["she", "he", "they"]
PRONOUNS: dict[Gender, tuple[str, str, str]] = {
    "she": ("she", "her", "her"),
    "he": ("he", "him", "his"),
    "they": ("they", "them", "their"),
}
NUMBER = {"she": "singular", "he": "singular", "they": "plural"}


class Person(NamedTuple):
    """Somebody in a document."""

    given: str
    family: str
    gender: Gender
    entity: int

    def _word(self, text: str, pos: str = "proper") -> Word:
        return Word(text, pos, {"entity": self.entity, "gender": self.gender})

    @property
    def first(self) -> tuple[Word, ...]:
        """The first name."""
        return (self._word(self.given),)

    @property
    def last(self) -> tuple[Word, ...]:
        """The surname."""
        return (self._word(self.family),)

    @property
    def full(self) -> tuple[Word, ...]:
        """First name and surname."""
        return (self._word(self.given), self._word(self.family))

    def _pronoun(self, case: int) -> tuple[Word, ...]:
        tags = {"entity": self.entity, "gender": self.gender, "number": NUMBER[self.gender]}
        if case == 2:
            return (Word(PRONOUNS[self.gender][case], "determiner", {**tags, "role": "possessor"}),)
        return (Word(PRONOUNS[self.gender][case], "pronoun", tags),)

    @property
    def subject(self) -> tuple[Word, ...]:
        """She, he or they."""
        return self._pronoun(0)

    @property
    def object(self) -> tuple[Word, ...]:
        """Her, him or them."""
        return self._pronoun(1)

    @property
    def possessor(self) -> tuple[Word, ...]:
        """Her, his or their, before a noun."""
        return self._pronoun(2)


def meet(page: Page, draw: Draw, count: int) -> list[Person]:
    """So many people with different first names and surnames, new in this document."""
    found = list[Person]()
    taken = set[str]()
    while len(found) < count:
        chance = draw.unit()
        gender: Gender = "she" if chance < 0.46 else "he" if chance < 0.92 else "they"
        given = draw.common(WOMEN if gender == "she" else MEN if gender == "he" else UNISEX)
        family = draw.common(SURNAMES)
        if given in taken or family in taken:
            continue
        taken |= {given, family}
        found.append(Person(given, family, gender, page.new_entity()))
    return found
