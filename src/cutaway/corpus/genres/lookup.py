"""Facts to be looked up, by one hop, two or three, and labels to be told from a few examples."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.names import COUNTRIES, TOWNS
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, put, tagged
from cutaway.corpus.phrasing.invented import CODES, LABELS, LETTERS
from cutaway.corpus.phrasing.people import meet
from cutaway.corpus.phrasing.things import single, singular, whole

GRAMMAR = Grammar("""
boxes_fact =
    ^ box_n {a} holds_vz the key_n to box_n {b} .
    ^ the key_n to box_n {b} is in box_n {a} .
    ^ in box_n {a} lies_vz the key_n to box_n {b} .
boxes_ask1 =
    ^ which box_n does the key_n in box_n {a} open_v ?
    ^ to which box_n is the key_n in box_n {a} ?
boxes_ask2 =
    ^ start_v with box_n {a} and use_v two keys_ns : which box_n is open_a now ?
    ^ which box_n is two keys_ns after box_n {a} ?
boxes_ask3 =
    ^ start_v with box_n {a} and use_v three keys_ns : which box_n is open_a now ?
    ^ which box_n is three keys_ns after box_n {a} ?
arrows_fact =
    {a} {arrow} {b} ;
arrows_ask1 =
    ^ one arrow_n from {a} :
    ^ what comes_vz after {a} ?
arrows_ask2 =
    ^ two arrows_ns from {a} :
    ^ what comes_vz two steps_ns after {a} ?
arrows_ask3 =
    ^ three arrows_ns from {a} :
    ^ what comes_vz three steps_ns after {a} ?
roads_fact =
    ^ the road_n from {a} leads_vz to {b} .
    ^ from {a} one comes_vz to {b} .
    ^ {a} sends_vz its mail_n to {b} .
roads_ask1 =
    ^ where does the road_n from {a} lead_v ?
    ^ what is the first_a town_n after {a} ?
roads_ask2 =
    ^ what is the second_a town_n after {a} ?
    ^ where is one two roads_ns after {a} ?
roads_ask3 =
    ^ what is the third_a town_n after {a} ?
    ^ where is one three roads_ns after {a} ?
letters_fact =
    ^ {a} writes_vz to {b} .
    ^ {a} hands_vz the letter_n on_r to {b} .
    ^ what {a} hears_vz , {b} hears_vz next_r .
letters_ask1 =
    ^ who hears_vz it from {a} ?
    ^ {a} has the news_n . who is next_a ?
letters_ask2 =
    ^ the news_n from {a} goes_vz through two hands_ns . who has it now ?
    ^ who is second_a after {a} ?
letters_ask3 =
    ^ the news_n from {a} goes_vz through three hands_ns . who has it now ?
    ^ who is third_a after {a} ?
beasts_fact =
    ^ the {a} follows_vz the {b} .
    ^ in front_n of the {a} walks_vz the {b} .
    ^ the {a} looks_vz at the {b} .
beasts_ask1 =
    ^ whom_u does the {a} follow_v ?
    ^ who walks_vz before the {a} ?
beasts_ask2 =
    ^ who is second_a in front_n of the {a} ?
    ^ who walks_vz two places_ns before the {a} ?
beasts_ask3 =
    ^ who is third_a in front_n of the {a} ?
    ^ who walks_vz three places_ns before the {a} ?
inside_fact =
    ^ the {a} is in the {b} .
    ^ inside the {b} is the {a} .
    ^ {someone} put_vd the {a} into the {b} .
inside_ask1 =
    ^ what is around_p the {a} ?
    ^ where is the {a} ?
inside_ask2 =
    ^ and where is the thing_n around_p the {a} ?
    ^ what is the second_a thing_n around_p the {a} ?
inside_ask3 =
    ^ what is the third_a thing_n around_p the {a} ?
    ^ what is three layers_ns out_r from the {a} ?
pointers_fact =
    {a} {equals} {b} ;
pointers_ask1 =
    ^ read_v {a} once :
    ^ the value_n of {a} is
pointers_ask2 =
    ^ read_v {a} twice :
    ^ the value_n of the value_n of {a} is
pointers_ask3 =
    ^ read_v {a} three times_ns :
    ^ three reads_ns from {a} give_vb
family_fact =
    ^ {a} is the {parent} of {b} .
    ^ {b} is a child_n of {a} .
    ^ the {parent} of {b} is {a} .
family_ask1 =
    ^ who is a child_n of {a} ?
    ^ of whom_u is {a} the {parent} ?
family_ask2 =
    ^ who is a grandchild_n of {a} ?
    ^ of whom_u is {a} the grandparent_n ?
