"""One problem: the list's own words, verbatim, and everything that hangs on them."""

import pytest

from cutaway.catalog import load_catalog
from tests.web import by_hand
from tests.web.conftest import propose, visit
from tests.web.reading import read

PROBLEMS = {table["number"]: table for table in by_hand.problems()}


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return read(answer)


@pytest.mark.slow
def test_every_problem_has_a_page_with_its_statement_word_for_word(busy):
    client = visit(busy)
    for number, table in PROBLEMS.items():
        answer = client.get(f"/problems/{number}")
        assert answer.status_code == 200, number
        statement = answer.text.partition('<blockquote class="statement"')[2].partition("</blockquote>")[0]
        assert read(f"<blockquote{statement}").text == " ".join(table["text"].split())


def test_numbers_that_look_alike_are_two_pages(client):
    one, ten = (page(client, f"/problems/{number}").first("blockquote").text for number in ("1.1", "1.10"))
    assert one == PROBLEMS["1.1"]["text"]
    assert ten == PROBLEMS["1.10"]["text"]


def test_a_number_that_is_none_is_answered_with_the_nearest(client):
    answer = client.get("/problems/6.180")
    assert answer.status_code == 404
    assert "6.18" in read(answer).text
    assert client.get("/problems/6.180.json").json()["error"].startswith("the catalog has no problem")


def test_mentions_are_links_both_ways(client):
    wiki = page(client, "/problems/6.26")
    assert "/problems/6.18" in wiki.first("blockquote", class_="statement").links
    facts = page(client, "/problems/6.18").first("aside")
    assert "/problems/6.26" in facts.links


def test_the_post_of_its_chapter_is_linked_with_the_advice_to_read_it_first(client):
    shown = page(client, "/problems/3.3")
    (post,) = {link for link in shown.links if "alignmentforum" in link} - {
        "https://www.alignmentforum.org/s/yivyHaCAmMJ3CqSyj"
    }
    assert post == by_hand.chapters()[2]["chapter"]["post_url"]
    assert "Before you start, read" in shown.text


def test_neighbours_are_those_of_the_list(client):
    shown = page(client, "/problems/2.1")
    assert shown.first("a", rel="prev").get("href") == "/problems/1.23"
    assert shown.first("a", rel="next").get("href") == "/problems/2.2"
    assert list(page(client, "/problems/1.1").every("a", rel="prev")) == []
    assert list(page(client, "/problems/9.63").every("a", rel="next")) == []


@pytest.mark.parametrize("number", [n for n, table in PROBLEMS.items() if "currently_working" in table])
def test_the_lists_own_note_of_who_works_on_it_is_as_written_and_lapsed(client, number):
    cell = page(client, f"/problems/{number}").first("section", aria_labelledby="working").first("figure")
    assert cell.first("blockquote").text == " ".join(PROBLEMS[number]["currently_working"].split())
    assert "lapsed" in cell.text


def test_a_date_that_can_be_read_in_two_ways_is_not_read(client):
    cell = page(client, "/problems/3.21").first("section", aria_labelledby="working").first("figure")
    assert "5/7/23: Eric" in cell.text
    assert "on a day that cannot be read with certainty" in cell.text


def test_prior_work_is_listed_with_its_address(client):
    shown = page(client, "/problems/2.2").first("section", aria_labelledby="work")
    for work in load_catalog().works_on("2.2"):
        assert work.url in shown.links
        assert work.title in shown.text


def test_difficulty_is_shown_with_its_source_and_absence_as_not_rated(client):
    facts = page(client, "/problems/6.18").first("aside").text
    assert "Source: summary" in facts
    assert "not rated" in page(client, "/problems/4.1").first("aside").text


def test_an_estimate_stands_beside_the_original_which_stays(site, client):
    propose(client, "difficulty", "6.18", author="Ada", rating="C", text="Harder than it looks.")
    propose(client, "difficulty", "6.18", author="Bob", rating="B", text="So-so.")
    facts = page(client, "/problems/6.18").first("aside").text
    assert "1 says B, 1 says C" in facts
    assert client.get("/problems/6.18.json").json()["difficulty"] == PROBLEMS["6.18"]["difficulty"]


def test_discussion_and_history_are_two_tabs(client):
    number = propose(client, "comment", text="A first thought.")
    discussion, history = page(client, "/problems/6.18"), page(client, "/problems/6.18/history")
    assert "A first thought." in discussion.first("section", id="discussion").text
    assert "A first thought." not in history.first("section", id="discussion").text
    assert f"/contributions/{number}" in history.first("section", id="discussion").links


def test_the_data_of_a_problem_says_what_its_page_says(client):
    propose(client, "work", author="Ada", form="paper", title="On heads", url="https://example.org/h")
    data = client.get("/problems/6.18.json").json()
    assert data["text"] == PROBLEMS["6.18"]["text"]
    (added,) = data["added"]
    assert (added["title"], added["state"], added["author"]) == ("On heads", "pending", "Ada")
    assert "owner" not in added
