"""The site under load: 10,000 contributions, 10,000 records, 50 readers who open a page every five seconds.

Run it with `make bench`. A real server in a process of its own, on this machine only; readers keep their connection and
ask for compressed pages, as browsers do. Times are those a reader waits, from asking to the last byte.
"""

import asyncio
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
from sqlalchemy import insert

from cutaway.catalog import load_catalog
from cutaway.records import Answer, Claim, Finding, Measured, RunRecord
from cutaway.records.run_record import read_record, write_json
from cutaway.store.contribution import ALLOWED, FORMS, KINDS
from cutaway.store.migrate import open_store
from cutaway.store.open import url_of
from cutaway.store.tables import contributions, events

MANY, READERS, SECONDS, PAUSE = 10_000, 50, 60, 5.0
GZIP = {"accept-encoding": "gzip"}
WORDS = ("induction", "heads", "copy", "tokens", "while", "neurons", "fire", "on", "features", "in", "superposition")


def said(rng, count=20):
    return " ".join(rng.choices(WORDS, k=count))


def fill(data):
    """Contributions of every kind on every problem, spread over a year, each with its line in the log."""
    rng, store = random.Random(0), open_store(url_of(data))
    numbers = [problem.number for problem in load_catalog().problems]
    now = store.clock()
    rows, lines = [], []
    for number in range(1, MANY + 1):
        kind = rng.choice(KINDS)
        created = now - timedelta(days=rng.uniform(0, 365))
        given = {name: said(rng, 30 if name == "text" else 3)[:80] for name in ALLOWED[kind]}
        given |= {"url": "https://example.org"} if "url" in given else {}
        given |= {"rating": "B"} if "rating" in given else {}
        given |= {"form": rng.choice(list(FORMS[kind]))} if "form" in given else {}
        empty = dict.fromkeys(("tool", "form", "title", "url", "rating", "text"))
        rows.append(
            {**empty, **given, "id": number, "problem": rng.choice(numbers), "kind": kind, "owner": "0"}
            | {"state": rng.choice(("pending", "approved")), "created": created}
            | {"expires": created + timedelta(days=90) if kind == "claim" else None}
        )
        lines.append(
            {"at": created, "actor": given["author"], "action": "proposed", "problem": rows[-1]["problem"]}
            | {"contribution": number, "after": {}}
        )
    with store.write() as db:
        db.execute(insert(contributions), rows)
        db.execute(insert(events), lines)
    store.close()


def made_up(number):
    claim = Claim(key="k", sentence="It is so.", unit="nats", tier="trained", above=0.5)
    finding = Finding(Measured(0.9, 0.8, 1.0, 12), null=tuple(0.01 * at for at in range(20)), key="k")
    return RunRecord(
        id=f"head-wiki-{number:05}", study="head-wiki", problems=("6.18", "6.19"), question="So?", method="By eye",
        command="cutaway run head-wiki", seed=number, size="full", code_sha256="0" * 64, models={},
        answers=(Answer(claim, finding),), tables=(),
        environment={"began": f"2026-01-01T00:00:00.{number:06}+00:00", "wall_seconds": 1},
    )  # fmt: skip


def fill_records(data):
    """Records without tables, and a real one, the newest, with all of its figures."""
    command = [sys.executable, "-m", "cutaway", "run", "head-wiki", "--smoke", "--data", str(data), "--json"]
    real = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]["id"]
    folder = data / "records" / real
    record = read_record(folder)
    write_json(replace(record, size="full"), folder)
    for number in range(MANY - 1):
        made = data / "records" / f"head-wiki-{number:05}"
        made.mkdir()
        write_json(made_up(number), made)
    return real


def addresses(real):
    """Every type of page, with how many of ten readers are on it."""
    return {
        "front": ("/", 1),
        "table": ("/problems", 2),
        "filtered": ("/problems?chapter=6&difficulty=B", 1),
        "searched": ("/problems?q=induction", 1),
        "cards": ("/cards", 1),
        "problem": ("/problems/{}", 3),
        "history": ("/problems/{}/history", 1),
        "chapter": ("/chapters/6", 1),
        "studies": ("/studies", 1),
        "study": ("/studies/head-wiki", 1),
        "records": ("/records", 1),
        "record": (f"/records/{real}", 1),
        "figure": (f"/records/{real}/figures/1", 1),
        "svg": (f"/records/{real}/figures/1.svg", 1),
        "embed": (f"/embed/records/{real}/figures/1", 1),
        "compare": (f"/compare?a={real}&b=head-wiki-00001", 1),
        "changes": ("/changes", 1),
        "feed": ("/changes.atom", 1),
        "JSON": ("/problems.json", 1),
        "form": ("/problems/6.18/propose/work", 1),
        "about": ("/about", 1),
    }


async def reader(base, number, pages, until, waits):
    rng = random.Random(number)
    numbers = [problem.number for problem in load_catalog().problems]
    kinds, weights = list(pages), [weight for _, weight in pages.values()]
    async with httpx2.AsyncClient(base_url=base, headers=GZIP, timeout=30) as client:
        await asyncio.sleep(rng.uniform(0, PAUSE))
        while time.perf_counter() < until:
            kind = rng.choices(kinds, weights)[0]
            began = time.perf_counter()
            answer = await client.get(pages[kind][0].format(rng.choice(numbers)))
            waits[kind].append(time.perf_counter() - began)
            assert answer.status_code == 200, (kind, answer.status_code)
            await asyncio.sleep(PAUSE * rng.uniform(0.8, 1.2))


async def load(base, pages):
    waits = defaultdict(list)
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(reader(base, number, pages, until, waits) for number in range(READERS)))
    return waits


def at(share, values):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def in_words(waits):
    return f"p50 {1e3 * at(0.5, waits):5.0f} ms  p95 {1e3 * at(0.95, waits):5.0f} ms"


def first_visit(base):
    """What a first visit to the list transfers, compressed: the page and all that it asks for."""
    with httpx2.Client(base_url=base, headers=GZIP) as client:

        def fetched(address):
            with client.stream("GET", address) as answer:
                return sum(map(len, answer.iter_raw()))

        page = client.get("/problems").text
        asked = {"/problems", *re.findall(r'(?:src|href)="(/static/[^"]+)"', page)}
        return {address: fetched(address) for address in sorted(asked)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        real = fill_records(data)
        fill(data)
        command = [sys.executable, "-m", "cutaway", "serve", "--mode", "public", "--port", "0", "--data", folder]
        began = time.perf_counter()
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            base = re.search(r"http://\S+", server.stdout.readline())[0]
            print(f"start, with {MANY:,} records to index: {time.perf_counter() - began:.1f} s")
            pages = addresses(real)
            with httpx2.Client(base_url=base, headers=GZIP, timeout=60) as client:
                for address, _ in pages.values():
                    client.get(address.format("6.18"))
                alone = []
                for _ in range(20):
                    began = time.perf_counter()
                    client.get("/problems")
                    alone.append(time.perf_counter() - began)
            print(f"/problems alone: median {1e3 * at(0.5, alone):.0f} ms, slowest {1e3 * max(alone):.0f} ms")
            sizes = first_visit(base)
            print(f"first visit to /problems: {sum(sizes.values()) / 1024:.0f} KB in {len(sizes)} files")
            waits = asyncio.run(load(base, pages))
            for kind, found in waits.items():
                print(f"  {kind:10} {len(found):4}  {in_words(found)}")
            every = [wait for found in waits.values() for wait in found]
            print(f"{READERS} readers, {len(every)} pages: {in_words(every)}")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
