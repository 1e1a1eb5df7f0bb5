"""For everybody: no page type has a fault that axe-core knows, and the keyboard reaches and leaves everything."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import browser as browser
from tests.web.served import RUN, SMALLER, cookie, pass_refusals, visiting
from tests.web.served import moderator as moderator
from tests.web.served import site as site

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "front": "/",
    "table": "/problems?chapter=6&difficulty=A",
    "cards": "/cards?chapter=6&difficulty=A",
    "found": "/problems?q=induction",
    "empty": "/problems?chapter=1&difficulty=D&q=zebra",
    "problem": "/problems/6.18",
    "unrated problem": "/problems/4.11",
    "history": "/problems/6.18/history",
    "form": "/problems/6.18/propose/work",
    "contribution": "/contributions/1",
    "rejected contribution": "/contributions/8",
    "chapter": "/chapters/8",
    "subcategory": "/subcategories/none",
    "difficulty": "/difficulties/B",
    "studies": "/studies",
    "study": "/studies/head-wiki",
    "records": "/records",
    "record": f"/records/{RUN}",
    "heat": f"/records/{RUN}/figures/1",
    "sortable table": f"/records/{RUN}/figures/5",
    "attention": f"/records/{RUN}/figures/6",
    "embedded figure": f"/embed/records/{RUN}/figures/1",
    "compare": f"/compare?a={RUN}&b={SMALLER}",
    "compare nothing": "/compare",
    "changes": "/changes",
    "about": "/about",
    "login": "/login",
    "no such problem": "/problems/12.9",
    "no such page": "/nowhere",
}
themed = pytest.mark.parametrize("theme", ["light", "dark"])


def faults(page):
    """What axe-core finds: the rule, where, and why.

    It does not judge contrast over a gradient, so boxes that scroll lose the shadows at their sides.
    """
    page.evaluate("document.querySelectorAll('.scroll').forEach(box => box.style.background = 'none')")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}\n{node['html']}"
        for rule in found
        for node in rule["nodes"]
    ]


def on(theme, *more):
    return [cookie("cutaway-theme", theme), *more]


@themed
@pytest.mark.parametrize("kind", PAGES)
def test_axe_finds_nothing(browser, site, kind, theme):
    with visiting(browser, site, "/progress.json", cookies=on(theme)) as page:
        pass_refusals(page, f"**{PAGES[kind]}" if kind.startswith("no such") else "**/none")
        page.goto(f"{site.address}{PAGES[kind]}{'?theme=' + theme if kind.startswith('embedded') else ''}")
        assert faults(page) == []


@themed
def test_axe_finds_nothing_for_a_moderator(browser, site, moderator, theme):
    with visiting(browser, site, "/moderate", cookies=on(theme, moderator)) as page:
        assert faults(page) == []
        page.locator(".actions summary").first.click()
        assert faults(page) == []
        page.goto(f"{site.address}/contributions/1/edit")
        assert faults(page) == []


@themed
def test_axe_finds_nothing_in_a_form_with_faults(browser, site, theme):
    with visiting(browser, site, "/problems/6.18/propose/difficulty", cookies=on(theme)) as page:
        pass_refusals(page, "**/propose/difficulty")
        page.get_by_label("Difficulty").fill("E")
        page.get_by_label("In your words").fill("hard")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert faults(page) == []


@themed
@pytest.mark.parametrize("menu", ["Browse", "Subcategory", "Difficulty", "Saved views"])
def test_axe_finds_nothing_in_an_open_menu(browser, site, menu, theme):
    with visiting(browser, site, "/problems?chapter=8", cookies=on(theme)) as page:
        page.locator("summary", has_text=menu).first.click()
        assert faults(page) == []


@themed
def test_axe_finds_nothing_in_an_interactive_figure(browser, site, theme):
    with visiting(browser, site, f"/records/{RUN}/figures/4", cookies=on(theme)) as page:
        page.get_by_role("button", name="Make it interactive").click()
        expect(page.locator(".interactive canvas")).to_be_visible()
        assert faults(page) == []


def test_the_first_tab_offers_to_skip_to_the_content(browser, site):
    with visiting(browser, site, "/problems/6.18") as page:
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="To the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("menu", [".browse", ".paper", "#filter-standing"])
def test_a_menu_opens_by_enter_and_closes_by_escape(browser, site, menu):
    with visiting(browser, site, "/problems?chapter=8") as page:
        summary, panel = page.locator(f"{menu} summary"), page.locator(f"{menu} .panel")
        summary.focus()
        expect(panel).to_be_hidden()
        page.keyboard.press("Enter")
        expect(panel).to_be_visible()
        page.keyboard.press("Tab")
        assert panel.evaluate("panel => panel.contains(document.activeElement)"), "its first choice is next"
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(summary).to_be_focused()


def test_only_one_menu_is_open_and_a_click_elsewhere_closes_it(browser, site):
    with visiting(browser, site, "/problems?chapter=8") as page:
        page.locator("#filter-chapter summary").click()
        page.locator("#filter-study summary").click()
        expect(page.locator("details.menu[open]")).to_have_count(1)
        page.locator("h1").click()
        expect(page.locator("details.menu[open]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/problems?chapter=8&difficulty=A", "/problems/6.18", "/about", "/login"])
def test_tab_goes_through_the_page_in_its_order_and_is_always_seen(browser, site, path):
    """Every stop comes later in the page than the one before, is on the screen, and has a line around it."""
    stop = """() => {
        const element = document.activeElement;
        if (element === document.body) return null;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        const all = Array.from(document.querySelectorAll("*"));
        const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return { at: all.indexOf(element), seen, line, html: element.outerHTML.slice(0, 120) };
    }"""
    with visiting(browser, site, path) as page:
        before, count = -1, 0
        while True:
            page.keyboard.press("Tab")
            now = page.evaluate(stop)
            if now is None or now["at"] < before:
                break
            assert now["at"] > before, now["html"]
            assert now["seen"], now["html"]
            assert now["line"], now["html"]
            before, count = now["at"], count + 1
        expected = page.locator("a[href], button, input, select, textarea, summary").evaluate_all(
            "all => all.filter(one => one.tabIndex >= 0 && one.checkVisibility()).length"
        )
        assert count >= expected, "every control is a stop; a browser adds boxes that scroll"
