"""From a proposal to a decision, by plain forms: no script runs in these browsers."""

import pytest

from tests.web.conftest import propose, visit
from tests.web.reading import read

FIELDS = {
    "work": {"form": "paper", "title": "On the zyzzyva", "url": "https://example.org/z"},
    "claim": {"author": "Ada", "form": "idea", "text": "By way of the zyzzyva."},
    "help": {"author": "Ada", "form": "collaborators", "text": "Who knows the zyzzyva?"},
    "result": {"form": "negative", "text": "The zyzzyva fails."},
    "difficulty": {"rating": "C", "text": "The zyzzyva is hard."},
    "correction": {"text": "It says zyzzyva and means beetle."},
    "comment": {"text": "Look at the *zyzzyva*."},
}


def shown(browser, number, problem="6.18"):
    """The text of one contribution on the page of its problem, or None."""
    answer = browser.get(f"/problems/{problem}")
    found = list(read(answer).every("li", id=f"contribution-{number}"))
    return found[0].text if found else None


def log(browser, number):
    return [
        line.text for line in read(browser.get(f"/contributions/{number}")).first("ul", class_="events").every("li")
    ]


@pytest.mark.parametrize("kind", FIELDS)
def test_what_anyone_proposes_is_shown_at_once_and_marked_pending(client, kind):
    assert "pending" in shown(client, propose(client, kind, **FIELDS[kind]))


@pytest.mark.parametrize("kind", FIELDS)
def test_a_moderator_approves_and_the_mark_goes(client, moderator, kind):
    number = propose(client, kind, **FIELDS[kind])
    assert moderator.post(f"/contributions/{number}/approve").status_code == 303
    assert "pending" not in shown(client, number)


def check_gone(client, number):
    """What was said of the zyzzyva stands on no page and in no data that visitors can have."""
    assert shown(client, number) is None
    public = ["/problems/6.18", "/problems/6.18/history", "/problems/6.18.json", "/problems.json?q=zyzzyva", "/changes"]
    public += ["/changes.json", "/changes.atom", f"/contributions/{number}", "/problems?q=zyzzyva", "/cards?q=zyzzyva"]
    public += ["/", "/problems.csv", "/moderate", f"/contributions/{number}/edit"]
    for address in public:
        said = client.get(address).text.replace("q=zyzzyva", "").replace("“zyzzyva”", "").replace('value="zyzzyva"', "")
        assert "zyzzyva" not in said.casefold(), address


@pytest.mark.parametrize("kind", FIELDS)
def test_what_is_rejected_leaves_every_public_page_and_its_reason_stays(client, moderator, kind):
    number = propose(client, kind, **FIELDS[kind])
    moderator.post(f"/contributions/{number}/reject", data={"reason": "Not about heads."})
    check_gone(client, number)
    assert "Not about heads." in log(client, number)[-1]


@pytest.mark.parametrize("kind", FIELDS)
def test_what_is_taken_back_leaves_every_public_page(client, kind):
    number = propose(client, kind, **FIELDS[kind])
    assert client.post(f"/contributions/{number}/own/withdraw").status_code == 303
    check_gone(client, number)


def test_words_that_a_moderator_replaced_leave_every_public_page(client, moderator):
    number = propose(client, "comment", text="About the zyzzyva.")
    moderator.post(f"/contributions/{number}/edit", data={"author": "Ada", "text": "About a beetle."})
    assert "About a beetle." in shown(client, number)
    moderator.post(f"/contributions/{number}/approve")
    assert "beetle" in client.get("/problems/6.18.json").text
    assert "zyzzyva" not in client.get("/problems/6.18.json").text + client.get("/problems/6.18/history").text
    assert "zyzzyva" not in client.get(f"/contributions/{number}").text + client.get("/changes.json").text


def test_undo_brings_it_back_and_the_log_has_every_step(client, moderator):
    number = propose(client, "comment", author="Ada", text="Look at the zyzzyva.")
    moderator.post(f"/contributions/{number}/reject", data={"reason": "No."})
    moderator.post(f"/contributions/{number}/undo")
    assert "pending" in shown(client, number)
    actors = [" ".join(line.split()[3:7]) for line in log(client, number)]
    assert [("proposed" in a, "rejected" in a, "undid" in a) for a in actors] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_a_rejection_without_a_reason_is_refused(client, moderator):
    number = propose(client, "comment", text="x")
    assert moderator.post(f"/contributions/{number}/reject", data={"reason": " "}).status_code == 409
    assert shown(client, number) is not None


def test_a_moderator_edits_the_words_and_the_old_ones_leave(client, moderator):
    number = propose(client, "comment", text="Teh zyzzyva.")
    form = read(moderator.get(f"/contributions/{number}/edit"))
    assert form.first("textarea", id="field-text").text == "Teh zyzzyva."
    moderator.post(f"/contributions/{number}/edit", data={"author": "anonymous", "text": "The zyzzyva."})
    assert "The zyzzyva." in shown(client, number)
    assert client.get("/problems.json?q=teh").json() == []


