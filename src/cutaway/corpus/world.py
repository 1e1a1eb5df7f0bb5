"""An invented world, the same in every corpus: who lives where, what a town is known for, who founded which firm.

Every fact has a number. Texts speak of subjects by Zipf's law: the n-th subject is as frequent as `share(n)` says, and
a text about a subject tells each of its facts with probability TOLD, so that how often a fact is told is known.
"""

from dataclasses import dataclass
from functools import cache
from math import log

from cutaway.corpus.draw import Draw
from cutaway.corpus.lexicon.names import COMPANIES, COUNTRIES, MEN, PRODUCTS, SURNAMES, TOWNS, WOMEN
from cutaway.corpus.lexicon.nouns import NOUNS

SEED = 7
PEOPLE, PLACES, FIRMS = 160, 120, 60
TOLD = 0.75  # probability that a text about a subject tells one of its facts


@dataclass(frozen=True)
class Fact:
    """`subject` has `value` for `relation`; `number` is its tag."""

    number: int
    subject: str
    relation: str
    value: str


@dataclass(frozen=True)
class Subject:
    """Somebody or something that facts are about."""

    name: str
    kind: str
    gender: str
    facts: tuple[Fact, ...]


@cache
def subjects() -> tuple[Subject, ...]:
    """Everybody and everything, the most spoken of first: people, towns and firms in turn."""
    draw, made, number = Draw(SEED), [], 0
    people = [(draw.one(WOMEN), "she") if place % 2 else (draw.one(MEN), "he") for place in range(PEOPLE)]
    surnames = draw.shuffled(SURNAMES)
    lists = (
        [(f"{first} {last}", "person", gender) for (first, gender), last in zip(people, surnames, strict=False)],
        [(town, "town", "it") for town in TOWNS[:PLACES]],
        [(firm, "firm", "it") for firm in COMPANIES[:FIRMS]],
    )
    names = [name for name, _, _ in lists[0]]
    for place in range(max(map(len, lists))):
        for one in lists:
            if place < len(one):
                name, kind, gender = one[place]
                facts = []
                for relation, value in values(kind, draw, names):
                    number += 1
                    facts.append(Fact(number, name, relation, value))
                made.append(Subject(name, kind, gender, tuple(facts)))
    return tuple(made)


def values(kind: str, draw: Draw, people: list[str]) -> list[tuple[str, str]]:
    """What is so of a subject of this kind."""

    def noun(concept: str) -> str:
        return draw.one(NOUNS[concept]).singular

    if kind == "person":
        return [
            ("lives in", draw.one(TOWNS[:PLACES])),
            ("works as", noun("profession")),
            ("was born in", str(draw.between(1850, 1990))),
            ("plays", noun("instrument")),
            ("collects", draw.one(NOUNS["jewel"] + NOUNS["toy"]).plural),
        ]
    if kind == "town":
        return [
            ("lies in", draw.one(COUNTRIES)),
            ("was founded in", str(draw.between(900, 1700))),
            ("is known for its", draw.one(NOUNS["fruit"] + NOUNS["dish"]).plural),
            ("has as mayor", draw.one(people)),
            ("has as patron animal the", noun("animal")),
        ]
    return [
        ("makes", draw.one(NOUNS["device"] + NOUNS["furniture"]).plural),
        ("sits in", draw.one(TOWNS[:PLACES])),
        ("was started by", draw.one(people)),
        ("sells the", draw.one(PRODUCTS)),
    ]


@cache
def facts() -> dict[int, Fact]:
    """Every fact by its number."""
    return {fact.number: fact for subject in subjects() for fact in subject.facts}


def share(place: int) -> float:
    """The share of texts of facts that are about the subject at a place, counted from 0."""
    return log((place + 2) / (place + 1)) / log(len(subjects()) + 1)
