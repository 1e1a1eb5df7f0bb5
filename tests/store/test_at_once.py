"""Several at once: readers see one moment, writers take turns, and nobody's words are lost between them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from cutaway.catalog import load_catalog
from cutaway.store import contributions as steps
from cutaway.store.backup import check
from cutaway.store.contributions import of_problem
from cutaway.store.events import Actor, latest, of_contribution
from cutaway.store.migrate import NEWEST, open_store, version
from cutaway.store.runs import count_runs, index_records
from cutaway.store.search import index_catalog, search
from cutaway.store.tables import contributions, events
from tests.store.conftest import add
from tests.store.test_runs import record, write

WRITER = """
import sys
from cutaway.store.contribution import read_draft
from cutaway.store.contributions import propose
from cutaway.store.migrate import open_store
store = open_store(sys.argv[1])
for number in range(40):
    made = propose(store, read_draft("6.18", "comment", {"text": f"{sys.argv[2]} {number} " * 50}), owner="o")
    print(made.id, flush=True)
"""
OPENER = "import sys; from cutaway.store.migrate import open_store; open_store(sys.argv[1]).close()"


def count(db, table):
    return db.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_reader_sees_one_moment_of_all_tables(store):
    add(store)
    with store.read() as db:
        before = count(db, contributions)
        add(store)
        assert (before, count(db, contributions), count(db, events)) == (1, 1, 1)


def test_two_processes_write_at_once_and_both_are_heard(url, store):
    words = [sys.executable, "-c", WRITER, url]
    writers = [subprocess.Popen([*words, name], stdout=subprocess.PIPE, text=True) for name in ("first", "second")]
    said = [writer.communicate(timeout=60)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    with store.read() as db:
        numbers = [one.id for one in of_problem(db, "6.18")]
    assert sorted(map(int, said[0] + said[1])) == numbers
    assert len(numbers) == 80
    assert check(store) == []


def test_words_of_all_who_write_about_a_problem_at_once_are_found(store):
    words = [f"zebra{number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda word: add(store, text=word), words))
    with store.read() as db:
        assert [hit.number for hit in search(db, words[0])] == ["6.18"]
        assert all(search(db, word) for word in words)


def test_of_many_decisions_at_once_each_goes_on_from_the_one_before(store):
    made = add(store)
    decide = [steps.approve, steps.withdraw] * 10
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda step: step(store, made.id, actor=Actor("Eve")), decide))
    with store.read() as db:
        lines = of_contribution(db, made.id)
    assert len(lines) == 21
    assert all(one.after == other.before for one, other in pairwise(lines))


def test_two_that_index_the_same_records_index_each_once(store, tmp_path):
    write(tmp_path, *(record(f"r{number}", hour=number) for number in range(10)))
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: index_records(store, [tmp_path], {}), range(4))) == [[]] * 4
    with store.read() as db:
        assert count_runs(db) == 10
        assert [event.action for event in latest(db, limit=99)].count("ran") == 10


@pytest.mark.parametrize("how_many", [3])
def test_several_processes_may_make_the_same_database(url, how_many):
    made = [subprocess.Popen([sys.executable, "-c", OPENER, url], stderr=subprocess.PIPE) for _ in range(how_many)]
    assert [one.communicate(timeout=60)[1] for one in made] == [b""] * how_many
    store = open_store(url, migrate=False)
    assert version(store) == NEWEST
    index_catalog(store, load_catalog())
    store.close()
