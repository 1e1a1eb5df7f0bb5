"""The list under any filters: one set in every form, and counts that are those of the lists behind them.

The expected sets are counted from the TOML files; see `by_hand`.
"""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.catalog import load_catalog
from cutaway.web.facets import facets
from tests.web.by_hand import FACETS, on_busy, problems
from tests.web.conftest import visit
from tests.web.reading import read

KNOWN = {facet.key: {value.key: value.name for value in facet.values} for facet in facets(load_catalog())}
SORTS = ("difficulty", "number", "activity", "prior-work", "relevance")
CHOSEN = st.dictionaries(st.sampled_from(FACETS), st.integers(0, 2**60), max_size=3).map(
    lambda drawn: {facet: picked(facet, bits) for facet, bits in drawn.items()}
)
FEW = settings(max_examples=20, deadline=None, derandomize=True, database=None)


def picked(facet, bits):
    """Some of the values of a facet, often most of them, so that several facets leave something."""
    keys = list(KNOWN[facet])
    return [key for at, key in enumerate(keys) if bits >> (at % 60) & 1] or keys[:1]


def query(chosen, **more):
    return "&".join(f"{key}={value}" for key, value in ({k: ",".join(v) for k, v in chosen.items()} | more).items())


def passing(chosen):
    """The numbers that pass, by hand."""
    wanted = {facet: {KNOWN[facet][key] for key in keys} for facet, keys in chosen.items()}
    return {
        table["number"]
        for table in problems()
        if all(not on_busy(facet, table).isdisjoint(names) for facet, names in wanted.items())
    }


def numbers_in(page):
    rows = page.first("table", class_="problems").every("tr") if any(page.every("table", class_="problems")) else ()
    return [row.first("th", class_="number").text for row in list(rows)[1:]]


@pytest.fixture(scope="module")
def browser(busy):
    client = visit(busy)
    client.follow_redirects = True
    return client


@pytest.mark.slow
@FEW
@given(CHOSEN, st.sampled_from(SORTS))
def test_any_filters_show_the_same_problems_as_page_cards_json_and_csv(browser, chosen, sort):
    asked = query(chosen, sort=sort)
    as_json = [row["number"] for row in browser.get(f"/problems.json?{asked}").json()]
    as_csv = [row["number"] for row in csv.DictReader(io.StringIO(browser.get(f"/problems.csv?{asked}").text))]
    cards = read(browser.get(f"/cards?{asked}"))
    cards = [card.first("a", class_="number").text for card in cards.every(class_="card")]
    assert numbers_in(read(browser.get(f"/problems?{asked}"))) == cards == as_csv == as_json


@FEW
@given(CHOSEN)
def test_what_is_shown_passes_every_filter_and_nothing_that_passes_is_left_out(browser, chosen):
    shown = [row["number"] for row in browser.get(f"/problems.json?{query(chosen)}").json()]
    assert sorted(shown) == sorted(passing(chosen))


@pytest.mark.slow
@FEW
@given(CHOSEN)
def test_beside_every_choice_stands_how_many_it_alone_would_show(browser, chosen):
    page = read(browser.get(f"/problems?{query(chosen)}"))
    for facet, values in KNOWN.items():
        links = page.first(id=f"filter-{facet}").every("a")
        counts = {link.first("span").text: int(link.first("span", class_="count").text) for link in links}
        alone = {name: len(passing(chosen | {facet: [key]})) for key, name in values.items()}
        assert counts == alone, facet


def test_a_letter_counts_every_range_around_it(browser):
    """Counted over the ratings of the files, letter by letter: "A-C*" counts for A, B and C."""
    page = read(browser.get("/problems"))
    shown = {link.first("span").text: int(link.first(class_="count").text)
             for link in page.first(id="filter-difficulty").every("a")}  # fmt: skip
    ratings = [table.get("difficulty", "") for table in problems()]
    spelled = {"A-B": "AB", "A-C": "ABC", "A-D": "ABCD", "B-C": "BC", "B-D": "BCD", "C-D": "CD"}
    letters = ["" if not rating else spelled.get(rating.rstrip("*"), rating.rstrip("*")) for rating in ratings]
    assert shown == {letter: sum(letter in found for found in letters) for letter in "ABCD"} | {
        "not rated": letters.count("")
    }


@pytest.mark.parametrize("facet", FACETS)
def test_every_value_that_a_problem_has_can_be_chosen(facet):
    """The menus leave nothing out: what the files hold is what they offer."""
    held = set().union(*(on_busy(facet, table) for table in problems()))
    assert held <= set(KNOWN[facet].values())


def test_no_subcategory_and_not_rated_are_values(browser):
    loose = [table["number"] for table in problems() if "subcategory" not in table]
    unrated = [table["number"] for table in problems() if "difficulty" not in table]
    assert loose
    assert unrated
    for asked, expected in (("subcategory=none", loose), ("difficulty=unrated", unrated), ("rating=unrated", unrated)):
        found = [row["number"] for row in browser.get(f"/problems.json?{asked}&sort=number").json()]
        assert found == expected, asked


def test_counts_follow_the_search(browser):
    """ "zyzzyva" is said on 9.2 and on 5.3 only."""
    page = read(browser.get("/problems?q=zyzzyva"))
    counts = {link.first("span").text: int(link.first(class_="count").text)
              for link in page.first(id="filter-chapter").every("a")}  # fmt: skip
    assert {name[0]: count for name, count in counts.items() if count} == {"5": 1, "9": 1}
    assert sorted(numbers_in(page)) == ["5.3", "9.2"]
