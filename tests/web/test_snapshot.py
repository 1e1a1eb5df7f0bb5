"""The site as plain files: every link leads to a file, and nothing asks for a server."""

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from cutaway.errors.web import SnapshotError
from cutaway.store.contribution import read_draft
from cutaway.store.contributions import propose
from cutaway.store.migrate import open_store
from cutaway.store.open import url_of
from cutaway.web.settings import Settings
from cutaway.web.snapshot import MARKER, file_of, write_snapshot

pytestmark = pytest.mark.slow

LINKS = re.compile(r'(?:href|src)="([^"]*)"')


def settings(data):
    return Settings(data=data, names=("example.org",), url="https://example.org/cutaway", is_snapshot=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A snapshot with one comment on 6.18."""
    data = tmp_path_factory.mktemp("data")
    store = open_store(url_of(data))
    propose(store, read_draft("6.18", "comment", {"text": "Look at *zebras*."}), owner="somebody")
    store.close()
    folder = tmp_path_factory.mktemp("public") / "site"
    write_snapshot(settings(data), folder)
    return folder


def pages(site):
    return [(path, path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))]


def test_every_problem_chapter_and_list_has_its_file(site):
    assert len(list((site / "problems").glob("*.*/index.html"))) == 339
    assert len(list((site / "chapters").glob("*/index.html"))) == 9
    assert len(json.loads((site / "problems.json").read_text())) == 339
    assert (site / "cards" / "index.html").is_file()


def test_every_link_leads_to_a_file_of_the_snapshot_or_out(site):
    for path, text in pages(site):
        for link in map(html.unescape, LINKS.findall(text)):
            if link.startswith(("https://", "http://", "#", "data:")):
                continue
            assert not link.startswith("/"), f"{path}: {link} would leave the folder"
            assert (path.parent / unquote(link.partition("#")[0])).resolve().is_file(), f"{path}: {link}"


def test_styles_find_their_typeface(site):
    (style,) = site.glob("static/*/site.css")
    found = [link for link in re.findall(r"url\(([^)]*)\)", style.read_text()) if not link.startswith("data:")]
    assert found
    assert all((style.parent / link).resolve().is_file() for link in found)


def test_what_people_added_is_there_and_what_needs_a_server_is_not(site):
    page = (site / "problems" / "6.18" / "index.html").read_text()
    assert "<em>zebras</em>" in page
    assert "<form" not in page
    assert "<form" not in (site / "problems" / "index.html").read_text()


def test_feed_leads_to_where_it_is_hosted(site):
    assert 'href="https://example.org/cutaway/contributions/1"' in (site / "changes.atom").read_text()


def test_names_are_plain_and_different_for_different_addresses():
    assert file_of("/") == "index.html"
    assert file_of("/problems/6.18") == "problems/6.18/index.html"
    assert file_of("/problems/6.18.json") == "problems/6.18.json"
    assert file_of("/problems.csv") == "problems.csv"
    starred, plain = file_of("/difficulties/B-C*"), file_of("/difficulties/B-C")
    assert starred != plain
    for name in (starred, file_of("/problems?q=a/../b&sort=number"), file_of("/problems/%2e%2e/x")):
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", name)
        assert ".." not in Path(name).parts


def test_an_older_snapshot_is_replaced_and_anything_else_is_left_alone(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years")
    with pytest.raises(SnapshotError, match="no snapshot"):
        write_snapshot(settings(tmp_path / "data"), mine)
    assert (mine / "thesis.txt").read_text() == "years"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"], "nothing was begun"


def test_a_second_snapshot_takes_the_place_of_the_first(tmp_path, monkeypatch):
    def one_page(app, folder, url, tick):
        (folder / "index.html").write_text("fresh")
        return 1

    monkeypatch.setattr("cutaway.web.snapshot.crawl", one_page)
    old = tmp_path / "site"
    old.mkdir()
    (old / MARKER).write_text("{}")
    (old / "gone.html").write_text("from before")
    write_snapshot(settings(tmp_path / "data"), old)
    assert sorted(path.name for path in old.iterdir()) == [MARKER, "index.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "site"]


def test_a_snapshot_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    def torn(app, folder, url, tick):
        (folder / "index.html").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr("cutaway.web.snapshot.crawl", torn)
    old = tmp_path / "site"
    old.mkdir()
    (old / MARKER).write_text("{}")
    with pytest.raises(KeyboardInterrupt):
        write_snapshot(settings(tmp_path / "data"), old)
    assert [path.name for path in old.iterdir()] == [MARKER]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "site"]
