"""The nine files hold the list: its published counts, and field by field the tables they were made from."""

import json
from collections import Counter
from pathlib import Path

import pytest

from cutaway.catalog.load import load_catalog
from cutaway.catalog.number import order
from cutaway.catalog.record import as_record

TABLES = Path(__file__).parents[2].parent / "shared" / "catalog"
needs_tables = pytest.mark.skipif(not TABLES.is_dir(), reason="no ../shared/catalog beside the checkout")

PER_CHAPTER = [23, 38, 33, 45, 38, 59, 18, 22, 63]
RATED_PER_CHAPTER = [17, 38, 30, 0, 10, 58, 18, 22, 13]


def test_counts_are_those_published_with_the_list():
    problems = load_catalog().problems
    per_chapter = Counter(problem.chapter.number for problem in problems)
    rated = Counter(problem.chapter.number for problem in problems if problem.difficulty)
    assert [per_chapter[chapter] for chapter in range(1, 10)] == PER_CHAPTER
    assert [rated[chapter] for chapter in range(1, 10)] == RATED_PER_CHAPTER
    assert Counter(p.difficulty_source for p in problems) == {"post": 16, "coda": 44, "summary": 146, None: 133}
    assert Counter(p.difficulty_confidence for p in problems) == {"high": 105, "medium": 93, "low": 8, None: 133}
    assert sum(problem.subcategory is None for problem in problems) == 21
    assert sum(problem.post_number is not None for problem in problems) == 45
    assert sum(problem.existing_work is not None for problem in problems) == 2
    assert sum(problem.currently_working is not None for problem in problems) == 12
    assert sum(problem.help_wanted is not None for problem in problems) == 0


def test_works_are_counted_as_published():
    catalog = load_catalog()
    assert len(catalog.works) == 169
    assert sum(len(work.numbers) for work in catalog.works) == 273
    assert sum(bool(catalog.works_on(problem.number)) for problem in catalog.problems) == 169


def test_a_star_or_a_range_is_never_from_the_coda():
    from_coda = [p.difficulty for p in load_catalog().problems if p.difficulty_source == "coda"]
    assert {str(rating) for rating in from_coda} <= set("ABCD")


def test_problems_stand_in_natural_order_with_numbers_as_text():
    numbers = [problem.number for problem in load_catalog().problems]
    by_hand = [f"{chapter}.{place}" for chapter, count in enumerate(PER_CHAPTER, 1) for place in range(1, count + 1)]
    assert numbers == by_hand
    assert load_catalog().problem("1.10").text != load_catalog().problem("1.1").text


def test_the_one_claim_without_a_certain_date_has_none():
    assert load_catalog().problem("3.21").claimed_by == "Eric"
    assert load_catalog().problem("3.21").claimed_on is None


def test_works_on_a_problem_are_the_oldest_first():
    catalog = load_catalog()
    for problem in catalog.problems:
        years = [work.year for work in catalog.works_on(problem.number)]
        assert years == sorted(years)


def test_the_second_load_is_the_first():
    assert load_catalog() is load_catalog()


@needs_tables
def test_every_field_of_every_problem_is_the_tables():
    catalog = load_catalog()
    rows = json.loads((TABLES / "problems.json").read_text(encoding="utf-8"))
    assert len(rows) == 339
    ours = {problem.number: as_record(catalog, problem) for problem in catalog.problems}
    for row in rows:
        assert {key: ours[row["number"]][key] for key in row} == row


@needs_tables
def test_every_work_and_every_pair_is_the_tables():
    catalog = load_catalog()
    rows = json.loads((TABLES / "existing_work.json").read_text(encoding="utf-8"))
    ours = {work.url: work for work in catalog.works}
    assert len(rows) == len(ours)
    for row in rows:
        work = ours[row["url"]]
        assert {key: getattr(work, key) for key in row} == {**row, "numbers": tuple(row["numbers"])}
    pairs = {(number, row["url"]) for row in rows for number in row["numbers"]}
    assert len(pairs) == 273
    assert {(p.number, work.url) for p in catalog.problems for work in catalog.works_on(p.number)} == pairs


def test_works_are_in_the_order_of_their_first_problem():
    firsts = [order(work.numbers[0]) for work in load_catalog().works]
    assert firsts == sorted(firsts)
