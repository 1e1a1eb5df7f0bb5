"""Filter, search, go back and share a view, with scripts and without: what is shown always stands in the address."""

import pytest
from playwright.sync_api import expect

from cutaway.catalog import load_catalog
from tests.browser import browser as browser
from tests.web.served import site as site
from tests.web.served import visiting

pytestmark = pytest.mark.browser


def shown(page):
    return page.locator("table.problems tbody th.number").all_inner_texts()


def of(chapters, letter=None):
    """The problems that a reader of the list would pick by hand, in no order."""
    return {
        problem.number
        for problem in load_catalog().problems
        if problem.chapter.number in chapters
        and (letter is None or (problem.difficulty and problem.difficulty.includes(letter)))
    }


def choose(page, facet, *names):
    menu = page.locator("details.filter", has=page.locator(f"summary:text-is('{facet}')"))
    for name in names:
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        menu.get_by_role("link", name=name).first.click()


def chosen(page, *names):
    """Wait until exactly these filters are on."""
    expect(page.locator("a.chip")).to_have_text([f"Take away: {name} ×" for name in names])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_chosen_view_has_an_address_that_shows_the_same_elsewhere(browser, site, scripts):
    with visiting(browser, site, "/problems", scripts=scripts) as page:
        choose(page, "Chapter", "6 Techniques")
        chosen(page, "Chapter 6 Techniques, Tooling, and Automation")
        assert set(shown(page)) == of([6])
        choose(page, "Difficulty", "A")
        expect(page).to_have_url(f"{site.address}/problems?chapter=6&difficulty=A")
        chosen(page, "Chapter 6 Techniques, Tooling, and Automation", "Difficulty A")
        rows = shown(page)
        assert set(rows) == of([6], "A")
        with visiting(browser, site, page.url.removeprefix(site.address), scripts=scripts) as other:
            assert shown(other) == rows


@pytest.mark.parametrize("scripts", [True, False])
def test_back_shows_what_was_there_before(browser, site, scripts):
    with visiting(browser, site, "/problems", scripts=scripts) as page:
        choose(page, "Chapter", "1 Toy")
        chosen(page, "Chapter 1 Toy Language Models")
        choose(page, "Difficulty", "C")
        chosen(page, "Chapter 1 Toy Language Models", "Difficulty C")
        page.go_back()
        chosen(page, "Chapter 1 Toy Language Models")
        assert set(shown(page)) == of([1])
        page.go_back()
        chosen(page)
        assert len(shown(page)) == len(load_catalog().problems)
        page.go_forward()
        chosen(page, "Chapter 1 Toy Language Models")
        assert set(shown(page)) == of([1])


def test_a_menu_stays_open_while_several_values_are_chosen(browser, site):
    with visiting(browser, site, "/problems") as page:
        page.evaluate("window.stayed = true")
        page.locator("#filter-chapter summary").click()
        for name, address in (("7 Image", "7"), ("2 Circuits", "2,7"), ("4 Exploring", "2,4,7")):
            page.locator("#filter-chapter").get_by_role("link", name=name).click()
            expect(page).to_have_url(f"{site.address}/problems?chapter={address}")
            expect(page.locator("#filter-chapter .panel")).to_be_visible()
        expect(page.locator("#filter-chapter a[aria-current]")).to_have_count(3)
        assert set(shown(page)) == of([2, 4, 7])
        assert page.evaluate("window.stayed"), "the page was never loaded again"


def test_the_place_in_a_menu_is_kept_for_those_who_use_the_keyboard(browser, site):
    with visiting(browser, site, "/problems") as page:
        page.locator("#filter-difficulty summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        chosen(page, "Difficulty A")
        expect(page.locator("#filter-difficulty a").first).to_be_focused()


def test_typing_filters_within_a_second_and_without_a_reload(browser, site):
    with visiting(browser, site, "/problems?chapter=6") as page:
        page.evaluate("window.stayed = true")
        page.locator("#q").press_sequentially("induction", delay=15)
        expect(page.locator("#list [role=status]")).to_contain_text("with “induction”", timeout=1000)
        expect(page).to_have_url(f"{site.address}/problems?chapter=6&q=induction")
        assert 0 < len(shown(page)) < len(of([6]))
        assert set(shown(page)) <= of([6]), "the filter stays while one types"
        assert "6.20" in shown(page), "its statement asks for induction heads"
        expect(page.locator("#q")).to_be_focused()
        assert page.evaluate("window.stayed")


def test_what_was_typed_stays_while_one_filters(browser, site):
    with visiting(browser, site, "/problems") as page:
        page.locator("#q").press_sequentially("induction")
        expect(page.locator("#list [role=status]")).to_contain_text("with “induction”")
        choose(page, "Chapter", "6 Techniques")
        expect(page).to_have_url(f"{site.address}/problems?chapter=6&q=induction")
        page.locator("#sort").select_option("number")
        expect(page).to_have_url(f"{site.address}/problems?chapter=6&q=induction&sort=number")
        chosen(page, "Chapter 6 Techniques, Tooling, and Automation")
        expect(page.locator("#q")).to_have_value("induction")


def test_search_without_scripts_keeps_the_filters(browser, site):
    with visiting(browser, site, "/problems?chapter=6", scripts=False) as page:
        page.locator("#q").fill("induction")
        page.get_by_role("button", name="Search").click()
        expect(page).to_have_url(f"{site.address}/problems?chapter=6&q=induction")
        assert "6.20" in shown(page)
        assert set(shown(page)) <= of([6])


@pytest.mark.parametrize("scripts", [True, False])
def test_a_number_leads_to_its_problem(browser, site, scripts):
    with visiting(browser, site, "/about", scripts=scripts) as page:
        page.locator("#find").fill("4.11")
        page.locator("#find").press("Enter")
        expect(page).to_have_url(f"{site.address}/problems/4.11")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_view_can_be_saved_opened_and_removed(browser, site, scripts):
    with visiting(browser, site, "/problems?chapter=3&sort=number", scripts=scripts) as page:
        page.get_by_text("Saved views").click()
        page.get_by_label("Save this one as").fill("Third, by number")
        page.get_by_role("button", name="Save").click()
        page.goto(f"{site.address}/problems")
        page.get_by_text("Saved views").click()
        page.get_by_role("link", name="Third, by number").click()
        expect(page).to_have_url(f"{site.address}/problems?chapter=3&sort=number")
        page.get_by_text("Saved views").click()
        page.get_by_role("button", name="Remove the view Third, by number").click()
        page.get_by_text("Saved views").click()
        expect(page.get_by_text("None yet.")).to_be_visible()


def test_table_and_cards_show_the_same_state(browser, site):
    with visiting(browser, site, "/problems") as page:
        choose(page, "Chapter", "1 Toy")
        chosen(page, "Chapter 1 Toy Language Models")
        rows = shown(page)
        page.get_by_role("link", name="Cards").click()
        expect(page).to_have_url(f"{site.address}/cards?chapter=1")
        assert page.locator(".card .number").all_inner_texts() == rows
