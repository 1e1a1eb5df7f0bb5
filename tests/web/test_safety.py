"""Nothing gets in: forms from other sites, other host names, other folders, bodies without end, and no address out."""

import shutil

import pytest

from tests.web.conftest import propose, visit
from tests.web.reading import read

RUN = "made-up-heads-20260102T030405Z"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
PAGES = [
    "/",
    "/problems",
    "/cards",
    "/problems?q=x",
    "/problems/6.18",
    "/problems/6.18/history",
    "/problems/6.18/propose/work",
    "/chapters/6",
    "/subcategories/none",
    "/difficulties/unrated",
    "/studies",
    "/records",
    "/compare",
    "/changes",
    "/about",
    "/login",
    "/contributions/1",
    "/nothing",
    "/moderate",
    "/compare?a=none",
    f"/records/{RUN}",
    f"/records/{RUN}/figures/1",
    "/studies/made-up-heads",
    "/changes.atom",
    "/problems.json",
    "/problems.csv",
    f"/records/{RUN}/tables/twins.csv",
    f"/records/{RUN}/figures/1.png",
    "/static/x/site.css",
    "/openapi.json",
]


def test_links_of_contributors_vouch_for_nothing_and_their_pictures_are_only_links(client):
    text = "[good](https://example.org/a) ![spy](https://example.org/spy.png) <img src=https://example.org/b.png>"
    number = propose(client, "comment", text=text)
    said = read(client.get("/problems/6.18")).first("li", id=f"contribution-{number}").first("div", class_="text")
    assert list(said.every("img")) == []
    assert said.links == ["https://example.org/a", "https://example.org/spy.png"]
    for link in said.every("a"):
        assert set(link.get("rel").split()) >= {"nofollow", "ugc", "noopener", "noreferrer"}


def test_html_is_shown_as_it_was_typed(client):
    number = propose(client, "comment", text="Use <em>ten</em> heads & <b>one</b> mask.")
    said = read(client.get("/problems/6.18")).first("li", id=f"contribution-{number}").first("div", class_="text")
    assert said.text == "Use <em>ten</em> heads & <b>one</b> mask."


@pytest.mark.parametrize("where", ["author", "tool", "title", "text"])
def test_no_address_of_a_person_is_shown(client, where):
    fields = {"author": "Ada", "form": "post", "title": "T", "url": "https://example.org", "text": "x"}
    number = propose(client, "work", **fields | {where: "write to ada@mail.example.org or ada&#64;other.example.org"})
    for address in ("/problems/6.18", f"/contributions/{number}", "/problems/6.18.json", "/changes", "/changes.atom"):
        said = client.get(address).text
        assert "ada@" not in said
        assert "ada&" not in said


@pytest.mark.parametrize(
    "spelled", ["ada&#64;example.org", "ada&commat;example.org", "ada\\@example.org", "<ada@example.org>"]
)
def test_an_address_that_only_markdown_spells_out_is_not_shown(client, spelled):
    number = propose(client, "comment", text=f"Write to {spelled} today.")
    shown = read(client.get("/problems/6.18")).first("li", id=f"contribution-{number}").first("div", class_="text")
    assert "example.org" not in shown.text
    assert "today." in shown.text


def test_no_address_is_shown_in_the_reason_of_a_rejection(client, moderator):
    number = propose(client, "comment", text="x")
    moderator.post(f"/contributions/{number}/reject", data={"reason": "Ask eve@example.org about it."})
    for address in ("/changes", "/changes.json", "/changes.atom", f"/contributions/{number}"):
        said = client.get(address).text
        assert "about it." in said
        assert "eve@" not in said, address


SAME = {"sec-fetch-site": "same-origin"}


@pytest.mark.parametrize(
    ("headers", "cookie", "status"),
    [
        (SAME, True, 303),
        (SAME | {"origin": "https://evil.example"}, True, 303),  # browsers do not let a page write Sec-Fetch-Site
        ({"sec-fetch-site": "cross-site"}, True, 403),
        ({"sec-fetch-site": "same-site"}, True, 403),
        ({"sec-fetch-site": "none"}, True, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, False, 403),
        ({"origin": "http://localhost"}, True, 303),
        ({"origin": "http://evil.example"}, True, 403),
        ({"origin": "http://localhost.evil.example"}, True, 403),
        ({"origin": "null"}, True, 403),
        ({"origin": "null"}, False, 403),
        ({}, True, 403),
        ({}, False, 303),
    ],
)
def test_a_form_counts_only_from_our_own_pages(site, headers, cookie, status):
    browser = visit(site)
    del browser.headers["sec-fetch-site"]
    if cookie:
        browser.cookies.set("cutaway-mine", "x")
    answer = browser.post("/problems/6.18/propose/comment", data={"text": "x"}, headers=headers)
    assert answer.status_code == status
    assert len(browser.get("/problems/6.18.json").json()["added"]) == (status == 303)


