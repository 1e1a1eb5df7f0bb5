"""The report as a browser runs it: sorting, pointing, papers, strips, and not one request or complaint."""

import pytest

from cutaway.figures.report import report_html, write_figures
from tests.browser import DESK, PHONE, TABLET, opened, scrolls_sideways

pytestmark = pytest.mark.browser

DARK, LIGHT = "rgb(21, 23, 26)", "rgb(253, 253, 252)"  # the papers, #15171a and #fdfdfc


@pytest.fixture
def address(tmp_path, record, study, tables):
    path = tmp_path / "report.html"
    path.write_text(report_html(record, study, tables), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    with opened(browser, address) as page:
        yield page


def column(page, at):
    cells = page.locator(f"table.data tbody tr > :nth-child({at + 1})")
    return [float(value) for value in cells.evaluate_all("cells => cells.map(cell => cell.dataset.value)")]


def paper(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_column_sorts_by_click_and_by_keyboard(page, tables):
    scores = tables["heads"]["induction"].tolist()
    at = 6  # after model, layer, head, role and two other scores; nulls share their score's cell
    head = page.locator("table.data thead th").nth(at)
    assert column(page, at) == scores
    head.locator("button").click()
    assert (head.get_attribute("aria-sort"), column(page, at)) == ("descending", sorted(scores, reverse=True))
    head.locator("button").press("Enter")
    assert (head.get_attribute("aria-sort"), column(page, at)) == ("ascending", sorted(scores))


def test_pointing_at_a_token_shades_what_it_looks_at(page, tables):
    cells = tables["attention"]
    first = cells[(cells["text"] == "counting") & (cells["layer"] == 0) & (cells["head"] == 1) & (cells["query"] == 9)]
    strongest = int(first.loc[first["weight"].idxmax(), "key"])
    view = page.locator("[data-attention]").first
    tokens = view.locator(".token")
    tokens.nth(9).hover()
    assert "from" in tokens.nth(9).get_attribute("class").split()
    assert "to" in tokens.nth(strongest).get_attribute("class").split()
    assert "at place 9 looks at" in view.locator(".looks").inner_text()
    assert view.locator("g.from").get_attribute("data-query") == "9", "the picture follows"


def test_arrows_move_from_token_to_token(page):
    tokens = page.locator("[data-attention]").first.locator(".token")
    tokens.nth(0).click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert tokens.nth(2).evaluate("token => token === document.activeElement")
    assert [tokens.nth(at).get_attribute("tabindex") for at in range(3)] == ["-1", "-1", "0"]


def test_the_paper_can_be_changed(page):
    button = page.locator("[data-paper]")
    assert (paper(page), button.inner_text()) == (LIGHT, "Dark paper")
    button.click()
    assert (paper(page), button.inner_text()) == (DARK, "Light paper")
    button.click()
    assert paper(page) == LIGHT


def test_the_paper_is_first_the_systems(browser, address):
    with opened(browser, address, color_scheme="dark") as page:
        assert paper(page) == DARK


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_only_boxes_scroll_sideways_never_the_page(browser, address, width):
    with opened(browser, address, width=width) as page:
        assert page.locator("table.verdicts .strip").first.is_visible()
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_claim_shows_its_strip_whole_and_its_labels_apart(browser, address, record, width):
    with opened(browser, address, width=width) as page:
        strips = page.locator("table.verdicts .strip")
        assert strips.count() == len(record.answers)
        for strip in strips.all():
            assert strip.is_visible()
            assert strip.bounding_box()["width"] >= 200
            frame = strip.evaluate("strip => strip.getBoundingClientRect().toJSON()")
            boxes = strip.locator("text").evaluate_all(
                "texts => texts.map(text => text.getBoundingClientRect().toJSON())"
            )
            for at, box in enumerate(boxes):
                assert box["left"] >= frame["left"] - 0.5
                assert box["right"] <= frame["right"] + 0.5
                for other in boxes[:at]:
                    one_row = min(box["bottom"], other["bottom"]) > max(box["top"], other["top"])
                    assert not one_row or box["left"] > other["right"] or other["left"] > box["right"]


def test_a_strip_takes_the_colour_of_its_verdict(page, record):
    for answer in record.answers:
        row = page.locator(f"#claim-{answer.claim.key}")
        dot, badge = row.locator(".strip .measured"), row.locator(".verdict")
        colour = "element => getComputedStyle(element).color"
        assert dot.evaluate(colour) == badge.evaluate(colour)


def test_a_picture_opened_alone_is_black_on_white(browser, tmp_path, study, tables):
    for path in write_figures(tmp_path, study, tables):
        if path.suffix == ".svg":
            with opened(browser, path.as_uri(), color_scheme="dark") as page:
                inks = page.locator("text").evaluate_all("texts => texts.map(text => getComputedStyle(text).fill)")
                assert set(inks) == {"rgb(0, 0, 0)"}
