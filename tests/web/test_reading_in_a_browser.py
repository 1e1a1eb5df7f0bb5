"""Read a problem with scripts and without, on the paper one chose, on a slow line, and printed."""

import pytest
from playwright.sync_api import expect

from cutaway.catalog import load_catalog
from tests.browser import browser as browser
from tests.web.served import RUN, cookie, visiting
from tests.web.served import site as site

pytestmark = pytest.mark.browser
either = pytest.mark.parametrize("scripts", [True, False])

DARK, LIGHT = "rgb(21, 23, 26)", "rgb(253, 253, 252)"  # the papers, #15171a and #fdfdfc
MOST_AT_FIRST = 300_000  # bytes of a first visit to the list
MENUS = ".top, .filters, .search, .tools, .switch, .foot"


def on_paper(page, colour):
    expect(page.locator("body")).to_have_css("background-color", colour)


@either
def test_a_problem_shows_all_that_is_known_of_it(browser, site, scripts):
    problem = load_catalog().problem("6.18")
    with visiting(browser, site, "/problems/6.18", scripts=scripts) as page:
        expect(page.locator("blockquote.statement")).to_have_text(problem.text)
        expect(page.locator(".study-box .strip").first).to_be_visible()
        assert page.locator(".study-box .strip").count() == page.locator(".study-box tbody tr").count() > 0
        for work in load_catalog().works_on("6.18"):
            expect(page.get_by_role("link", name=work.title)).to_have_attribute("href", work.url)
        expect(page.locator(".said.claim")).to_contain_text("Grace")
        expect(page.locator(".said.comment table")).to_contain_text("1.4")
        page.get_by_role("link", name="History").click()
        expect(page).to_have_url(f"{site.address}/problems/6.18/history#discussion")
        expect(page.locator(".events li").first).to_be_visible()
        page.get_by_role("link", name="Discussion", exact=False).click()
        expect(page.get_by_label("Comment")).to_be_visible()
        page.locator("a[rel=next]").click()
        expect(page).to_have_url(f"{site.address}/problems/6.19")


@either
def test_a_record_shows_its_figures(browser, site, scripts):
    with visiting(browser, site, f"/records/{RUN}", scripts=scripts) as page:
        assert page.locator("figure").count() == 7, "as many as the study declares"
        expect(page.locator("figure svg").first).to_be_visible()
        expect(page.locator("table.data tbody tr").first).to_be_visible()


@either
def test_the_paper_is_chosen_with_one_click_and_stays(browser, site, scripts):
    with visiting(browser, site, "/problems/6.18", scripts=scripts, color_scheme="light") as page:
        on_paper(page, LIGHT)
        for name, expected in (("Dark paper", DARK), ("Light paper", LIGHT), ("Dark paper", DARK)):
            page.locator(".paper summary").click()
            page.get_by_role("button", name=name).click()
            expect(page).to_have_url(f"{site.address}/problems/6.18")
            on_paper(page, expected)
        page.goto(f"{site.address}/about")
        on_paper(page, DARK)
        page.locator(".paper summary").click()
        page.get_by_role("button", name="As the system").click()
        on_paper(page, LIGHT)


def test_the_chosen_paper_is_in_the_page_that_is_sent_so_that_nothing_flashes(browser, site):
    dark = cookie("cutaway-theme", "dark")
    with visiting(browser, site, "/about", cookies=[dark], color_scheme="light") as page:
        sent = page.request.get(f"{site.address}/about").text()
        assert '<html lang="en" data-theme="dark">' in sent
        assert '<meta name="color-scheme" content="dark">' in sent
        on_paper(page, DARK)


def test_the_systems_paper_is_followed_where_none_was_chosen(browser, site):
    with visiting(browser, site, "/", color_scheme="dark") as page:
        on_paper(page, DARK)


def test_a_first_visit_to_the_list_is_light(browser, site):
    got = []
    with visiting(browser, site, "/progress.json") as page:
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda event: got.append(event["encodedDataLength"]))
        page.goto(f"{site.address}/problems", wait_until="networkidle")
        expect(page.locator("table.problems tbody tr")).to_have_count(len(load_catalog().problems))
    assert len(got) >= 4, "the page, its style, its scripts, its typeface"
    assert sum(got) <= MOST_AT_FIRST


@pytest.mark.parametrize("path", ["/", "/problems?chapter=1", "/problems/6.18", f"/records/{RUN}"])
def test_print_leaves_out_what_paper_cannot_do(browser, site, path):
    with visiting(browser, site, path, color_scheme="dark") as page:
        assert page.locator(MENUS).first.is_visible()
        page.emulate_media(media="print")
        for part in page.locator(f"{MENUS}, .button, button:not(th > button)").all():  # those are names of columns
            expect(part).to_be_hidden()
        expect(page.locator("main")).to_be_visible()
        on_paper(page, LIGHT)
