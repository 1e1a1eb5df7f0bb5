"""Filters, search and order, on six made-up problems whose answers are plain to see."""

from dataclasses import replace

import pytest

from cutaway.catalog import Catalog, Chapter, Filters, Problem, Work, arrange, select
from cutaway.catalog.difficulty import read_difficulty
from cutaway.errors.catalog import UnknownProblemError, UnknownRatingError

TOYS = Chapter(1, "Toys", "https://example.org/1")
WILD = Chapter(2, "Circuits", "https://example.org/2")


def problem(number: str, text: str, rating: str | None, subcategory: str | None = None) -> Problem:
    difficulty = read_difficulty(rating) if rating else None
    chapter = TOYS if number.startswith("1") else WILD
    return Problem(number, chapter, text, subcategory, difficulty, "coda" if rating else None)


CATALOG = Catalog(
    chapters=(TOYS, WILD),
    problems=(
        problem("1.1", "Find a Trigram neuron.", None, "Neurons"),
        problem("1.2", "Find an induction head.", "B", "Heads"),
        replace(problem("1.10", "Train it yourself.", "A-C*"), currently_working="May: Ann"),
        problem("2.1", "Count to ten.", "C", "Neurons in the wild"),
        replace(problem("2.2", "Using 1.2: count heads.", "A"), help_wanted="yes"),
        problem("2.10", "Look again.", "B*"),
    ),
    works=(
        Work(("1.2", "2.1"), "On copying", "Olsson, Elhage", 2022, "https://example.org/w", "About induction.", "url"),
        Work(("2.1",), "On counting", "Gurnee", 2020, "https://example.org/v", "Says how.", "url"),
    ),
)


def numbers(studied=frozenset(), **asked) -> list[str]:
    return [found.number for found in select(CATALOG, Filters(**asked), studied=studied)]


def test_no_filter_passes_all_in_natural_order():
    assert numbers() == ["1.1", "1.2", "1.10", "2.1", "2.2", "2.10"]


@pytest.mark.parametrize(
    ("asked", "passing"),
    [
        ({"chapter": 1}, ["1.1", "1.2", "1.10"]),
        ({"subcategory": "neurons"}, ["1.1", "2.1"]),
        ({"subcategory": "WILD"}, ["2.1"]),
        ({"subcategory": "none"}, ["1.10", "2.2", "2.10"]),
        ({"difficulty": "B"}, ["1.2", "1.10", "2.10"]),
        ({"difficulty": "c"}, ["1.10", "2.1"]),
        ({"difficulty": "D"}, []),
        ({"difficulty": "B*"}, ["2.10"]),
        ({"difficulty": "a-c*"}, ["1.10"]),
        ({"difficulty": "A-C"}, []),
        ({"difficulty": "unrated"}, ["1.1"]),
        ({"has_prior_work": True}, ["1.2", "2.1"]),
        ({"has_prior_work": False}, ["1.1", "1.10", "2.2", "2.10"]),
        ({"is_worked_on": True}, ["1.10"]),
        ({"is_worked_on": False}, ["1.1", "1.2", "2.1", "2.2", "2.10"]),
        ({"is_help_wanted": True}, ["2.2"]),
        ({"chapter": 2, "difficulty": "A", "is_worked_on": False}, ["2.2"]),
    ],
)
def test_a_filter_passes_what_it_says(asked, passing):
    assert numbers(**asked) == passing


def test_studies_are_told_by_the_caller():
    assert numbers(studied={"1.10", "2.2"}, has_study=True) == ["1.10", "2.2"]
    assert numbers(studied={"1.10", "2.2"}, has_study=False) == ["1.1", "1.2", "2.1", "2.10"]


@pytest.mark.parametrize(
    ("words", "passing"),
    [
        ("trigram", ["1.1"]),
        ("FIND", ["1.1", "1.2"]),
        ("head find", ["1.2"]),
        ("wild", ["2.1"]),
        ("toys", ["1.1", "1.2", "1.10"]),
        ("copying", ["1.2", "2.1"]),
        ("olsson count", ["2.1"]),
        ("induction", ["1.2", "2.1"]),
        ("trigram count", []),
    ],
)
def test_search_needs_every_word_somewhere(words, passing):
    assert numbers(search=words) == passing


@pytest.mark.parametrize(
    ("by", "arranged"),
    [
        ("difficulty", ["2.2", "1.10", "1.2", "2.10", "2.1", "1.1"]),
        ("number", ["1.1", "1.2", "1.10", "2.1", "2.2", "2.10"]),
        ("prior-work", ["2.1", "1.2", "1.1", "1.10", "2.2", "2.10"]),
        ("chapter", ["1.10", "1.2", "1.1", "2.2", "2.10", "2.1"]),
    ],
)
def test_orders(by, arranged):
    assert [found.number for found in arrange(CATALOG, reversed(CATALOG.problems), by)] == arranged


def test_a_difficulty_that_is_none_is_refused():
    with pytest.raises(UnknownRatingError, match="'easy' is not a difficulty") as caught:
        numbers(difficulty="easy")
    assert "A A-C* B B* C, or unrated" in str(caught.value)


def test_works_on_a_problem_are_the_oldest_first():
    assert [work.year for work in CATALOG.works_on("2.1")] == [2020, 2022]


@pytest.mark.parametrize("ask", [CATALOG.problem, CATALOG.references, CATALOG.referenced_by, CATALOG.works_on])
def test_a_number_that_is_not_there_is_refused(ask):
    with pytest.raises(UnknownProblemError, match=r"no problem '1\.3'") as caught:
        ask("1.3")
    assert "cutaway problems --chapter 1" in str(caught.value)
