"""Lists: shopping, things to do, recipes, packing by category, rankings, notes of keys and values, nested bullets."""

from collections.abc import Callable

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.lexicon.forms import Noun
from cutaway.corpus.lexicon.names import COMPANIES, TOWNS
from cutaway.corpus.phrasing.dates import DAYS
from cutaway.corpus.phrasing.grammar import Word, Words, put, tagged
from cutaway.corpus.phrasing.list_phrases import LIST_PHRASES
from cutaway.corpus.phrasing.numbers import in_words
from cutaway.corpus.phrasing.people import meet
from cutaway.corpus.phrasing.things import plural, single, singular, whole

SHOPPED = ("fruit", "vegetable", "food", "drink", "stationery", "clothing", "tool", "kitchenware", "spice")
SORTS = (
    "clothing",
    "tool",
    "toy",
    "document",
    "fruit",
    "food",
    "instrument",
    "kitchenware",
    "gear",
    "jewel",
    "medicine",
)
COUNTED = frozenset(("tool", "toy", "document", "instrument", "jewel"))
RANKED = ("animal", "bird", "tree", "building", "vehicle", "instrument", "sport", "fruit", "device", "dish")
MEASURES = tuple(
    (Word(one, "noun", {"number": "singular"}), Word(many, "noun", {"number": "plural"}))
    for one, many in (
        ("cup", "cups"),
        ("spoon", "spoons"),
        ("pound", "pounds"),
        ("bag", "bags"),
        ("bottle", "bottles"),
        ("handful", "handfuls"),
        ("gram", "grams"),
        ("box", "boxes"),
        ("litre", "litres"),
    )
)
SOLID = (MEASURES[3], MEASURES[7])
EATEN = frozenset(("food", "drink", "fruit", "vegetable", "spice", "dish"))
GENERIC = frozenset(("fruit", "vegetable", "food", "slice", "leftover"))
OF = Word("of", "preposition")
TOWN_WORDS = tuple((Word(town, "proper"),) for town in TOWNS)
DAY_WORDS = tuple((Word(day, "proper"),) for day in DAYS)
BULLETS = ("-", "*", "+")


class Bullets:
    """How the items of one document begin: a mark, a box to be ticked, or the number that comes next."""

    def __init__(self, draw: Draw) -> None:
        self.kind = draw.common(("mark", "number", "none", "bracket", "tick"))
        self.mark, self.at = draw.common(BULLETS), 0

    def begin(self, page: Page, draw: Draw, *, indent: int = 0) -> None:
        """A new line with what stands before its item."""
        page.line(indent=indent)
        self.at += 1
        if self.kind == "number" and not indent:
            page.word(str(self.at), "number", choices=1)
            page.glue(".", choices=1)
        elif self.kind == "bracket" and not indent:
            page.word(str(self.at), "number", choices=1)
            page.glue(")", choices=1)
        elif self.kind == "tick":
            page.opening("[")
            if draw.chance(0.4):
                page.word("x", "name")
            else:
                page.raw(" ")
            page.glue("]", choices=1)
        elif self.kind == "mark" or indent:
            page.word(self.mark, "punctuation", choices=1)


def _heading(page: Page, draw: Draw, rule: str, fill: dict[str, Words], *, colon: bool = False) -> None:
    page.capital = True
    with page.span(part="title"):
        LIST_PHRASES.write(page, draw, rule, fill)
    if colon:
        page.glue(":")


def _different(draw: Draw, group: str, count: int) -> list[Noun]:
    """Nouns of a group, each once, common ones likelier."""
    nouns, found = whole(group), list[Noun]()
    while len(found) < count:
        noun = draw.common(nouns)
        if noun not in found and noun.singular != group and noun.singular not in GENERIC:
            found.append(noun)
    return found


def _quantity(draw: Draw, noun: Noun, *, least: int = 1) -> Words:
    """Some of it: `3 lemons`, `two cups of rice`, `a box of nails`."""
    if noun.mass or draw.chance(0.2):
        count = draw.common((1, 2, 3, 4, 5, 10, 100, 200, 500))
        measure = draw.common(MEASURES if noun.concept in EATEN else SOLID)[count > 1]
        amount = in_words(count) if count < 6 and draw.chance(0.5) else (Word(str(count), "number"),)
        return (*amount, measure, OF, plural(noun))
    count = max(least, draw.common(range(1, 13)))
    amount = in_words(count) if draw.chance(0.4) else (Word(str(count), "number"),)
    return (*amount, singular(noun) if count == 1 else plural(noun))