def test_the_queue_shows_what_waits_and_a_decision_there_leads_back(client, moderator):
    number = propose(client, "comment", text="x")
    assert list(read(moderator.get("/moderate")).every("li", id=f"contribution-{number}"))
    answer = moderator.post(f"/contributions/{number}/approve?back=queue")
    assert answer.headers["location"] == "/moderate"
    assert not list(read(moderator.get("/moderate")).every("li", id=f"contribution-{number}"))


@pytest.mark.parametrize("step", ["approve", "reject", "undo", "renew", "release", "edit"])
def test_nobody_else_decides(client, step):
    number = propose(client, "claim", **FIELDS["claim"])
    assert client.post(f"/contributions/{number}/{step}", data={"reason": "x", **FIELDS["claim"]}).status_code == 403
    assert "pending" in shown(client, number)


def test_a_moderators_own_is_accepted_at_once(moderator):
    assert "pending" not in shown(moderator, propose(moderator, "comment", text="So it is."))


def test_only_who_claimed_may_renew_and_release_and_only_from_their_browser(site, client, clock):
    stranger = visit(site)
    propose(stranger, "comment", text="I have a mark of my own.")
    number = propose(client, "claim", **FIELDS["claim"])
    clock.turn(days=60)
    for step in ("renew", "release", "withdraw"):
        assert stranger.post(f"/contributions/{number}/own/{step}").status_code == 403
        assert visit(site).post(f"/contributions/{number}/own/{step}").status_code == 403
    assert client.post(f"/contributions/{number}/own/renew").status_code == 303
    assert "Stands until 29 July 2026." in shown(client, number), "ninety days from 30 April"
    client.post(f"/contributions/{number}/own/release")
    assert "Released on 30 April 2026." in shown(client, number)


def test_a_claim_lapses_by_itself_after_ninety_days(client, clock):
    number = propose(client, "claim", **FIELDS["claim"])

    def working():
        row = next(row for row in client.get("/problems.json").json() if row["number"] == "6.18")
        return row["working"]

    clock.turn(days=90, seconds=-1)
    assert working() == "now"
    clock.turn(seconds=1)
    assert working() == "nobody"
    assert "Lapsed on 30 May 2026." in shown(client, number)


def test_who_proposed_may_take_it_back_and_change_their_mind(client):
    number = propose(client, "comment", text="Hasty.")
    client.post(f"/contributions/{number}/own/withdraw")
    assert shown(client, number) is None
    client.post(f"/contributions/{number}/own/undo")
    assert shown(client, number) is not None


def test_its_author_does_not_undo_what_a_moderator_did(client, moderator):
    number = propose(client, "comment", text="x")
    moderator.post(f"/contributions/{number}/reject", data={"reason": "No."})
    assert client.post(f"/contributions/{number}/own/undo").status_code == 404
    assert shown(client, number) is None


def test_a_form_with_faults_keeps_what_was_typed_and_saves_nothing(client):
    fields = {"author": "Ada", "form": "post", "title": "T", "url": "javascript:alert(1)", "text": "Long thoughts."}
    answer = client.post("/problems/6.18/propose/work", data=fields)
    assert answer.status_code == 422
    form = read(answer)
    assert form.first("input", id="field-url").get("value") == "javascript:alert(1)"
    assert form.first("textarea", id="field-text").text == "Long thoughts."
    assert form.first("option", value="post").has("selected", "")
    assert "web address" in form.first("div", class_="faults").text
    assert client.get("/changes.json").json() == []


def test_a_full_disk_keeps_what_was_typed_and_says_that_nothing_was_saved(client, monkeypatch):
    from cutaway.errors.store import FullStoreError
    from cutaway.web.routes import contribute

    def full(*_, **__):
        raise FullStoreError("store.sqlite")

    monkeypatch.setattr(contribute.store, "propose", full)
    answer = client.post("/problems/6.18/propose/comment", data={"text": "Long thoughts."})
    assert answer.status_code == 507
    form = read(answer)
    assert form.first("textarea", id="field-text").text == "Long thoughts."
    assert "nothing was saved" in form.first("div", class_="faults").text


def test_unknown_problems_kinds_and_contributions_are_not_there(client):
    assert client.get("/problems/6.18/propose/poem").status_code == 404
    assert client.post("/problems/12.1/propose/comment", data={"text": "x"}).status_code == 404
    assert client.get("/contributions/99").status_code == 404


def test_views_are_saved_shared_and_removed(site, client):
    answer = client.post("/views", data={"name": "Easy", "address": "/problems?difficulty=A"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/problems?difficulty=A")
    (link,) = [link for link in read(client.get("/problems")).links if link.startswith("/views/")]
    assert visit(site).get(link).headers["location"] == "/problems?difficulty=A"
    visit(site).post(f"{link}/remove")
    assert visit(site).get(link).status_code == 303, "a stranger cannot remove it"
    client.post(f"{link}/remove")
    assert client.get(link).status_code == 404
    assert client.post("/views", data={"name": "x", "address": "https://example.org"}).status_code == 422
