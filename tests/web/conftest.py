"""A site over a folder of its own, with a clock that tests turn, and the browsers that visit it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from cutaway.records.run_record import write_json
from cutaway.web.app import create_app
from cutaway.web.settings import Settings
from cutaway.web.site import open_site
from tests.figures.conftest import STUDY, make_record, make_tables

TABLES = make_tables()  # of every made-up record


class Clock:
    """What time the store believes it is."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def turn(self, **by):
        self.now += timedelta(**by)


class Records:
    """The folder of records, and a way to put made-up ones into it."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, name="made-up-heads-20260102T030405Z", *, tables=TABLES, **changed):
        """Write a record, which takes its place in one step, as that of a run does."""
        record = replace(make_record(tables), id=name, **changed)
        partial = self.folder / f".partial-{name}-1"
        (partial / "tables").mkdir(parents=True)
        write_json(record, partial)
        for table, frame in tables.items():
            frame.to_parquet(partial / "tables" / f"{table}.parquet", index=False)
        partial.rename(self.folder / name)
        return record


def open_at(folder, clock, *, studies=(STUDY,), **settings):
    """A site over a folder."""
    site = open_site(Settings(data=folder, shipped=None, **settings), studies=list(studies))
    site.store = replace(site.store, clock=clock)
    return site


def visit(site, **headers):
    """A browser without scripts; it follows no redirect by itself, and says where its requests come from."""
    said = {"sec-fetch-site": "same-origin"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(create_app(site), base_url="http://localhost", follow_redirects=False, headers=said)


def moderate(site):
    """The browser of whoever started a local site and opened the link that was printed."""
    browser = visit(site)
    assert browser.get(f"/start?token={site.start_token}").status_code == 303
    return browser


def propose(browser, kind, number="6.18", **fields):
    """Send the form of one kind; returns the id of what was added."""
    answer = browser.post(f"/problems/{number}/propose/{kind}", data=fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("-")[2])


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "records")


@pytest.fixture
def serve(tmp_path, clock):
    """Open sites over the folder of this test, with the settings that are named."""
    opened = []

    def serve(**settings):
        opened.append(open_at(tmp_path, clock, **settings))
        return opened[-1]

    yield serve
    for site in opened:
        site.store.close()


@pytest.fixture
def site(serve):
    return serve()


@pytest.fixture
def client(site):
    return visit(site)


@pytest.fixture
def moderator(site):
    return moderate(site)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A site to look at only, shared by a file of tests: one run, and something of every kind."""
    folder, clock = tmp_path_factory.mktemp("busy"), Clock()
    Records(folder / "records").write()
    site = open_at(folder, clock)
    browser = visit(site)
    propose(browser, "claim", "1.10", author="Ada", form="start")
    clock.turn(hours=1)
    propose(browser, "work", "1.1", author="Bob", form="paper", title="On toys", url="https://example.org/toys")
    clock.turn(hours=1)
    propose(browser, "help", "9.2", author="Cy", form="mentors", text="A zyzzyva among the neurons.")
    clock.turn(hours=1)
    propose(browser, "comment", "5.3", text="Nothing here but a zyzzyva.")
    yield site
    site.store.close()
