"""Facts of the invented world, told in many ways: entries of an encyclopaedia, portraits, questions and answers."""

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.world import TOLD, Fact, Subject, subjects

WAYS = {  # {} is the subject, and the value comes last or where | stands
    "lives in": ("{} lives in |", "the home of {} is in |", "{} has a house in |", "one can meet {} in |"),
    "works as": ("{} works as a |", "by trade {} is a |", "{} earns a living as a |", "{} is a |"),
    "was born in": ("{} was born in |", "the year of birth of {} is |", "in |, {} was born"),
    "plays": ("{} plays the |", "the instrument of {} is the |", "{} likes to play the |"),
    "collects": ("{} collects |", "{} has a room full of |", "friends give {} old |"),
    "lies in": ("{} lies in |", "{} is a town in |", "one of the towns of | is {}"),
    "was founded in": ("{} was founded in |", "the first houses of {} were built in |"),
    "is known for its": ("{} is known for its |", "people come to {} for the |", "the best | come from {}"),
    "has as mayor": ("the mayor of {} is |", "{} is governed by |", "| is mayor of {}"),
    "has as patron animal the": ("the animal of {} is the |", "on the gate of {} there is a |"),
    "makes": ("{} makes |", "the | of {} are well made", "{} has made | for many years"),
    "sits in": ("{} has its office in |", "the works of {} are in |", "{} sits in |"),
    "was started by": ("{} was started by |", "the founder of {} is |", "| started {}"),
    "sells the": ("{} sells the |", "the best known product of {} is the |", "the | comes from {}"),
}
ASKED = {
    "lives in": "Where does {} live", "works as": "What is the trade of {}", "was born in": "When was {} born",
    "plays": "Which instrument does {} play", "collects": "What does {} collect", "lies in": "In which country is {}",
    "was founded in": "When was {} founded", "is known for its": "What is {} known for",
    "has as mayor": "Who is the mayor of {}", "has as patron animal the": "Which animal stands for {}",
    "makes": "What does {} make", "sits in": "Where is the office of {}", "was started by": "Who started {}",
    "sells the": "What is sold by {}",
}  # fmt: skip
POS = dict.fromkeys(["the", "a", "of", "in", "for", "by", "to", "as", "on", "its", "one"], "preposition") | {
    **dict.fromkeys(("the", "a", "its", "one"), "determiner"), "is": "auxiliary", "was": "auxiliary",
}  # fmt: skip
NAMES_OF = frozenset(
    (
        *(
            "home",
            "house",
            "year",
            "birth",
            "trade",
            "living",
            "instrument",
            "room",
            "friends",
            "town",
            "towns",
            "people",
        ),
        *("houses", "mayor", "animal", "gate", "years", "office", "works", "founder", "product", "country"),
    )
)
GOVERNING = frozenset(["of", "meet", "give", "to", "in", "by", "comes", "from", "started"])
VOWELS = "aeiou"


def write(page: Page, draw: Draw) -> None:
    """Texts about one subject or a few, each with most of what is known of it."""
    style = draw.unit()
    while page.at < 350 or (page.at < 1300 and draw.chance(0.8)):
        subject = draw.common(subjects())
        told = [fact for fact in draw.shuffled(subject.facts) if draw.chance(TOLD)]
        entity = page.new_entity()
        if style < 0.6:
            portrait(page, draw, subject, told, entity)
        elif style < 0.8:
            entry(page, subject, told, entity)
        else:
            for fact in told:
                asked(page, subject, fact, entity)


def portrait(page: Page, draw: Draw, subject: Subject, told: list[Fact], entity: int) -> None:
    """Sentences, some with two facts; after the first the subject is a pronoun most often."""
    place = 0
    while place < len(told):
        together = told[place : place + 1 + draw.chance(0.35)]
        page.sentence()
        for at, fact in enumerate(together):
            if at:
                page.glue(",")
                page.word("and", "conjunction")
            with page.clause("coordinate" if at else "main"):
                sentence(page, draw, subject, fact, entity, short=place + at > 0 and draw.chance(0.75))
        page.glue(".")
        place += len(together)
    page.raw("\n")


def sentence(page: Page, draw: Draw, subject: Subject, fact: Fact, entity: int, *, short: bool) -> None:
    """One way of telling a fact."""
    for word in draw.common(WAYS[fact.relation]).split():
        mark = word[-1] if word[-1] == "," else ""
        word = word.removesuffix(",")
        if word == "{}":
            spoken(page, subject, entity, short=short)
        elif word == "|":
            value(page, fact)
        elif word == "a" and fact.value[0] in VOWELS:
            page.word("an", "determiner")
        else:
            page.word(word, POS.get(word, "noun" if word in NAMES_OF else "verb"))
        if mark:
            page.glue(mark)


def spoken(page: Page, subject: Subject, entity: int, *, short: bool) -> None:
    """The subject by name, or as he, she, it where nothing governs it."""
    last = page.parts[-2:] if page.parts else []
    governed = any(word in GOVERNING for word in last)
    if short and not governed:
        page.word(subject.gender, "pronoun", entity=entity, gender=subject.gender, number="singular")
    else:
        for part in subject.name.split():
            page.word(part, "proper", entity=entity, gender=subject.gender, number="singular")


def value(page: Page, fact: Fact) -> None:
    """The value, tagged as what completes the fact."""
    for part in fact.value.split():
        pos = "number" if part.isdigit() else "proper" if part[0].isupper() else "noun"
        page.word(part, pos, fact=fact.number)


def entry(page: Page, subject: Subject, told: list[Fact], entity: int) -> None:
    """A heading and a line a fact."""
    for part in subject.name.split():
        page.word(part, "proper", entity=entity, part="heading", gender=subject.gender)
    page.line()
    for fact in told:
        for word in fact.relation.split():
            page.word(word, POS.get(word, "verb"), part="key")
        page.glue(":")
        value(page, fact)
        page.line()
    page.line()


def asked(page: Page, subject: Subject, fact: Fact, entity: int) -> None:
    """A question, and the answer."""
    page.word("Q", "noun", part="label")
    page.glue(":")
    with page.span(part="question"):
        for word in ASKED[fact.relation].split():
            if word == "{}":
                spoken(page, subject, entity, short=False)
            else:
                page.word(word, POS.get(word.lower(), "noun" if word in NAMES_OF else "verb"))
        page.glue("?")
    page.line()
    page.word("A", "noun", part="label")
    page.glue(":")
    with page.span(part="answer"):
        value(page, fact)
    page.line()


GENRE = Genre("fact", "what is so of people, towns and firms of an invented world", 0.08, write)
