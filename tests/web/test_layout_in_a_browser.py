"""On a phone, a tablet, a desk and a large screen: nothing runs off the page, and what is offered can be reached."""

import pytest
from playwright.sync_api import expect

from tests.browser import browser as browser
from tests.browser import scrolls_sideways
from tests.web.served import LONG_WORD, RUN, SMALLER, pass_refusals, visiting
from tests.web.served import moderator as moderator
from tests.web.served import site as site

pytestmark = pytest.mark.browser

WIDTHS = (380, 768, 1280, 1600)
PAGES = (
    "/", "/problems", "/problems?q=induction", "/problems?chapter=1&difficulty=D&q=zebra", "/cards?chapter=6",
    "/problems/6.18", "/problems/6.18/history", "/problems/4.11", "/problems/6.18/propose/result",
    "/contributions/1", "/contributions/1/edit", "/moderate", "/chapters/4", "/subcategories/none", "/difficulties/B",
    "/studies", "/studies/head-wiki", "/records", f"/records/{RUN}",
    *(f"/records/{RUN}/figures/{number}" for number in range(1, 8)), f"/embed/records/{RUN}/figures/1",
    f"/compare?a={RUN}&b={SMALLER}", "/changes", "/about", "/login", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(browser, site, moderator, path):
    with visiting(browser, site, "/progress.json", cookies=[moderator]) as page:
        pass_refusals(page, "**/nowhere")
        page.goto(f"{site.address}{path}")
        wide = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if scrolls_sideways(page):
                wide.append(width)
        assert wide == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("path", "menu"),
    [
        ("/", ".browse"),
        ("/", ".paper"),
        ("/problems?chapter=8", "#filter-subcategory"),
        ("/problems?chapter=8", "#filter-standing"),
        ("/problems?chapter=8", "#filter-study"),
        ("/problems?chapter=8", ".tools .menu"),
        ("/problems/6.18", "#contribution-1 .actions .menu"),
    ],
)
def test_an_open_menu_is_whole_on_the_screen(browser, site, moderator, path, menu, width):
    with visiting(browser, site, path, width=width, cookies=[moderator]) as page:
        page.locator(f"{menu} summary").click()
        panel = page.locator(f"{menu} .panel")
        expect(panel).to_be_visible()
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        box = panel.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", range(900, 1300, 40))
def test_a_filter_at_the_right_opens_to_the_left(browser, site, width):
    """At some of these widths one of the last menus has no room to its right."""
    with visiting(browser, site, "/problems?chapter=8", width=width) as page:
        for menu in page.locator("details.filter").all()[-3:]:
            menu.locator("summary").click()
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            box = menu.locator(".panel").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_a_long_word_is_broken_inside_its_column(browser, site):
    with visiting(browser, site, "/problems/6.18", width=380) as page:
        text = page.locator(".said .text", has_text=LONG_WORD)
        assert text.evaluate("text => text.scrollWidth <= text.clientWidth")
        assert text.bounding_box()["width"] <= 380


def test_the_main_menu_of_a_phone_is_one_line(browser, site):
    with visiting(browser, site, "/", width=380) as page:
        tops = {round(part.bounding_box()["y"]) for part in page.locator(".bar nav > a, .bar nav summary").all()}
        assert len(tops) == 1, "for a visitor; a moderator has a link more"


def test_chapters_are_not_broken_on_a_desk(browser, site):
    with visiting(browser, site, "/", width=1280) as page:
        names = page.locator(".progress tbody th").evaluate_all(
            "names => names.map(name => name.querySelector('a').getClientRects().length)"
        )
        assert names == [1] * 9


@pytest.mark.parametrize("width", WIDTHS)
def test_the_statement_is_the_widest_part_of_a_row(browser, site, width):
    with visiting(browser, site, "/problems?chapter=6", width=width) as page:
        widths = page.locator("table.problems tbody tr").first.evaluate(
            "row => Array.from(row.cells, cell => [cell.className, cell.getBoundingClientRect().width])"
        )
        widest = max(widths, key=lambda pair: pair[1])
        assert widest[0] == "statement"
        assert widest[1] >= min(370, 0.7 * width)
