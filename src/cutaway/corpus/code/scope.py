"""Code with variables: which names are in reach, of what kind, and what the document's things are called."""

from collections.abc import Callable

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Dialect, Listing, Name
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

KINDS = ("number", "text", "flag", "numbers", "texts", "things", "thing", "table")
PROPOSED: dict[str, Callable[[Draw, str], str]] = {
    "number": identifiers.quantity,
    "text": identifiers.wording,
    "flag": identifiers.claim,
    "numbers": lambda draw, _: identifiers.plural(draw.common(identifiers.QUANTITIES)),
    "texts": lambda draw, _: identifiers.plural(draw.common(identifiers.TEXTS)),
    "things": identifiers.several,
    "thing": identifiers.single,
    "table": lambda draw, _: f"{draw.common(identifiers.QUANTITIES)}_by_{draw.common(identifiers.TEXTS)}",
}


class Scoped(Listing):
    """A listing with names in reach by kind; a document speaks of a few things and their attributes."""

    __slots__ = ("depth", "fields", "last", "reach", "spell", "taken", "thing", "things")

    def __init__(self, page: Page, draw: Draw, dialect: Dialect, *, spell: Callable[[str], str] = str) -> None:
        super().__init__(page, draw, dialect)
        self.spell = spell
        self.things = identifiers.things_of(draw)
        self.thing = self.things[0]
        self.reach: dict[str, list[Name]] = {kind: [] for kind in KINDS}
        self.taken: set[str] = set()
        self.depth = 0
        self.last: Name | None = None
        self.fields = {
            "number": self.fresh_fields(identifiers.QUANTITIES, 2),
            "text": self.fresh_fields(identifiers.TEXTS, 2),
        }

    def fresh_fields(self, nouns: tuple[str, ...], most: int) -> list[Name]:
        """Attributes that every one of the document's things has."""
        texts: list[str] = []
        for _ in range(self.draw.between(1, most)):
            text = self.draw.common(nouns)
            if text not in texts:
                texts.append(text)
        return [Name(self.spell(text), self.page.new_entity()) for text in texts]

    def fresh(self, kind: str, *, constant: bool = False) -> str:
        """A name for something of this kind that is not in use."""
        draw, thing = self.draw, self.draw.common(self.things)
        for _ in range(8):
            text = PROPOSED[kind](draw, self.thing if kind in ("thing", "things") else thing)
            text = text.upper() if constant else self.spell(text)
            if text not in self.taken and text not in self.dialect.keywords:
                return text
        number = 2
        while f"{text}_{number}" in self.taken:
            number += 1
        return f"{text}_{number}"

    def free(self, kind: str, *texts: str) -> str:
        """The first of these names that nothing in reach has; a fresh one if all are in use."""
        used = {name.text for name in self.reach[kind]}
        return next((text for text in texts if text not in used), "") or self.fresh(kind)

    def define(self, kind: str, text: str = "", part: str = "definition") -> Name:
        """Write a new variable; it is in reach from `enter` on."""
        return self.new(text or self.fresh(kind), part)

    def enter(self, name: Name, kind: str) -> None:
        """From here on the variable may be used."""
        self.reach[kind].append(name)
        self.taken.add(name.text)

    def mark(self) -> tuple[int, ...]:
        """What is in reach now, for `forget`."""
        return tuple(len(names) for names in self.reach.values())

    def forget(self, mark: tuple[int, ...]) -> None:
        """Take out of reach what came after the mark; the names stay taken."""
        for names, length in zip(self.reach.values(), mark, strict=True):
            del names[length:]

    def recent(self, kind: str) -> Name | None:
        """A variable of this kind, the later ones likelier; not the same twice running, if that can be helped."""
        names = self.reach[kind]
        if not names:
            return None
        name = names[-int((len(names) + 1) ** self.draw.unit())]
        if name is self.last:
            name = names[-int((len(names) + 1) ** self.draw.unit())]
            if name is self.last:
                self.last = None
                return None
        self.last = name
        return name
