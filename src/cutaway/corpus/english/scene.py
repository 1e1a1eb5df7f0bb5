"""What a writer of English has in mind while writing: the page, the choices, the cast, and who was spoken of last."""

from cutaway.corpus.document import Page, Value
from cutaway.corpus.draw import Draw
from cutaway.corpus.english.figures import Figure, person, thing
from cutaway.corpus.lexicon.adjectives import Adjective
from cutaway.corpus.lexicon.forms import Noun
from cutaway.corpus.lexicon.nouns import GROUPS

REMEMBERED = 8  # things that can still be meant by "the"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Scene:
    """A text under way. `noise` is the share of words that come out wrong."""

    __slots__ = ("cast", "draw", "noise", "page", "subject", "tense", "things", "topic")

    def __init__(self, page: Page, draw: Draw, *, people: int = 0, tense: str = "past", noise: float = 0.0) -> None:
        self.page, self.draw, self.tense, self.noise = page, draw, tense, noise
        self.cast: list[Figure] = []
        self.things: list[Figure] = []
        self.topic: Figure | None = None
        self.subject: Figure | None = None  # of the main clause of this sentence
        for _ in range(people):
            self.newcomer()

    def newcomer(self) -> Figure:
        """One more person with a name of their own."""
        taken = frozenset(one.name for one in self.cast)
        self.cast.append(person(self.draw, self.page.new_entity(), taken=taken))
        return self.cast[-1]

    def new_thing(self, noun: Noun, *, plural: bool = False, adjective: Adjective | None = None) -> Figure:
        """Something that can be spoken of from now on."""
        figure = thing(self.page.new_entity(), noun, plural=plural, adjective=adjective)
        self.things.append(figure)
        if len(self.things) > REMEMBERED:
            del self.things[0]
        return figure

    def known(self, group: str) -> Figure | None:
        """Something of a group of concepts that was spoken of: the last one most often."""
        concepts = GROUPS.get(group, (group,))
        fitting = [one for one in reversed(self.things) if one.concept in concepts and one.spoken]
        return self.draw.common(fitting) if fitting else None

    def say(self, text: str, pos: str, **tags: Value) -> None:
        """A word; now and then a wrong one."""
        if self.noise and self.draw.chance(self.noise) and len(text) > 3:
            self.slip(text, pos, **tags)
        else:
            self.page.word(text, pos, **tags)

    def slip(self, text: str, pos: str, **tags: Value) -> None:
        """A word as a hasty writer leaves it: said twice, letters changed, lost or added, or in capitals."""
        draw, at = self.draw, 1 + self.draw.below(len(text) - 2)
        kind = draw.below(5)
        if kind == 0:
            self.page.word(text, pos, **tags)
            self.page.word(text, pos, noise="doubled", **tags)
            return
        if kind == 1:
            wrong, noise = text[:at] + text[at + 1] + text[at] + text[at + 2 :], "typo"
        elif kind == 2:
            wrong, noise = text[:at] + text[at + 1 :], "missing"
        elif kind == 3:
            wrong, noise = text[:at] + draw.one(LETTERS) + text[at:], "inserted"
        else:
            wrong, noise = text.upper(), "case"
        self.page.word(wrong, pos, noise=noise, **tags)

    def paragraph(self) -> None:
        """An empty line; whoever comes next is called by name."""
        self.page.raw("\n\n")
        self.topic = None
        for one in self.cast:
            one.spoken = min(one.spoken, self.page.sentences - 3)
