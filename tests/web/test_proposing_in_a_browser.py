"""Propose, approve, reject, take back, renew: a visitor and a moderator, each in a browser of their own."""

import sqlite3

import pytest
from playwright.sync_api import expect

from cutaway.store import contributions
from cutaway.store.contribution import read_draft
from cutaway.store.migrate import open_store
from cutaway.store.open import url_of
from tests.browser import browser as browser
from tests.web.served import moderator as moderator
from tests.web.served import pass_refusals, serving, visiting
from tests.web.served import site as site

pytestmark = pytest.mark.browser
either = pytest.mark.parametrize("scripts", [True, False])


def comment(page, text, name=""):
    """Comment on the problem that is open; the line that shows it."""
    page.get_by_label("Comment").fill(text)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Comment").click()
    return page.locator(".said", has_text=text)


def act(page, text, step):
    """Do a step, by its name, with what says `text`."""
    page.locator(".said", has_text=text).get_by_role("button", name=step, exact=True).click()


@either
def test_a_comment_is_shown_at_once_as_pending_and_unmarked_once_approved(browser, site, moderator, scripts):
    text = f"I count four heads, scripts {scripts}"
    with (
        visiting(browser, site, "/problems/6.26", scripts=scripts) as visitor,
        visiting(browser, site, "/", scripts=scripts, cookies=[moderator]) as owner,
    ):
        said = comment(visitor, text, "Ada")
        expect(said).to_contain_text("Ada")
        expect(said.locator(".mark.pending")).to_be_visible()
        owner.get_by_role("link", name="Moderate").click()
        act(owner, text, "Approve")
        expect(owner).to_have_url(f"{site.address}/moderate")
        expect(owner.locator(".said", has_text=text)).to_have_count(0)
        visitor.goto(f"{site.address}/problems/6.26")
        expect(said).to_be_visible()
        expect(said.locator(".mark")).to_have_count(0)


@either
def test_a_rejected_comment_goes_with_a_reason_and_comes_back_undone(browser, site, moderator, scripts):
    text = f"Buy my course, scripts {scripts}"
    with (
        visiting(browser, site, "/problems/6.28", scripts=scripts) as visitor,
        visiting(browser, site, "/problems/6.28", scripts=scripts, cookies=[moderator]) as owner,
    ):
        said = comment(visitor, text)
        owner.reload()
        owner.locator(".said", has_text=text).locator("summary").click()
        owner.locator(".said", has_text=text).get_by_label("Reason").fill("It is an advertisement")
        act(owner, text, "Reject")
        expect(owner.locator(".events")).to_contain_text("“It is an advertisement”")
        visitor.goto(f"{site.address}/problems/6.28")
        expect(said).to_have_count(0)
        visitor.get_by_role("link", name="History").click()
        expect(visitor.locator(".events")).to_contain_text("“It is an advertisement”")
        act(owner, text, "Undo last step")
        visitor.goto(f"{site.address}/problems/6.28")
        expect(said.locator(".mark.pending")).to_be_visible()


@either
def test_only_the_same_browser_can_take_something_back(browser, site, scripts):
    text = f"I was wrong, scripts {scripts}"
    with visiting(browser, site, "/problems/6.20", scripts=scripts) as visitor:
        said = comment(visitor, text)
        with visiting(browser, site, "/problems/6.20", scripts=scripts) as stranger:
            expect(stranger.locator(".said", has_text=text)).to_be_visible()
            expect(stranger.get_by_role("button", name="Take it back")).to_have_count(0)
        act(visitor, text, "Take it back")
        visitor.goto(f"{site.address}/problems/6.20")
        expect(said).to_have_count(0)


@either
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(browser, site, scripts):
    with visiting(browser, site, "/problems/4.11" if scripts else "/problems/4.12", scripts=scripts) as page:
        pass_refusals(page, "**/propose/difficulty")
        page.get_by_role("link", name="Estimate it").click()
        page.get_by_label("Difficulty").fill("E")
        page.get_by_label("In your words").fill("It took a week")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_role("alert")).to_contain_text("Difficulty")
        expect(page.get_by_label("In your words")).to_have_value("It took a week")
        page.get_by_role("alert").get_by_role("link", name="Difficulty").click()
        expect(page.get_by_label("Difficulty")).to_be_focused()
        page.unroute_all()
        page.get_by_label("Difficulty").fill("B-C")
        page.get_by_role("button", name="Propose").click()
        expect(page.locator(".facts")).to_contain_text("1 says B-C")


def test_markdown_is_shown_and_cannot_run(browser, site):
    with visiting(browser, site, "/problems/6.19") as page:
        hostile = "**bold** <img src=x onerror=alert(1)> <script>alert(1)</script> [x](javascript:alert(1)) ![](/p.png)"
        comment(page, hostile)
        said = page.locator(".said", has_text="bold")
        expect(said.locator("strong")).to_have_text("bold")
        expect(said.locator("img, script, [href^=javascript]")).to_have_count(0)


def test_the_start_link_makes_a_moderator_once(browser, tmp_path):
    with serving(tmp_path) as site, visiting(browser, site, site.start.removeprefix(site.address)) as owner:
        expect(owner.get_by_role("link", name="Moderate")).to_be_visible()
        with visiting(browser, site, "/") as other:
            expect(other.get_by_role("link", name="Moderate")).to_have_count(0)
            pass_refusals(other, "**/start?*")
            other.goto(site.start)
            expect(other.locator("h1")).to_contain_text("not valid, or was used already")


@pytest.fixture(scope="module")
def lapsed(tmp_path_factory):
    """A site with a claim that was made 91 days ago, one day longer than a claim stands."""
    data = tmp_path_factory.mktemp("lapsed")
    store = open_store(url_of(data, None))
    draft = read_draft("6.18", "claim", {"author": "Grace", "form": "start", "text": "I begin tomorrow"})
    contributions.propose(store, draft, owner="5" * 64)
    store.close()
    with sqlite3.connect(data / "cutaway.sqlite") as db:
        db.execute("update contributions set created = datetime(created, '-91 days'), "
                   "expires = datetime(expires, '-91 days')")  # fmt: skip
    db.close()
    with serving(data) as served:
        yield served


def test_a_claim_lapses_after_ninety_days_and_can_be_renewed(browser, lapsed):
    with visiting(browser, lapsed, lapsed.start.removeprefix(lapsed.address)) as owner:
        owner.goto(f"{lapsed.address}/problems/6.18")
        expect(owner.locator(".said.claim")).to_contain_text("Lapsed on")
        owner.goto(f"{lapsed.address}/problems?working=now")
        expect(owner.locator("#list [role=status]")).to_contain_text("0 of")
        owner.goto(f"{lapsed.address}/problems/6.18")
        act(owner, "I begin tomorrow", "Renew for 90 days")
        expect(owner.locator(".said.claim")).to_contain_text("Stands until")
        owner.goto(f"{lapsed.address}/problems?working=now")
        expect(owner.locator("table.problems tbody th")).to_have_text(["6.18"])


def test_whose_it_is_stands_in_a_cookie_that_no_script_reads(browser, site):
    with visiting(browser, site, "/problems/6.18") as page:
        assert page.context.cookies() == [], "none for reading"
        comment(page, "Whose is this?")
        (mine,) = page.context.cookies()
        assert (mine["name"], mine["httpOnly"], mine["sameSite"]) == ("cutaway-mine", True, "Lax")
        assert page.evaluate("document.cookie") == ""