def _shopping(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Goods of one kind with quantities, notes and prices that keep one form."""
    _heading(page, draw, "shopping", fill, colon=draw.chance(0.6))
    bullets, priced = Bullets(draw), draw.chance(0.3)
    for noun in _different(draw, draw.common(SHOPPED), draw.between(5, 12)):
        bullets.begin(page, draw)
        with page.span(part="item"):
            put(page, _quantity(draw, noun))
            if draw.chance(0.15):
                page.opening("(")
                LIST_PHRASES.write(page, draw, "note", fill)
                page.glue(")", choices=1)
        if priced:
            page.glue(",")
            page.word(str(draw.between(1, 40)), "number", part="value")
            page.glue(".")
            page.glue(draw.one(("00", "50", "25", "95", "99")), "number", choices=5)


def _tasks(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    _heading(page, draw, "tasks", fill, colon=draw.chance(0.5))
    bullets, said = Bullets(draw), set[int]()
    people = [person.first for person in meet(page, draw, 2)]
    for _ in range(draw.between(5, 10)):
        bullets.begin(page, draw)
        page.capital = True
        if draw.chance(0.5):
            fill = {**fill, "thing": (singular(draw.common(single("bought"))),)}
        if draw.chance(0.5):
            fill = {**fill, "place": (singular(draw.common(single("buildings"))),)}
        with page.span(part="item"):
            LIST_PHRASES.write_new(page, draw, "task", {**fill, "other": draw.one(people)}, said=said)
        if draw.chance(0.2):
            page.opening("(")
            LIST_PHRASES.write(page, draw, "done", {**fill, "other": draw.one(people)})
            page.glue(")", choices=1)


def _recipe(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Ingredients with quantities, then steps in which each is used, none that is not listed."""
    nouns = _different(draw, "ingredients", draw.between(4, 8))
    names = [(plural(noun, page.new_entity()),) for noun in nouns]
    fill = {**fill, "one": (singular(nouns[0]),), "two": (singular(nouns[1]),)}
    fill |= {"ones": (plural(nouns[0]),), "twos": (plural(nouns[1]),), "n": (Word(str(draw.between(2, 8)), "number"),)}
    _heading(page, draw, "recipe", fill)
    page.opening("(")
    LIST_PHRASES.write(page, draw, "serves", fill)
    page.glue(")", choices=1)
    page.line()
    _heading(page, draw, "ingredients", fill, colon=True)
    bullets = Bullets(draw)
    for noun, name in zip(nouns, names, strict=True):
        bullets.begin(page, draw)
        put(page, tagged((*_quantity(draw, noun, least=2)[:-1], *name), part="item"))
    page.line()
    _heading(page, draw, "steps", fill, colon=True)
    bullets.at = 0
    order = draw.shuffled(names)
    for at, name in enumerate(order):
        fill["n"] = (Word(str(draw.between(1, 12) * 5), "number"),)
        bullets.begin(page, draw)
        fill |= {"x": name, "y": order[draw.below(at)] if at else name}
        LIST_PHRASES.write(page, draw, "next_step" if at else "first_step", fill)
    bullets.begin(page, draw)
    LIST_PHRASES.write(page, draw, "last_step", fill)


def _packing(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Things under the heading of their kind."""
    _heading(page, draw, "packing", fill)
    bullets = Bullets(draw)
    for sort in draw.some(SORTS, draw.between(2, 4)):
        page.line()
        heading = _several(sort) if sort in COUNTED else sort
        page.word(heading.capitalize(), "noun", part="heading")
        page.glue(":")
        bullets.at = 0
        inline = draw.chance(0.2)
        for at, noun in enumerate(_different(draw, sort, draw.between(3, 6))):
            if inline:
                if at:
                    page.glue(",")
            else:
                bullets.begin(page, draw)
            put(page, tagged(_quantity(draw, noun) if draw.chance(0.6) else (plural(noun),), part="item"))


def _ranking(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Things of one kind with figures that fall from line to line."""
    group = draw.common(RANKED)
    nouns = _different(draw, group, draw.between(5, 10))
    fill = {**fill, "many": (Word(group if group == "fruit" else _several(group), "noun", {"number": "plural"}),)}
    fill |= {
        "n": (Word(str(len(nouns)), "number", {"choices": 1}),),
        "year": (Word(str(draw.between(1990, 2030)), "number"),),
    }
    _heading(page, draw, "ranking", fill)
    score = draw.between(60, 99)
    for at, noun in enumerate(nouns, 1):
        page.line()
        page.word(str(at), "number", choices=1)
        page.glue(".", choices=1)
        put(page, tagged((singular(noun),), part="item"))
        page.opening("(")
        page.word(str(score), "number", part="value")
        page.glue(")", choices=1)
        score = max(1, score - draw.between(1, 6))


def _several(concept: str) -> str:
    return {"dish": "dishes"}.get(concept, concept + "s")


def _nested(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Bullets within bullets: rooms, in them pieces of furniture and containers, in those small things."""
    _heading(page, draw, "nested", fill)
    mark, step = draw.common(BULLETS), draw.common((2, 4))

    def level(groups: tuple[str, ...], indent: int) -> None:
        for noun in _different(draw, groups[0], draw.between(1, 3 if indent else 4)):
            page.line(indent=indent)
            page.word(mark, "punctuation", choices=1)
            put(page, tagged((singular(noun) if indent < 2 * step else plural(noun),), part="item"))
            if groups[1:] and draw.chance(0.8):
                level(groups[1:], indent + step)

    level(draw.common((("room", "furniture", "held"), ("building", "room", "furniture"), ("container", "carried"))), 0)


def _profile(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Keys with their values, a kind of value to each key."""
    _heading(page, draw, "profile", fill)
    owner = meet(page, draw, 1)[0]
    number = draw.between(2, 400)
    values: tuple[tuple[str, Words], ...] = (
        ("owner", owner.full),
        ("maker", (Word(draw.common(COMPANIES), "proper"),)),
        ("place", draw.common(TOWN_WORDS)),
        ("weight", (Word(str(number), "number"), Word("grams", "noun", {"number": "plural"}))),
        ("colour", (singular(draw.common(whole("colour")[:20])),)),
        ("material", (singular(draw.common(whole("materials"))),)),
        ("price", (Word(str(number * 2), "number"), Word("coins", "noun", {"number": "plural"}))),
        ("kept in", (Word("the", "determiner"), singular(draw.common(single("room"))))),
        ("year", (Word(str(draw.between(1900, 2030)), "number"),)),
        ("seller", owner.last),
        ("due", draw.one(DAY_WORDS)),
    )
    separator = draw.common((":", "=", "-"))
    for key, value in draw.some(values, draw.between(5, 9)):
        page.line()
        page.capital = True
        for word in key.split():
            page.word(word, "preposition" if word == "in" else "verb" if word == "kept" else "noun", part="key")
        if separator == ":":
            page.glue(":", choices=1)
        else:
            page.word(separator, "operator", choices=1)
        put(page, tagged(value, part="value"))


FORMS: tuple[Callable[[Page, Draw, dict[str, Words]], None], ...] = (
    _shopping,
    _tasks,
    _recipe,
    _packing,
    _nested,
    _ranking,
    _profile,
)


def write(page: Page, draw: Draw) -> None:
    """One long list or several short ones that share their people and places."""
    who = meet(page, draw, 1)[0].first
    fill: dict[str, Words] = {
        "who": who,
        "day": draw.one(DAY_WORDS),
        "town": draw.common(TOWN_WORDS),
        "thing": (singular(draw.common(single("bought")), page.new_entity()),),
        "place": (singular(draw.common(single("buildings"))),),
        "n": (Word(str(draw.between(2, 14)), "number"),),
    }
    goal, forms = draw.between(400, 1200), draw.shuffled(FORMS)
    while page.at < goal:
        if page.at:
            page.line()
            page.line()
        draw.common(forms)(page, draw, fill)
        if draw.chance(0.25):
            page.line()
            LIST_PHRASES.write(page, draw, "closing", fill)


GENRE = Genre(
    name="list", says="lists of things to buy, to do and to cook, packed, ranked and nested", share=0.04, write=write
)
