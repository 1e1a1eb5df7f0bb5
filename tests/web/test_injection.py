"""No script gets in: in any field of any kind, any parameter, any part of an address, or any other form."""

from functools import cache
from urllib.parse import quote

import pytest

from cutaway.web.app import create_app
from tests.web.by_hand import FACETS
from tests.web.conftest import moderate, propose, visit
from tests.web.reading import read
from tests.web.scripts import SCRIPTS, check_harmless

RUN = "made-up-heads-20260102T030405Z"
KINDS = {
    "work": ("author", "tool", "title", "text"),
    "claim": ("author", "tool", "text"),
    "help": ("author", "text"),
    "result": ("author", "tool", "title", "text"),
    "difficulty": ("author", "text"),
    "correction": ("author", "tool", "text"),
    "comment": ("author", "tool", "text"),
}
NEEDED = {
    "work": {"form": "post", "url": "https://example.org"},
    "claim": {"form": "idea"},
    "help": {"form": "mentors"},
    "result": {"form": "partial"},
    "difficulty": {"rating": "B"},
}
ASKED = {  # every parameter that a page reads
    "/problems": (*FACETS, "q", "sort"),
    "/cards": ("q", "sort", "chapter"),
    "/records": ("offset", "study"),
    "/records.json": ("offset", "study"),
    "/compare": ("a", "b"),
    "/start": ("token",),
    "/changes": ("before",),
    "/changes.json": ("before",),
    "/moderate": ("offset",),
    f"/embed/records/{RUN}/figures/4": ("theme",),
    "/problems/6.18": ("added",),
}
PARTS = {  # what stands in each part of an address while another is tried
    "number": "4", "key": "none", "slug": "made-up-heads", "name": RUN, "table": "twins", "ending": "csv", "id": "1",
    "kind": "comment", "stamp": "x", "step": "approve",
}  # fmt: skip
TRIED = ["".join(SCRIPTS), '"><script>alert(1)</script>', "' onmouseover='alert(1)", "javascript:alert(1)"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_script_survives_in_any_field_of_any_kind(site, kind):
    browser, eve = visit(site), moderate(site)
    site.steps.most = site.steps.most * 10
    numbers = []
    for script in SCRIPTS:
        fields = {name: script for name in KINDS[kind]} | NEEDED.get(kind, {})
        answer = browser.post(f"/problems/6.18/propose/{kind}", data=fields)
        if answer.status_code == 303:
            numbers.append(answer.headers["location"].rpartition("-")[2])
        else:
            check_harmless(read(answer), f"refused {script}")
    assert len(numbers) > len(SCRIPTS) / 2
    lists = ["/", "/problems", "/cards", "/problems/6.18", "/problems/6.18/history", "/problems?q=script", "/changes"]
    for address in lists + [f"/contributions/{number}" for number in numbers]:
        check_harmless(read(browser.get(address)), address)
    check_harmless(read(eve.get("/moderate")), "/moderate")
    check_harmless(read(eve.get(f"/contributions/{numbers[0]}/edit")), "edit")


@pytest.mark.parametrize(("kind", "field"), [("work", "url"), ("difficulty", "rating"), ("claim", "form")])
def test_what_a_field_does_not_take_comes_back_harmless(client, kind, field):
    for script in SCRIPTS:
        fields = {"author": "x", "title": "x", "text": "x"} | NEEDED.get(kind, {}) | {field: script}
        answer = client.post(f"/problems/6.18/propose/{kind}", data=fields, follow_redirects=True)
        assert answer.status_code in (200, 422)
        check_harmless(read(answer), f"{kind}.{field}: {script}")


def test_no_script_survives_in_the_search(busy):
    browser = visit(busy)
    for script in SCRIPTS:
        check_harmless(read(browser.get("/problems", params={"q": f"zyzzyva {script}"}, follow_redirects=True)), script)


@pytest.mark.parametrize("address", ASKED)
def test_no_script_survives_in_any_parameter(busy, address):
    browser = visit(busy)
    for script in TRIED:
        for name in (*ASKED[address], script):
            answer = browser.get(address, params={name: script}, follow_redirects=True)
            assert answer.status_code < 500
            if answer.headers["content-type"].startswith("text/html"):
                check_harmless(read(answer), f"{address}?{name}={script}")


@cache
def gets(app):
    """Every address that can be read, as OpenAPI has it."""
    return [path for path, found in app.openapi()["paths"].items() if "get" in found]


def test_no_script_survives_in_any_part_of_an_address(busy):
    browser = visit(busy)
    for path in ["/{number}", *gets(create_app(busy))]:
        for part in (part for part in PARTS if f"{{{part}}}" in path):
            for script in TRIED:
                filled = {name: PARTS[name] for name in PARTS} | {part: quote(script, safe="")}
                answer = browser.get(path.format(**filled))
                assert answer.status_code < 500, path
                assert answer.status_code != 200, path
                if answer.headers["content-type"].startswith("text/html"):
                    check_harmless(read(answer), f"{path}: {part}")


def test_no_script_survives_in_the_form_to_sign_in(client):
    for script in TRIED:
        check_harmless(read(client.post("/login", data={"name": script, "password": "x"})), script)


def test_no_script_survives_in_the_name_of_a_view(client):
    for script in SCRIPTS:
        client.post("/views", data={"name": script, "address": "/problems?chapter=7"})
    page = read(client.get("/problems?chapter=7"))
    assert len([link for link in page.links if link.startswith("/views/")]) > len(SCRIPTS) / 2
    check_harmless(page, "the names of views")


@pytest.mark.parametrize("script", TRIED)
def test_no_paper_is_chosen_and_no_page_gone_back_to_that_is_a_script(client, script):
    answer = client.post("/theme", data={"theme": script, "back": script})
    assert answer.headers["location"] == "/"
    check_harmless(read(client.get("/")), script)


def test_no_script_survives_in_the_reason_of_a_rejection(site):
    browser, eve = visit(site), moderate(site)
    for script in SCRIPTS:
        number = propose(browser, "comment", text="x")
        eve.post(f"/contributions/{number}/reject", data={"reason": script})
    for address in ("/changes", f"/contributions/{number}", "/problems/6.18/history", "/"):
        check_harmless(read(browser.get(address)), address)
