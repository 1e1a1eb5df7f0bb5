"""Those who are in a scene, and what they are called the first time and later."""

from dataclasses import dataclass

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.languages.meanings import Meaning
from cutaway.corpus.languages.roles import ADJECTIVES, ANIMALS, HE_NAMES, PEOPLE, PLACES, SHE_NAMES, gender_of
from cutaway.corpus.languages.thoughts import Phrase


@dataclass(slots=True)
class Being:
    """A participant or a prop."""

    meaning: Meaning
    gender: str
    entity: int
    name: str = ""
    plural: bool = False
    adjective: Meaning | None = None
    is_known: bool = False


class Cast:
    """Participants, the place where they are, and whatever else has been spoken of; no two with the same noun."""

    def __init__(self, page: Page, draw: Draw) -> None:
        self.page, self.draw = page, draw
        self.met: dict[int, Being] = {}
        self.people: list[Being] = []
        for at in range(draw.between(2, 4)):
            self._participant(must_be_human=at == 0)
        self.stage = self.being(draw.common(PLACES))

    def _participant(self, *, must_be_human: bool) -> None:
        draw = self.draw
        meaning = draw.common(PEOPLE if must_be_human or draw.chance(0.7) else ANIMALS)
        while meaning.number in self.met:
            meaning = draw.common(PEOPLE)
        being = self.being(meaning, plural_share=0.12)
        self.people.append(being)
        if not being.plural and draw.chance(0.6 if meaning.group == "person" else 0.15):
            gender = being.gender if being.gender != "it" else draw.one(("he", "she"))
            name = draw.one(SHE_NAMES if gender == "she" else HE_NAMES)
            if all(name != other.name for other in self.people):
                being.name, being.gender = name, gender

    def being(self, meaning: Meaning, plural_share: float = 0.2) -> Being:
        """The one of this kind: who was there before, or a new one."""
        draw = self.draw
        found = self.met.get(meaning.number)
        if found is not None:
            return found
        gender = gender_of(meaning)
        if gender == "they":
            gender = draw.one(("he", "she"))
        being = self.met[meaning.number] = Being(meaning, gender, self.page.new_entity())
        if meaning.counted and meaning.group not in ("sky", "place") and draw.chance(plural_share):
            being.plural, being.gender = True, "they"
        if draw.chance(0.3):
            being.adjective = draw.common(ADJECTIVES[meaning.group])
        return being

    def other(self, entity: int) -> Being:
        """Another participant than this one."""
        return self.draw.one([being for being in self.people if being.entity != entity])

    def refer(self, being: Being, *, pronoun: bool = False) -> Phrase:
        """A phrase for one of them: new ones by name or as "a king", known ones as "the king" or "he"."""
        known, being.is_known = being.is_known, True
        if pronoun and known:
            return Phrase(being.entity, being.gender, pronoun=being.gender, plural=being.plural)
        if being.name and (not known or self.draw.chance(0.75)):
            return Phrase(being.entity, being.gender, name=being.name)
        definite = known or being.meaning.group in ("sky", "place")
        phrase = Phrase(being.entity, being.gender, being.meaning, plural=being.plural, definite=definite)
        if being.adjective is not None and (not known or self.draw.chance(0.35)):
            phrase.adjective = being.adjective
        return phrase
