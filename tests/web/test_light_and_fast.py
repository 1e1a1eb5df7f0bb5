"""The site never loads torch, and a full store does not slow it."""

import random
import statistics
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import insert

from cutaway.catalog import load_catalog
from cutaway.store.tables import contributions, events, runs
from tests.web.conftest import visit
from tests.web.reading import read

MANY = 10_000
ASKS = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from cutaway.web.app import create_app
from cutaway.web.settings import Settings
from cutaway.web.site import open_site
client = TestClient(create_app(open_site(Settings(data=Path(sys.argv[1])))), base_url="http://localhost")
for address in ("/", "/problems", "/problems/6.18", "/studies", "/records", "/changes", "/about"):
    assert client.get(address).status_code == 200
print(sorted({"torch", "transformers"} & set(sys.modules)))
"""


def test_the_process_of_the_site_loads_neither_torch_nor_transformers(tmp_path):
    words = [sys.executable, "-W", "ignore", "-c", ASKS, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def full(site):
    """A store with ten thousand contributions and as many runs."""
    rng = random.Random(0)
    numbers = [problem.number for problem in load_catalog().problems]
    kinds = ("work", "claim", "help", "result", "difficulty", "correction", "comment")
    forms = {"work": "paper", "claim": "idea", "help": "mentors", "result": "partial"}
    at = site.store.clock()
    rows = [
        {"id": number, "problem": rng.choice(numbers), "kind": kind, "state": rng.choice(("pending", "approved"))}
        | {"author": f"author {number}", "form": forms.get(kind), "rating": "B" if kind == "difficulty" else None}
        | {"title": "T", "url": "https://example.org", "text": "words " * 40, "created": at, "owner": "o"}
        | {"expires": at + timedelta(days=rng.randint(-90, 90)) if kind == "claim" else None}
        for number, kind in enumerate(rng.choices(kinds, k=MANY), 1)
    ]
    lines = [
        {"at": at, "actor": "x", "action": "proposed", "problem": row["problem"], "contribution": row["id"]}
        for row in rows
    ]
    made = [
        {
            "id": f"r{number}",
            "study": f"study-{number % 79}",
            "size": "full",
            "seed": number,
            "seconds": 1,
            "claims": [],
        }
        | {"began": f"2026-01-01T00:00:00.{number:06}", "standing": "proxy", "problems": {rng.choice(numbers): "proxy"}}
        for number in range(MANY)
    ]
    with site.store.write() as db:
        db.execute(insert(contributions), rows)
        db.execute(insert(events), lines)
        db.execute(insert(runs), made)
    return site


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/problems", "/problems?difficulty=B&work=no", "/problems?q=heads", "/cards"])
def test_with_ten_thousand_contributions_and_runs_a_page_takes_under_150_ms(full, address):
    browser = visit(full)
    assert browser.get(address).status_code == 200
    took = []
    for _ in range(9):
        began = time.perf_counter()
        browser.get(address)
        took.append(time.perf_counter() - began)
    assert statistics.median(took) < 0.15


def test_a_change_is_seen_at_once_although_the_board_is_kept(site, client):
    def claimed():
        return [row["number"] for row in client.get("/problems.json?working=now").json()]

    assert claimed() == []
    client.post("/problems/6.18/propose/claim", data={"author": "Ada", "form": "idea"})
    assert claimed() == ["6.18"]
    assert read(client.get("/problems?working=now")).first("table").text.count("Ada") == 1
