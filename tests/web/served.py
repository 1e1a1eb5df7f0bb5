"""A real site for tests in a browser: `cutaway serve` in a process of its own, over a folder with a made-up record.

A file takes it by importing the fixture: `from tests.web.served import site as site`.
"""

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pandas as pd
import pytest

from cutaway.records.claim import Control, Finding, Measured
from cutaway.records.discover import study_headers
from cutaway.records.run_record import Answer, write_json
from cutaway.store import contributions
from cutaway.store.contribution import read_draft
from cutaway.store.events import Actor
from cutaway.store.migrate import open_store
from cutaway.store.open import url_of
from tests.browser import opened
from tests.figures.conftest import make_record, make_tables

RUN = "head-wiki-20260102T030405Z"
SMALLER = "head-wiki-20260101T030405Z"
LONG_WORD = "supercalifragilistic" * 12
SAID = {  # of every kind one, by nobody in particular; the comment is as hard to lay out as one can be
    "comment": {"author": "Ada", "text": f"# Title\n\n{LONG_WORD}\n\n- *one*\n\n```\n{'x = 1; ' * 40}\n```\n\n"
                "| head | score |\n|---|---|\n| 1.4 | 0.9 |\n\n> [a paper](https://example.org/paper)"},
    "claim": {"author": "Grace", "form": "draft", "text": "Half done.", "url": "https://example.org/draft"},
    "help": {"author": "Emmy " * 15, "form": "collaborators", "text": "Who knows the Pile?"},
    "difficulty": {"author": "Ada", "rating": "B-C", "text": "A weekend."},
    "work": {"author": "Ada", "form": "paper", "title": "Induction heads", "url": "https://example.org/p" + "q" * 90},
    "result": {"author": "Ada", "tool": "a model", "form": "partial", "text": "Found **four**."},
    "correction": {"text": "The link is old."},
}  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A running site: its address without a slash at its end, and the link that makes a moderator, once."""

    address: str
    start: str
    data: Path


def fill(data):
    """Two runs of `head-wiki`, one full and one small, and a contribution of every kind to problem 6.18."""
    (study,) = (study for study in study_headers() if study.slug == "head-wiki")
    tables = make_tables()
    heads, scores = tables["heads"], tables["scores"]
    tables["heads"] = heads.assign(
        repeats_effect=heads["loss_added_nats"], natural_effect=0.1, strongest="a, <mark>b</mark>"
    )
    tables["twins"] = tables["twins"].rename(columns={"beyond": "beyond_null_per_hundred"})
    tables["planted"] = pd.DataFrame(
        {"by_pattern": scores["score"], "by_both": scores["score"], "truth": "true head", "detector": "induction"}
    )
    found = Finding(Measured(0.9, 0.8, 0.95, 40), null=(0.1, 0.2), control=Control("a decoy", 200.0))
    answers = tuple(Answer(claim, found.answers(claim.key)) for claim in study.claims)
    same = {"study": study.slug, "problems": study.problems, "question": study.question, "method": study.method}
    record = replace(make_record(tables), answers=answers, **same)
    for name, size in ((RUN, "full"), (SMALLER, "smoke")):
        folder = data / "records" / name
        (folder / "tables").mkdir(parents=True)
        for table, frame in tables.items():
            frame.to_parquet(folder / "tables" / f"{table}.parquet", index=False)
        write_json(replace(record, id=name, size=size), folder)
    store = open_store(url_of(data, None))
    for kind, fields in SAID.items():
        contributions.propose(store, read_draft("6.18", kind, fields), owner="somebody")
    gone = contributions.propose(store, read_draft("6.19", "comment", {"text": "Buy this"}), owner="somebody")
    contributions.reject(store, gone.id, actor=Actor("moderator"), reason="advertising")
    store.close()


@contextmanager
def serving(data, *more):
    """`cutaway serve` over a data folder, until the block ends."""
    command = [sys.executable, "-m", "cutaway", "serve", "--no-open", "--port", "0", "--data", str(data), *more]
    log = data / "serve.log"
    with (
        log.open("w") as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as process,
    ):
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if line.startswith("Store:"):
                    break
            else:
                pytest.fail(log.read_text() or "the server said nothing")
            address, *start = (word for line in said for word in line.split() if word.startswith("http"))
            yield Served(address, start[0] if start else "", data)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One site for a file of tests."""
    data = tmp_path_factory.mktemp("data")
    fill(data)
    with serving(data) as served:
        yield served


@pytest.fixture(scope="module")
def moderator(site):
    """What a browser has to keep to be the moderator of the site."""
    jar = CookieJar()
    build_opener(HTTPCookieProcessor(jar)).open(Request(site.start)).close()
    (session,) = jar
    return cookie(session.name, session.value)


def cookie(name, value):
    """A cookie of the site, as a browser keeps it."""
    where = {"domain": "localhost", "path": "/", "expires": -1}
    return {"name": name, "value": value, "httpOnly": True, "secure": False, "sameSite": "Lax"} | where


@contextmanager
def visiting(browser, site, path, *, cookies=(), scripts=True, **how):
    """A page of the site in a browser of its own; `how` goes to `opened`."""
    keep = {"cookies": [*cookies], "origins": []}
    address = f"{site.address}{path}"
    with opened(browser, address, storage_state=keep, java_script_enabled=scripts, **how) as page:
        page.set_default_timeout(10_000)
        yield page


def pass_refusals(page, pattern):
    """Show a refusal as if it were none: Chromium writes each into its console, where these tests want silence."""
    page.route(pattern, lambda route: route.fulfill(response=route.fetch(), status=200))
