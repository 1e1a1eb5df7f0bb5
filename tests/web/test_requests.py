"""Requests that no browser makes: bodies without end, lengths that lie, fields and names beyond what is kept."""

import asyncio

import pytest
from starlette.datastructures import MutableHeaders

from cutaway.store.contribution import LONGEST
from cutaway.web.app import create_app
from cutaway.web.guard import seal
from tests.web.conftest import propose, visit
from tests.web.reading import read
from tests.web.test_contributing import FIELDS

KB = 1024
LIMITS = {"author": 80, "tool": 120, "title": 300, "url": 1000, "text": 8000}  # characters, as the forms say


def send(site, *, headers=(), pieces=0, path="/problems/6.18/propose/comment"):
    """POST pieces of 16 KB over ASGI; returns the status and how many of them were read."""
    said = [(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin"), *headers]
    said += [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": said}
    scope |= {"client": ("127.0.0.1", 1), "server": ("localhost", 80), "state": {}}
    read_so_far, status = 0, 0

    async def receive():
        nonlocal read_so_far
        read_so_far += 1
        if read_so_far > pieces:
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": b"text=" + b"x" * (16 * KB - 6) + b"&", "more_body": True}

    async def answer(message):
        nonlocal status
        status = message.get("status", status)

    asyncio.run(create_app(site)(scope, receive, answer))
    return status, read_so_far


def test_a_body_without_end_is_given_up_at_64_kb(site):
    assert send(site, pieces=10**9) == (413, 5), "four pieces are 64 KB, the fifth is too much"


def test_a_body_of_64_kb_is_read_to_its_end(site):
    status, _ = send(site, pieces=4)
    assert status == 422, "its text is longer than a comment may be"


@pytest.mark.parametrize("length", [b"65537", b"-1", b"x", b"1e3", b"\xb2", b"9" * 5000, b""])
def test_a_length_that_is_too_long_or_none_is_refused_unread(site, length):
    assert send(site, headers=[(b"content-length", length)], pieces=10**9) == (413, 0)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "application/json"])
def test_a_body_that_is_no_form_saves_nothing(client, content_type):
    answer = client.post(
        "/problems/6.18/propose/comment", content=b'{"text": "x"}', headers={"content-type": content_type}
    )
    assert answer.status_code in (400, 422)
    assert client.get("/changes.json").json() == []


@pytest.mark.parametrize("kind", FIELDS)
def test_a_field_takes_as_much_as_it_says_and_no_more(client, kind):
    fields = FIELDS[kind]
    page = read(client.get(f"/problems/6.18/propose/{kind}"))
    for element in [*page.first("form", class_="propose").every("input"), *page.every("textarea")]:
        name = element.get("name")
        if name not in LIMITS:
            continue
        assert (int(element.get("maxlength")), LONGEST[name]) == (LIMITS[name], LIMITS[name])
        start = "https://example.org/" if name == "url" else ""
        full = start + "x" * (LIMITS[name] - len(start))
        propose(client, kind, **fields | {name: full})
        answer = client.post(f"/problems/6.18/propose/{kind}", data=fields | {name: full + "x"})
        assert answer.status_code == 422
        assert "at most" in read(answer).first(class_="faults").text, name


@pytest.mark.parametrize("kind", FIELDS)
def test_what_a_kind_needs_is_asked_for(client, kind):
    answer = client.post(f"/problems/6.18/propose/{kind}", data={})
    assert answer.status_code == 422
    needed = [field for field in FIELDS[kind] if (kind, field) != ("claim", "text")]
    assert read(answer).first(class_="faults").text.count("needed") == len(needed)


def test_a_view_in_any_alphabet_leads_back_to_its_list(client):
    answer = client.post("/views", data={"name": "日本", "address": "/problems?q=日本"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/problems?q=%E6%97%A5%E6%9C%AC")
    (link,) = [link for link in read(client.get("/problems")).links if link.startswith("/views/")]
    assert client.get(link).headers["location"] == "/problems?q=%E6%97%A5%E6%9C%AC"


def test_no_header_gets_in_by_the_address_of_a_view(client):
    answer = client.post("/views", data={"name": "x", "address": "/problems?q=x\r\nset-cookie: a=b"})
    assert not set("\r\n") & set(answer.headers.get("location", ""))
    assert "a" not in client.cookies


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/login", "/problemsx", "/problems/1.1", ""]
)
def test_a_view_leads_nowhere_but_to_the_list(client, address):
    assert client.post("/views", data={"name": "x", "address": address}).status_code == 422


def test_a_visitor_keeps_a_hundred_views(site):
    browser = visit(site)
    form = {"name": "x", "address": "/problems"}
    assert [browser.post("/views", data=form).status_code for _ in range(101)] == [303] * 100 + [422]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_not_read(client, chunked):
    def pieces():
        for _ in range(2000):
            yield b"text=" + b"x" * 1024

    content = pieces() if chunked else b"text=" + b"x" * 70_000
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/problems/6.18/propose/comment", content=content, headers=headers)
    assert answer.status_code == 413
    assert client.get("/changes.json").json() == []


def test_a_file_that_is_sent_is_not_taken(client):
    answer = client.post("/problems/6.18/propose/comment", files={"text": ("x.txt", b"hello")})
    assert answer.status_code in (400, 422)
    assert client.get("/changes.json").json() == []


def test_whatever_lies_below_embed_sets_no_cookie():
    headers = MutableHeaders({"set-cookie": "a=b"})
    seal(headers, embed=True)
    assert "set-cookie" not in headers
