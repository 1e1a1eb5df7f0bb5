"""Which problems, and in what order: filters, a search for words, and four ways to sort."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, fields
from typing import Any

from cutaway.catalog.contents import Catalog
from cutaway.catalog.difficulty import LETTERS, read_difficulty
from cutaway.catalog.number import order
from cutaway.catalog.problem import Problem
from cutaway.errors.catalog import UnknownRatingError

NO_SUBCATEGORY = "none"
UNRATED = "unrated"

Test = Callable[[Problem], bool]


@dataclass(frozen=True)
class Filters:
    """What a problem must fulfil, all at once; `None` asks for nothing.

    `subcategory` is a part of its name, or "none" for problems without one. `difficulty` is a letter, which
    also finds the ranges and stars that include it, an exact rating such as "B-C*", or "unrated".
    `search` is words that must all occur somewhere in the problem or its prior work.
    """

    chapter: int | None = None
    subcategory: str | None = None
    difficulty: str | None = None
    has_prior_work: bool | None = None
    is_worked_on: bool | None = None
    is_help_wanted: bool | None = None
    has_study: bool | None = None
    search: str | None = None

    def active(self) -> dict[str, Any]:
        """The filters that ask for something, by field name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) is not None}


def select(catalog: Catalog, filters: Filters, *, studied: Set[str] = frozenset()) -> list[Problem]:
    """The problems that pass every filter, in natural order; `studied` are the numbers that have a study.

    Raises: UnknownRatingError if `filters.difficulty` is none.
    """
    tests = [as_test(name, value, catalog, studied) for name, value in filters.active().items()]
    return [problem for problem in catalog.problems if all(test(problem) for test in tests)]


def as_test(name: str, value: Any, catalog: Catalog, studied: Set[str]) -> Test:
    """The test that one active filter stands for."""
    match name:
        case "chapter":
            return lambda problem: problem.chapter.number == value
        case "subcategory":
            return subcategory_test(value)
        case "difficulty":
            return difficulty_test(value, catalog)
        case "has_prior_work":
            return lambda problem: bool(catalog.works_on(problem.number)) == value
        case "is_worked_on":
            return lambda problem: (problem.currently_working is not None) == value
        case "is_help_wanted":
            return lambda problem: (problem.help_wanted is not None) == value
        case "has_study":
            return lambda problem: (problem.number in studied) == value
        case "search":
            return search_test(value, catalog)
    raise AssertionError(f"no test for the filter {name}")


def subcategory_test(asked: str) -> Test:
    """Part of the subcategory's name, in any case; or no subcategory at all."""
    words = asked.casefold().strip()
    if words == NO_SUBCATEGORY:
        return lambda problem: problem.subcategory is None
    return lambda problem: problem.subcategory is not None and words in problem.subcategory.casefold()


def difficulty_test(asked: str, catalog: Catalog) -> Test:
    """A plain letter includes, a rating equals, "unrated" means none."""
    if asked.casefold() == UNRATED:
        return lambda problem: problem.difficulty is None
    if (letter := asked.upper()) in set(LETTERS):
        return lambda problem: problem.difficulty is not None and problem.difficulty.includes(letter)
    try:
        rating = read_difficulty(asked.upper())
    except ValueError as error:
        ratings = sorted({problem.difficulty for problem in catalog.problems if problem.difficulty})
        raise UnknownRatingError(asked, [str(rating) for rating in ratings]) from error
    return lambda problem: problem.difficulty == rating


def search_test(asked: str, catalog: Catalog) -> Test:
    """All words, in any case and order, each anywhere in statement, subcategory, chapter title or prior work."""
    words = asked.casefold().split()

    def has_all_words(problem: Problem) -> bool:
        works = [part for work in catalog.works_on(problem.number) for part in (work.title, work.authors, work.note)]
        text = "\n".join([problem.text, problem.subcategory or "", problem.chapter.title, *works]).casefold()
        return all(word in text for word in words)

    return has_all_words


def arrange(catalog: Catalog, problems: Iterable[Problem], by: str) -> list[Problem]:
    """The problems in one of the orders of `ORDERS`; equals stand in natural order of their numbers."""
    key = ORDERS[by]
    return sorted(problems, key=lambda problem: (key(catalog, problem), order(problem.number)))


def ease(problem: Problem) -> tuple[Any, ...]:
    """Easier first, unrated always last."""
    return (0, problem.difficulty) if problem.difficulty else (1,)


ORDERS: dict[str, Callable[[Catalog, Problem], tuple[Any, ...]]] = {
    "difficulty": lambda _, problem: ease(problem),
    "number": lambda _, problem: order(problem.number),
    "prior-work": lambda catalog, problem: (-len(catalog.works_on(problem.number)),),
    "chapter": lambda _, problem: (problem.chapter.number, *ease(problem)),
}
