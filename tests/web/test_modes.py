"""Who may do what: on one's own machine, in a lab, in public."""

import pytest

from cutaway.errors.web import OpenHostError
from cutaway.store.people import add_account
from cutaway.web.settings import Settings
from tests.web.conftest import moderate, propose, visit
from tests.web.reading import read

WORDS = "correct horse battery"
COMMENT = {"author": "Mallory", "text": "x"}


def signed_in(site, name, password=WORDS):
    browser = visit(site)
    assert browser.post("/login", data={"name": name, "password": password}).status_code == 303
    return browser


@pytest.fixture
def lab(serve):
    site = serve(mode="lab")
    add_account(site.store, "Ada", WORDS, role="member")
    add_account(site.store, "Eve", WORDS, role="moderator")
    return site


def test_the_start_link_makes_a_moderator_once(site):
    assert visit(site).get("/moderate").status_code == 403
    token = site.start_token
    assert moderate(site).get("/moderate").status_code == 200
    late = visit(site)
    assert late.get(f"/start?token={token}").status_code == 403
    assert late.get("/moderate").status_code == 403


@pytest.mark.parametrize("token", ["", "None", "guess", "\u00e9", "x" * 5000])
def test_a_guessed_start_link_makes_nobody_a_moderator(site, token):
    browser = visit(site)
    assert browser.get("/start", params={"token": token}).status_code == 403
    assert browser.get("/moderate").status_code == 403


@pytest.mark.parametrize("mode", ["lab", "public"])
def test_the_start_link_is_of_no_use_elsewhere(serve, mode):
    site = serve(mode=mode)
    assert visit(site).get(f"/start?token={site.start_token}").status_code == 403


def test_in_a_lab_people_sign_in_to_propose_and_are_named_as_they_are(lab):
    stranger = visit(lab)
    assert stranger.get("/problems/6.18").status_code == 200
    assert stranger.post("/problems/6.18/propose/comment", data=COMMENT).status_code == 403
    number = propose(signed_in(lab, "Ada"), "comment", **COMMENT)
    shown = read(stranger.get(f"/contributions/{number}")).text
    assert "Ada" in shown
    assert "Mallory" not in shown


def test_in_a_lab_only_moderators_decide(lab):
    ada, eve = signed_in(lab, "Ada"), signed_in(lab, "Eve")
    number = propose(ada, "comment", text="x")
    assert ada.post(f"/contributions/{number}/approve").status_code == 403
    assert eve.post(f"/contributions/{number}/approve").status_code == 303
    assert "Eve approved" in read(eve.get("/changes")).text


def test_a_claim_belongs_to_the_account_in_whatever_browser(lab):
    number = propose(signed_in(lab, "Ada"), "claim", form="idea")
    assert signed_in(lab, "Eve").post(f"/contributions/{number}/own/release").status_code == 403
    assert signed_in(lab, "Ada").post(f"/contributions/{number}/own/release").status_code == 303


def test_in_public_anyone_proposes_and_nobody_moderates_without_an_account(serve):
    site = serve(mode="public")
    number = propose(visit(site), "comment", text="x")
    assert visit(site).post(f"/contributions/{number}/approve").status_code == 403
    add_account(site.store, "Eve", WORDS, role="moderator")
    assert signed_in(site, "Eve").post(f"/contributions/{number}/approve").status_code == 303


def test_a_session_of_one_mode_is_none_in_another(serve):
    local, public = serve(), serve(mode="public")
    browser = moderate(local)
    other = visit(public)
    other.cookies = browser.cookies
    assert other.get("/moderate").status_code == 403


def test_a_wrong_password_does_not_say_whether_the_name_exists(lab):
    answers = [visit(lab).post("/login", data={"name": name, "password": "wrong words"}) for name in ("Ada", "Nobody")]
    assert [answer.status_code for answer in answers] == [403, 403]
    first, second = (read(answer).first("div", class_="faults").text for answer in answers)
    assert first == second


@pytest.mark.slow
def test_after_ten_tries_signing_in_pauses_also_with_the_right_password(lab):
    browser = visit(lab)
    tries = [browser.post("/login", data={"name": "x", "password": "y"}).status_code for _ in range(10)]
    assert tries == [403] * 10
    assert browser.post("/login", data={"name": "Ada", "password": WORDS}).status_code == 429


def test_who_signs_out_is_out_also_with_the_old_cookie(lab):
    browser = signed_in(lab, "Eve")
    kept = dict(browser.cookies)
    browser.post("/logout")
    assert browser.get("/moderate").status_code == 403
    again = visit(lab)
    for name, value in kept.items():
        again.cookies.set(name, value)
    assert again.get("/moderate").status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org", "10.0.0.1"])
def test_a_local_site_is_not_opened_to_others(tmp_path, host):
    with pytest.raises(OpenHostError, match="--mode public"):
        Settings(data=tmp_path, host=host)
    assert Settings(data=tmp_path, host=host, mode="public").host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_this_machine_is_local(tmp_path, host):
    assert Settings(data=tmp_path, host=host).mode == "local"


def test_in_public_twenty_steps_are_taken_and_then_there_is_a_pause(serve):
    browser = visit(serve(mode="public"))
    for number in range(20):
        propose(browser, "comment", text=str(number))
    answer = browser.post("/problems/6.18/propose/comment", data={"text": "one more"})
    assert answer.status_code == 429
    assert "Try again in" in read(answer).text
    assert len(browser.get("/problems/6.18.json").json()["added"]) == 20
