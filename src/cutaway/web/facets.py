"""By what the list can be filtered: each facet with its values, their names, and which problems have them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from cutaway.catalog import Catalog, Problem
from cutaway.catalog.difficulty import LETTERS
from cutaway.records.standing import MEANINGS, STANDINGS
from cutaway.web.board import Row

NONE, UNRATED = "none", "unrated"


@dataclass(frozen=True)
class Value:
    """One choice of a facet; `says` explains it where the name does not."""

    key: str
    name: str
    says: str = ""


@dataclass(frozen=True)
class Facet:
    """One question about a problem; a problem may have several of its values, or none."""

    key: str
    title: str
    values: tuple[Value, ...]
    of: Callable[[Row], Iterable[str]]

    def value(self, key: str) -> Value | None:
        return next((value for value in self.values if value.key == key), None)


def slug(text: str) -> str:
    """Text as part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold().replace("'", "")).strip("-")


def subcategory_key(problem: Problem) -> str:
    """The key of a problem's subcategory; "none" is a value of its own."""
    return f"{problem.chapter.number}-{slug(problem.subcategory)}" if problem.subcategory else NONE


def rating_key(problem: Problem) -> str:
    """The rating exactly as in its source, or "unrated"."""
    return str(problem.difficulty) if problem.difficulty else UNRATED


@cache
def subcategories(catalog: Catalog) -> dict[str, tuple[int, str]]:
    """Every subcategory by key, in the order of the list: its chapter and its name."""
    return {
        subcategory_key(problem): (problem.chapter.number, problem.subcategory)
        for problem in catalog.problems
        if problem.subcategory
    }


@cache
def ratings(catalog: Catalog) -> list[str]:
    """Every rating that occurs, easier first."""
    return [str(found) for found in sorted({problem.difficulty for problem in catalog.problems if problem.difficulty})]


def letters_of(row: Row) -> list[str]:
    """The letters within a rating: "B-C*" has B and C."""
    rating = row.problem.difficulty
    return [letter for letter in LETTERS if rating.includes(letter)] if rating else [UNRATED]


def yes_or_no(test: Callable[[Row], bool]) -> Callable[[Row], Iterable[str]]:
    """The value of a question that is answered by yes or no."""
    return lambda row: ("yes" if test(row) else "no",)


@cache
def facets(catalog: Catalog) -> tuple[Facet, ...]:
    """All facets, in the order of the page; values and names come from the data, never from a second list."""
    chapters = tuple(Value(str(chapter.number), f"{chapter.number} {chapter.title}") for chapter in catalog.chapters)
    parts = tuple(Value(key, f"{chapter} · {name}") for key, (chapter, name) in subcategories(catalog).items())
    letters = tuple(Value(letter, letter, "also within a range, such as A-C*") for letter in LETTERS)
    exact = tuple(Value(rating, rating) for rating in ratings(catalog))
    no_rating = Value(UNRATED, "not rated")
    standing = tuple(Value(name, name, MEANINGS[name]) for name in STANDINGS)
    working = Value("now", "somebody now"), Value("lapsed", "lapsed, of 2023 or 2024"), Value("nobody", "nobody")
    work = Value("no", "blank"), Value("yes", "not blank")
    wanted = Value("yes", "wanted"), Value("no", "not asked for")
    study = Value("yes", "has a study"), Value("no", "none yet")
    parts += (Value(NONE, "no subcategory"),)
    return (
        Facet("chapter", "Chapter", chapters, lambda row: (str(row.problem.chapter.number),)),
        Facet("subcategory", "Subcategory", parts, lambda row: (subcategory_key(row.problem),)),
        Facet("difficulty", "Difficulty", (*letters, no_rating), letters_of),
        Facet("rating", "Exact rating", (*exact, no_rating), lambda row: (rating_key(row.problem),)),
        Facet("work", "Existing work", work, yes_or_no(lambda row: row.has_existing_work)),
        Facet("working", "Currently working", working, lambda row: (row.working,)),
        Facet("help", "Help wanted", wanted, yes_or_no(lambda row: row.is_help_wanted)),
        Facet("standing", "Standing", standing, lambda row: (row.standing,)),
        Facet("study", "Study", study, yes_or_no(lambda row: bool(row.studies))),
    )
