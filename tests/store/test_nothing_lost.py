"""A full disk, a killed process: what was acknowledged is there, and the store goes on."""

import subprocess
import sys
import time
from random import Random

import pytest
from sqlalchemy import text

from cutaway.errors.store import FullStoreError
from cutaway.store.backup import check
from cutaway.store.contributions import of_problem
from cutaway.store.migrate import open_store
from tests.store.conftest import add

WRITER = """
import sys
from cutaway.store.contribution import read_draft
from cutaway.store.contributions import propose
from cutaway.store.migrate import open_store
store = open_store(sys.argv[1])
while True:
    made = propose(store, read_draft("6.18", "comment", {"text": "Zebras. " * 50}), owner="o")
    print(made.id, flush=True)
"""


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of one megabyte."""
    mount = tmp_path / "disk"
    mount.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def fill(store):
    """Propose until there is no room; returns the numbers that were acknowledged."""
    kept = []
    try:
        while True:
            kept.append(add(store, text="zebras " * 1000).id)
    except FullStoreError:
        return kept


def numbers(store):
    with store.read() as db:
        return [one.id for one in of_problem(db, "6.18")]


def test_a_full_disk_loses_nothing_and_writing_goes_on_once_there_is_room(small_disk):
    store = open_store(f"sqlite:///{small_disk}/store.sqlite")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 100_000)
    kept = fill(store)
    assert kept
    assert numbers(store) == kept
    ballast.unlink()
    kept.append(add(store).id)
    assert numbers(store) == kept
    assert check(store) == []
    store.close()


def test_a_database_that_may_not_grow_loses_nothing_and_goes_on_when_it_may(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    with store.read() as db:
        pages = db.execute(text("PRAGMA page_count")).scalar()
    with store.read() as db:
        db.execute(text(f"PRAGMA max_page_count = {pages + 40}"))
    kept = fill(store)
    assert kept
    assert numbers(store) == kept
    assert check(store) == []
    with store.read() as db:
        db.execute(text(f"PRAGMA max_page_count = {pages + 400}"))
    kept.append(add(store).id)
    assert numbers(store) == kept
    store.close()


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_keeps_what_it_acknowledged(tmp_path):
    """Killed 15 times or more, at moments that no write waits for, until 200 submissions were acknowledged."""
    url = f"sqlite:///{tmp_path}/store.sqlite"
    open_store(url).close()
    moment, kept, kills = Random(0), [], 0
    while kills < 15 or len(kept) < 200:
        with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as writer:
            kept.append(int(writer.stdout.readline()))
            time.sleep(moment.uniform(0, 0.2))
            writer.kill()
            kept += [int(line) for line in writer.stdout if line.endswith("\n")]
            kills += 1
    store = open_store(url)
    assert len(set(kept)) == len(kept)
    assert set(kept) <= set(numbers(store))
    assert check(store) == []
    store.close()
