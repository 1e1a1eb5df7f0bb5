"""Every number that leads to a list is the length of that list."""

import pytest

from tests.web.by_hand import on_busy, problems
from tests.web.conftest import visit
from tests.web.reading import read


@pytest.fixture(scope="module")
def browser(busy):
    return visit(busy)


def length(browser, address):
    """How many problems the data behind a link holds."""
    return len(browser.get(address.replace("/problems", "/problems.json", 1)).json())


def test_every_number_of_the_front_page_is_that_of_its_list(browser):
    links = [link for link in read(browser.get("/")).first("table", class_="progress").every("a")]
    counted = {link.get("href"): int(link.text) for link in links if link.text.isdigit()}
    assert len(counted) == 6 * 10, "six standings of nine chapters, and of all"
    shown = {address: length(browser, address) for address in counted if counted[address]}
    assert {address: count for address, count in counted.items() if count} == shown


def test_progress_is_counted_by_chapter_and_standing(browser):
    by_hand = {(table["number"][0], *on_busy("standing", table)): 0 for table in problems()}
    for table in problems():
        by_hand[table["number"][0], *on_busy("standing", table)] += 1
    said = browser.get("/progress.json").json()
    counts = {(str(row["chapter"]), name): row[name] for row in said for name in row if name != "chapter" and row[name]}
    assert counts == by_hand


@pytest.mark.parametrize("chapter", range(1, 10))
def test_a_chapter_counts_its_subcategories(browser, chapter):
    shown = read(browser.get(f"/chapters/{chapter}")).first("main")
    inside = [table for table in problems() if table["number"].startswith(f"{chapter}.")]
    assert f"{len(inside)} problems." in shown.first(class_="tally").text
    for line in shown.first("ul", class_="jumps").every("li"):
        name, _, count = line.first("a").text.rpartition(" ")
        wanted = None if name == "no subcategory" else name
        assert int(count) == sum(table.get("subcategory") == wanted for table in inside), name


def test_a_subcategory_and_a_difficulty_have_pages_of_their_own(browser):
    for address in ("/subcategories/none", "/difficulties/unrated", "/difficulties/B-C*"):
        page = read(browser.get(address)).first("main")
        rows = list(page.first("table", class_="problems").every("tr"))[1:]
        field, value = {"none": ("subcategory", None), "unrated": ("difficulty", None), "B-C*": ("difficulty", "B-C*")}[
            address.rpartition("/")[2]
        ]
        expected = {table["number"] for table in problems() if table.get(field) == value}
        assert {row.first("th").text for row in rows} == expected


def test_what_the_page_about_the_data_counts_is_in_the_files(browser):
    text = read(browser.get("/about")).text
    unrated = sum("difficulty" not in table for table in problems())
    loose = sum("subcategory" not in table for table in problems())
    assert f"none was guessed {unrated}" in text or f"none was guessed{unrated}" in text
    assert f"{loose} problems: the list has none for them" in text