family_ask3 =
    ^ who is a great_a grandchild_n of {a} ?
    ^ {a} is a great_a grandparent_n of
lives =
    ^ {who} lives_vz in {town} .
    ^ {who} comes_vz from {town} .
    ^ the home_n of {who} is {town} .
lies =
    ^ {town} is in {country} .
    ^ {town} is a town_n of {country} .
flag =
    ^ the flag_n of {country} is {colour} .
    ^ in {country} they raise_vb {a colour} flag_n .
ask_town =
    ^ in which town_n does {who} live_v ?
    ^ where does {who} live_v ?
ask_country =
    ^ in which country_n does {who} live_v ?
    ^ what is the country_n of {who} ?
ask_flag =
    ^ what colour_n is the flag_n of the country_n where {who} lives_vz ?
    ^ what is the colour_n of the flag_n over the house_n of {who} ?
sort =
    ^ say_v for each word_n what it is .
    ^ each word_n has a label_n .
    ^ sort_v these words_ns .
    ^ learn_v the labels_ns and go_v on_r .
    ^ examples_ns first_r , then more_a of the same_a kind_n .
facts =
    ^ these are the facts_ns .
    ^ here is what we know_vb .
    ^ read_v with care_n .
    ^ keep_v this in mind_n .
    ^ the order_n of the lines_ns means_vz nothing .
