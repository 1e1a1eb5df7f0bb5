"""The orders of the list, each worked out by hand."""

import pytest

from tests.web import by_hand
from tests.web.conftest import propose, visit


def shown(client, query):
    return [row["number"] for row in client.get(f"/problems.json?{query}").json()]


def place(number):
    chapter, at = number.split(".")
    return int(chapter), int(at)


def test_numbers_are_counted_and_not_spelled(client):
    assert shown(client, "chapter=1&sort=number") == [f"1.{at}" for at in range(1, 24)]


def test_easier_ones_come_first_and_those_without_a_rating_last(client):
    """The ratings of chapter 6 in their order: by where a range begins, then where it ends, then without a star."""
    order = ["A", "A*", "A-B", "A-C", "A-C*", "B", "B*", "B-C*", "C*", "D", ""]
    chapter = by_hand.chapters()[5]["problem"]
    by_rating = sorted(chapter, key=lambda table: (order.index(table.get("difficulty", "")), place(table["number"])))
    assert shown(client, "chapter=6") == [table["number"] for table in by_rating]


def test_most_prior_work_comes_first_also_what_people_added(client):
    works = {table["number"]: len(by_hand.works_on(table["number"])) for table in by_hand.problems()}
    for _ in range(20):
        propose(client, "work", "4.45", form="post", title="T", url="https://example.org")
    works["4.45"] += 20
    assert shown(client, "sort=prior-work") == sorted(works, key=lambda number: (-works[number], place(number)))


def test_what_moved_last_comes_first_and_what_never_moved_by_number(client, clock):
    for number in ("5.3", "2.2", "9.40"):
        clock.turn(hours=1)
        propose(client, "comment", number, text="x")
    rest = [table["number"] for table in by_hand.problems() if table["number"] not in ("5.3", "2.2", "9.40")]
    assert shown(client, "sort=activity") == ["9.40", "2.2", "5.3", *rest]


def test_a_word_in_the_statement_matches_better_than_one_in_a_discussion(client):
    """Only 2.4 speaks of a ringmaster by itself."""
    assert [table["number"] for table in by_hand.problems() if "ringmaster" in str(table).casefold()] == ["2.4"]
    propose(client, "comment", "1.1", text="A ringmaster.")
    propose(client, "comment", "9.9", text="Ringmaster.")
    first, *rest = shown(client, "q=ringmaster&sort=relevance")
    assert (first, set(rest)) == ("2.4", {"1.1", "9.9"})


@pytest.mark.parametrize("sort", ["difficulty", "number", "activity", "prior-work", "relevance"])
def test_an_order_leaves_nothing_out(busy, sort):
    assert sorted(shown(visit(busy), f"sort={sort}"), key=place) == [table["number"] for table in by_hand.problems()]