@pytest.mark.parametrize(
    "origin", ["http://[", "http://localhost:80@evil.example", "localhost", "http://localhost/x", "é"]
)
def test_an_origin_that_is_not_ours_word_for_word_is_refused(site, origin):
    browser = visit(site)
    del browser.headers["sec-fetch-site"]
    headers = {"origin": origin.encode()}
    assert browser.post("/problems/6.18/propose/comment", data={"text": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8339", 200), ("127.0.0.1:1", 200), ("[::1]", 200), ("[::1]:8339", 200),
        ("LOCALHOST", 200), ("evil.example", 421), ("localhost.evil.example", 421), ("evil.example:8339", 421),
        ("localhost:x", 421), ("localhost@evil.example", 421), ("[::2]", 421), ("", 421),
    ],
)  # fmt: skip
def test_a_site_answers_to_its_own_names_only(client, host, status):
    assert client.get("/about", headers={"host": host}).status_code == status


def test_a_public_site_answers_to_the_name_it_was_given(serve):
    site = serve(mode="public", host="0.0.0.0", names=("cutaway.example.org",))
    assert visit(site).get("/about", headers={"host": "Cutaway.example.org:443"}).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_policy_and_none_may_be_framed(busy, address):
    headers = visit(busy).get(address).headers
    assert headers["content-security-policy"] == POLICY + "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_picture_that_is_opened_by_itself_runs_nothing(busy):
    policy = visit(busy).get(f"/records/{RUN}/figures/1.svg").headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_a_refusal_before_any_page_carries_the_policy_too(client):
    refused = [
        client.get("/about", headers={"host": "evil.example"}),
        client.post("/theme", headers={"sec-fetch-site": "cross-site"}),
        client.post("/theme", content=b"x" * 70_000),
    ]
    assert [answer.status_code for answer in refused] == [421, 403, 413]
    for answer in refused:
        assert answer.headers["content-security-policy"] == POLICY + "'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_embedded_figures_may_be_framed_and_they_set_no_cookie(busy):
    browser = visit(busy)
    browser.cookies.set("cutaway-theme", "dark")
    answer = browser.get("/embed/records/made-up-heads-20260102T030405Z/figures/1")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY + "*"
    assert "set-cookie" not in answer.headers
    assert "set-cookie" not in browser.get("/embed/nothing").headers


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site):
    browser = visit(site)
    set_by = [
        browser.get(f"/start?token={site.start_token}"),
        browser.post("/theme", data={"theme": "dark", "back": "/"}),
        visit(site).post("/problems/6.18/propose/comment", data={"text": "x"}),
    ]
    for answer in set_by:
        said = answer.headers["set-cookie"].lower()
        assert "httponly" in said
        assert "samesite=lax" in said
    secure = visit(site).post("https://localhost/problems/6.18/propose/comment", data={"text": "x"})
    assert "secure" in secure.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "\\", "", "/a\nb: c"]
)
def test_choosing_the_paper_does_not_lead_to_another_site(client, back):
    assert client.post("/theme", data={"theme": "dark", "back": back}).headers["location"] == "/"


NAMES = ["%2e%2e", "..%2f..%2fetc%2fpasswd", "%2Fetc%2Fpasswd", "..%5c..%5cx", "a%00b", ".hidden", "~root", "%252e"]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_the_folder_of_records(busy, name):
    browser = visit(busy)
    table = f"/records/made-up-heads-20260102T030405Z/tables/{name}.parquet"
    figure = f"/records/{name}/figures/1.svg"
    for address in (f"/records/{name}", f"/records/{name}.json", figure, f"/embed{figure}", table, f"/static/{name}/x"):
        assert browser.get(address).status_code in (404, 422), address


def test_a_record_above_the_folder_of_records_is_out_of_reach(records, tmp_path, client):
    """The data folder itself is made to look like a record: were `..` a name, it would be served."""
    records.write()
    shutil.copytree(records.folder / RUN, tmp_path, dirs_exist_ok=True)
    for address in ("/records/%2e%2e", "/records/%2e%2e.json", "/embed/records/%2e%2e/figures/5"):
        assert client.get(address).status_code == 404, address
    assert client.get("/records/%2e%2e/tables/twins.parquet").status_code == 404


def test_a_spreadsheet_runs_nothing_out_of_our_tables(client):
    propose(client, "claim", author="=HYPERLINK(1)", form="idea")
    cells = client.get("/problems.csv?working=now").text
    assert ",=HYPERLINK" not in cells
    assert '"=HYPERLINK' not in cells