""")
ARROW = (Word("-", "operator"), Word(">", "operator", {}, "glue"))
EQUALS = (Word("=", "operator"),)


class Relation(NamedTuple):
    """What leads from one node to the next: its rules, how nodes are drawn and what stands before one."""

    rule: str
    nodes: Callable[[Page, Draw, int], list[tuple[Word, ...]]]
    before: tuple[Word, ...] = ()
    one_line: bool = False


def _entities(page: Page, words: Sequence[Word]) -> list[tuple[Word, ...]]:
    return [tagged((word,), entity=page.new_entity()) for word in words]


def _from(words: tuple[Word, ...]) -> Callable[[Page, Draw, int], list[tuple[Word, ...]]]:
    return lambda page, draw, count: _entities(page, _different(draw, words, count))


def _different(draw: Draw, words: Sequence[Word], count: int) -> list[Word]:
    """Several of a long list, each once, without copying the list."""
    found = list[Word]()
    while len(found) < count:
        word = draw.one(words)
        if all(word.text != other.text for other in found):
            found.append(word)
    return found


def _people(page: Page, draw: Draw, count: int) -> list[tuple[Word, ...]]:
    return [person.first for person in meet(page, draw, count)]


def _nouns(*groups: str) -> tuple[Word, ...]:
    return tuple(singular(noun) for group in groups for noun in single(group)[:60])


TOWN_WORDS = tuple(Word(name, "proper") for name in TOWNS if name.isalpha())
COUNTRY_WORDS = tuple(Word(name, "proper") for name in COUNTRIES if name.isalpha())
COLOURS = tuple(
    Word(name, "adjective")
    for name in words("red blue green yellow black white brown grey orange pink purple violet scarlet silver golden")
)
BOX, THE = (Word("box", "noun", {"number": "singular"}),), (Word("the", "determiner"),)
RELATIONS = (
    Relation("arrows", _from(COLOURS), one_line=True),
    Relation("letters", _people),
    Relation("boxes", _from(LETTERS), BOX),
    Relation("family", _people),
    Relation("beasts", _from(_nouns("beasts")), THE),
    Relation("pointers", _from(CODES), one_line=True),
    Relation("roads", _from(TOWN_WORDS)),
    Relation("arrows", _from(_nouns("fruit", "tool", "clothing")), one_line=True),
    Relation("inside", _from(_nouns("container")), THE),
    Relation("arrows", _from(LABELS), one_line=True),
)


def _chains(page: Page, draw: Draw) -> None:
    """Nodes that lead to one another in facts out of order, then questions of one hop to three."""
    relation = draw.common(RELATIONS)
    fill: dict[str, Words] = {"arrow": ARROW, "equals": EQUALS}
    if relation.rule == "inside":
        fill["someone"] = meet(page, draw, 1)[0].first
    parents: tuple[str, ...] = ()
    if relation.rule == "family":
        persons = meet(page, draw, draw.between(4, 7))
        nodes = [person.first for person in persons]
        parents = tuple({"she": "mother", "he": "father", "they": "parent"}[person.gender] for person in persons)
    else:
        nodes = relation.nodes(page, draw, draw.between(4, 9))
    circle = relation.rule in ("arrows", "letters", "pointers", "boxes") and draw.chance(0.5)
    count = len(nodes)
    for at in draw.shuffled(range(count if circle else count - 1)):
        if not relation.one_line:
            page.line()
        fill["a"], fill["b"] = nodes[at], nodes[(at + 1) % count]
        if parents:
            fill["parent"] = (Word(parents[at], "noun", {"number": "singular"}),)
        GRAMMAR.write(page, draw, f"{relation.rule}_fact", fill)
    page.line()
    asked = set[tuple[int, int]]()
    for _ in range(draw.between(2, 5)):
        hops = min(draw.common((1, 2, 3)), count - 1)
        at = draw.below(count if circle else count - hops)
        if (hops, at) in asked:
            continue
        asked.add((hops, at))
        fill["a"] = nodes[at]
        if parents:
            fill["parent"] = (Word(parents[at], "noun", {"number": "singular"}),)
        with page.span(part="question"):
            GRAMMAR.write(page, draw, f"{relation.rule}_ask{hops}", fill)
        _answer(page, (*relation.before, *tagged(nodes[(at + hops) % count], choices=1, part="answer")))


def _answer(page: Page, answer: Words) -> None:
    page.capital = page.parts[-1] == "?"
    put(page, answer)
    page.glue(".")


def _typed(page: Page, draw: Draw) -> None:
    """Who lives in which town, which lies in which country, whose flag has which colour."""
    persons = [person.first for person in meet(page, draw, draw.between(3, 5))]
    towns = _entities(page, _different(draw, TOWN_WORDS, len(persons)))
    countries = _entities(page, _different(draw, COUNTRY_WORDS, 2 if draw.chance(0.6) else 3))
    colours = [(word,) for word in _different(draw, COLOURS, len(countries))]
    lies = [draw.below(len(countries)) for _ in towns]
    facts = list[tuple[str, dict[str, Words]]]()
    facts += (("lives", {"who": who, "town": town}) for who, town in zip(persons, towns, strict=True))
    facts += (("lies", {"town": town, "country": countries[at]}) for town, at in zip(towns, lies, strict=True))
    facts += (("flag", {"country": land, "colour": colour}) for land, colour in zip(countries, colours, strict=True))
    page.line()
    for rule, fill in draw.shuffled(facts):
        GRAMMAR.write(page, draw, rule, fill)
    page.line()
    for _ in range(draw.between(2, 4)):
        at = draw.below(len(persons))
        rule, answer = draw.common(
            (("ask_country", countries[lies[at]]), ("ask_flag", colours[lies[at]]), ("ask_town", towns[at]))
        )
        with page.span(part="question"):
            GRAMMAR.write(page, draw, rule, {"who": persons[at]})
        _answer(page, tagged(answer, choices=1, part="answer"))


SORTED = words("animal fruit tool clothing bird tree instrument furniture profession vehicle vegetable metal emotion")


def _labels(page: Page, draw: Draw) -> None:
    """Words with the names of their concepts, or with labels that this document alone gives them."""
    concepts = draw.some(SORTED, draw.common((2, 3, 4)))
    own = draw.chance(0.6)
    names = (
        _different(draw, LABELS if draw.chance(0.7) else LETTERS, len(concepts))
        if own
        else [Word(concept, "noun", {"number": "singular"}) for concept in concepts]
    )
    GRAMMAR.write(page, draw, "sort", {})
    separator, apart = draw.common((":", "=", "-")), draw.common((",", "line", ";"))
    seen, used = set[int](), set[str]()
    for at in range(draw.between(8, 24)):
        concept = draw.below(len(concepts))
        word = singular(draw.common(whole(concepts[concept])))
        if word.text in used or word.text in SORTED:
            continue
        used.add(word.text)
        if apart == "line":
            page.line()
        elif at:
            page.glue(apart)
        put(page, tagged((word,), part="example"))
        if separator == ":":
            page.glue(separator)
        else:
            page.word(separator, "operator")
        known = {"choices": 1} if concept in seen or not own else {}
        put(page, tagged((names[concept],), part="label", **known))
        seen.add(concept)
    if apart != "line":
        page.glue(".")


def write(page: Page, draw: Draw) -> None:
    """Two to five sets of facts with their questions."""
    goal = draw.between(500, 1400)
    while page.at < goal:
        if page.at:
            page.line()
        if (form := draw.common((_chains, _labels, _typed))) is not _labels:
            GRAMMAR.write(page, draw, "facts", {})
        form(page, draw)


GENRE = Genre(
    name="lookup", says="facts looked up by one to three hops, and labels told from examples", share=0.05, write=write
)
