"""The address of the list: one state has one address, defaults are left out, and what is not there is named."""

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.catalog import load_catalog
from cutaway.web.facets import facets
from cutaway.web.listing import read_state
from tests.web.conftest import visit
from tests.web.reading import read

CATALOG = load_catalog()
VALUES = {facet.key: [value.key for value in facet.values] for facet in facets(CATALOG)}
SORTS = ("difficulty", "number", "activity", "prior-work", "relevance")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@st.composite
def asked(draw):
    """Anything that a form or a person might ask for: in any order, values more than once, spaces, defaults."""
    pairs = [
        (key, ",".join(draw(st.lists(st.sampled_from(VALUES[key]), max_size=4))))
        for key in draw(st.lists(st.sampled_from(list(VALUES)), unique=True, max_size=4))
    ]
    pairs += [("q", draw(WORDS))] * draw(st.booleans())
    pairs += [("sort", draw(st.sampled_from(["", *SORTS])))] * draw(st.booleans())
    return dict(draw(st.permutations(pairs)))


@pytest.fixture(scope="module")
def browser(busy):
    return visit(busy)


@FEW
@given(asked())
def test_a_state_is_read_back_from_its_address(given_):
    state = read_state(CATALOG, given_)
    assert read_state(CATALOG, dict(parse_qsl(state.query, keep_blank_values=True))) == state


@FEW
@given(asked())
def test_an_address_leaves_out_what_is_default(given_):
    query = read_state(CATALOG, given_).query
    assert all(value for _, value in parse_qsl(query, keep_blank_values=True))
    assert "sort=difficulty" not in query


@FEW
@given(asked())
def test_any_other_address_leads_in_one_step_to_the_one_of_its_state(browser, given_):
    first = browser.get("/problems?" + urlencode(given_))
    if first.status_code == 308:
        first = browser.get(first.headers["location"])
    assert first.status_code in (200, 303), "303 is the jump to a problem whose number was asked for"


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("sort=difficulty", "/problems"),
        ("q=&chapter=", "/problems"),
        ("chapter=2,1,1", "/problems?chapter=1,2"),
        ("chapter=2&chapter=1", "/problems?chapter=1,2"),
        ("standing=proxy&chapter=1", "/problems?chapter=1&standing=proxy"),
        ("q=+two++words+&difficulty=B", "/problems?difficulty=B&q=two%20words"),
        ("rating=B-C%2A", "/problems?rating=B-C*"),
        ("sort=number&q=x", "/problems?q=x&sort=number"),
        (f"q={'a' * 199}+b", f"/problems?q={'a' * 199}"),  # cut after 200 characters, and then without a space
    ],
)
def test_another_spelling_of_a_state_is_sent_on_for_good(browser, asked, canonical):
    answer = browser.get(f"/problems?{asked}")
    assert (answer.status_code, answer.headers["location"]) == (308, canonical)
    assert browser.get(canonical).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/problems",
        "/problems?standing=untouched&sort=number",
        "/cards?difficulty=B&help=no",
        "/problems?chapter=9&q=neurons",
        "/problems?chapter=4&difficulty=A",
        "/",
        "/chapters/6",
        "/about",
    ],
)
def test_every_link_to_the_list_stands_in_its_final_form(browser, address):
    links = [urlsplit(urljoin(address, link)) for link in read(browser.get(address)).links]
    lists = [link for link in links if link.path in ("/problems", "/cards")]
    assert lists
    for link in lists:
        assert link.query == read_state(CATALOG, dict(parse_qsl(link.query))).query


@pytest.mark.parametrize(
    ("asked", "known"),
    [("colour=red", "difficulty"), ("chapter=12", "9"), ("standing=done", "underpowered"), ("sort=size", "activity")],
)
@pytest.mark.parametrize("form", ["", ".json", ".csv"])
def test_what_there_is_not_is_answered_with_what_there_is(browser, asked, known, form):
    answer = browser.get(f"/problems{form}?{asked}")
    assert answer.status_code == 404
    advice = answer.json()["advice"] if form == ".json" else read(answer).first("main").text
    assert known in advice


@pytest.mark.parametrize("number", ["6.18", "1.10", "1.1", " 6.18 "])
def test_a_number_in_the_search_goes_to_its_problem(browser, number):
    answer = browser.get("/problems", params={"q": number})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/problems/{number.strip()}")


def test_a_number_that_no_problem_has_is_searched_for(browser):
    assert browser.get("/problems?q=9.99").status_code == 200


def test_while_somebody_types_the_list_stays_and_its_address_is_the_short_one(browser):
    """`6.1` is on the way to `6.18`; the form sends its defaults along."""
    answer = browser.get("/problems?q=6.1&sort=difficulty", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-push-url"]) == (200, "/problems?q=6.1")
    assert list(read(answer).every(id="list"))


def test_an_empty_list_names_what_is_on_and_how_to_take_it_away(browser):
    page = read(browser.get("/problems?chapter=4&difficulty=A&q=zyzzyva"))
    said = page.first(class_="empty-list")
    assert all(name in said.text for name in ("zyzzyva", "Difficulty: A", "Chapter: 4"))
    assert set(said.links) == {
        "/problems?chapter=4&q=zyzzyva",
        "/problems?difficulty=A&q=zyzzyva",
        "/problems",
    }


def test_a_filter_that_is_on_is_taken_away_by_its_own_link(browser):
    page = read(browser.get("/problems?chapter=1,2&work=no"))
    chips = [chip.get("href") for chip in page.every("a", class_="chip")]
    assert set(chips) == {
        "/problems?chapter=2&work=no",
        "/problems?chapter=1&work=no",
        "/problems?chapter=1,2",
    }


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_data_of_a_list_is_linked_with_its_filters(browser, form):
    links = read(browser.get("/problems?chapter=9&q=neurons&sort=number")).links
    assert f"/problems.{form}?chapter=9&q=neurons&sort=number" in links
