"""The index of records: what is there, what it found, and which problems it moved."""

import math
import shutil
import time
from dataclasses import replace

import pytest

from cutaway.records import Answer, Claim, Finding, Measured, RunRecord
from cutaway.records.run_record import write_json
from cutaway.store.events import latest
from cutaway.store.runs import count_runs, index_records, list_runs, newest_run_of, newest_runs, run_of, standings

HELD, FAILED, OPEN = (0.9, 0.8, 1.0), (0.1, 0.0, 0.2), (0.5, 0.3, 0.7)
ASKS = {"copying": "trained", "naming": "trained", "larger": "real"}


def record(name, found=HELD, *, study="copying", problems=("1.13", "3.16"), size="full", hour=1):
    claim = Claim(key="k", sentence="It copies.", unit="nats", tier="trained", above=0.5)
    finding = Finding(Measured(*found, 12), null=(0.0, 0.1), key="k")
    return RunRecord(
        id=name, study=study, problems=problems, question="q", method="m", command="c", seed=3, size=size,
        code_sha256="0" * 64, models={}, answers=(Answer(claim, finding),), tables=(),
        environment={"began": f"2026-01-01T{hour:02}:00:00+00:00", "wall_seconds": 12.4},
    )  # fmt: skip


def write(folder, *records):
    for one in records:
        (folder / one.id).mkdir(parents=True)
        write_json(one, folder / one.id)


@pytest.fixture
def keep(tmp_path, store):
    """Writes records and brings the index up to date."""

    def written(*records):
        write(tmp_path / "records", *records)
        return index_records(store, [tmp_path / "records"], ASKS)

    return written


def reached(store):
    with store.read() as db:
        return standings(newest_runs(db))


def moves(store):
    with store.read() as db:
        return [
            (event.problem, event.before["standing"], event.after["standing"])
            for event in reversed(latest(db, limit=99))
            if event.action == "moved"
        ]


def test_a_run_is_found_with_its_numbers_and_verdict(store, keep):
    assert keep(record("a")) == []
    with store.read() as db:
        run = run_of(db, "a")
        assert newest_run_of(db, "copying") == run
    assert (run.study, run.size, run.seed, run.seconds, run.problems) == (
        "copying",
        "full",
        3,
        12,
        {"1.13": "answered", "3.16": "answered"},
    )
    (answer,) = run.answers
    assert (answer.verdict, answer.finding.value, answer.finding.null) == ("held", 0.9, (0.0, 0.1))


def test_the_newest_full_run_says_how_far_its_problems_came(store, keep):
    keep(record("a", FAILED, hour=1), record("b", HELD, hour=2), record("c", OPEN, hour=3, size="smoke"))
    assert reached(store) == {"1.13": "answered", "3.16": "answered"}


def test_a_smoke_run_is_no_evidence(store, keep):
    keep(record("a", HELD, size="smoke"))
    assert reached(store) == {}
    assert moves(store) == []
    with store.read() as db:
        assert newest_run_of(db, "copying") is None
        assert [(run.id, run.is_evidence) for run in list_runs(db, limit=9)] == [("a", False)]


def test_an_older_run_that_comes_later_moves_nothing(store, keep):
    keep(record("b", HELD, hour=2))
    keep(record("a", FAILED, hour=1))
    assert reached(store)["1.13"] == "answered"
    assert [move[2] for move in moves(store)] == ["answered", "answered"]


def test_the_log_says_what_moved_from_where_to_where_once(store, keep):
    keep(record("a", OPEN, hour=1, problems=("1.13",)))
    keep(record("b", OPEN, hour=2, problems=("1.13",)))
    keep(record("c", FAILED, hour=3, problems=("1.13",)))
    assert moves(store) == [("1.13", "untouched", "underpowered"), ("1.13", "underpowered", "negative")]


def test_of_several_studies_of_a_problem_the_one_that_says_most_counts(store, keep):
    keep(record("a", OPEN), record("b", HELD, study="naming", hour=2))
    assert reached(store)["1.13"] == "answered"


def test_a_study_on_smaller_models_than_the_problem_names_is_a_proxy(store, keep):
    keep(record("a", HELD, study="larger"))
    assert reached(store)["1.13"] == "proxy"


def test_a_study_that_is_gone_counts_as_asking_for_real_models(store, keep):
    keep(record("a", HELD, study="nobody-knows"))
    assert reached(store)["1.13"] == "proxy"


def test_a_record_that_is_gone_leaves_the_index(store, keep, tmp_path):
    keep(record("a"), record("b", FAILED, hour=2))
    shutil.rmtree(tmp_path / "records" / "b")
    keep()
    with store.read() as db:
        assert [run.id for run in list_runs(db, limit=9)] == ["a"]
    assert reached(store)["1.13"] == "answered"


def test_a_damaged_record_is_named_and_the_others_are_indexed(store, keep, tmp_path):
    (tmp_path / "records" / "torn").mkdir(parents=True)
    (tmp_path / "records" / "torn" / "claims.json").write_text("{")
    (fault,) = keep(record("a"))
    assert "torn" in fault
    with store.read() as db:
        assert count_runs(db) == 1


def test_a_copy_under_another_name_is_named_and_changes_nothing(store, keep, tmp_path):
    keep(record("a"))
    shutil.copytree(tmp_path / "records" / "a", tmp_path / "records" / "b")
    for _ in range(2):
        (fault,) = keep()
        assert "'a'" in fault
    with store.read() as db:
        assert [run.id for run in list_runs(db, limit=9)] == ["a"]
        assert [event.action for event in latest(db, limit=99)].count("ran") == 1


@pytest.mark.parametrize("number", [math.inf, -math.inf])
def test_a_run_that_found_an_infinite_number_is_indexed_with_it(store, keep, number):
    keep(record("a", (number, -math.inf, math.inf)))
    with store.read() as db:
        (answer,) = run_of(db, "a").answers
    assert answer.finding.measured == Measured(number, -math.inf, math.inf, 12)


def test_a_run_that_found_no_number_is_indexed_and_left_open(store, keep):
    keep(record("a", (math.nan,) * 3))
    with store.read() as db:
        (answer,) = run_of(db, "a").answers
    assert math.isnan(answer.finding.value)
    assert reached(store)["1.13"] == "underpowered"


def test_a_seed_may_be_as_large_as_a_time_stamp(store, keep):
    keep(replace(record("a"), seed=20_260_102_030_405))
    with store.read() as db:
        assert run_of(db, "a").seed == 20_260_102_030_405


def test_what_a_run_has_not_finished_is_not_indexed(store, keep):
    keep(replace(record("a"), id=".partial-a-1"))
    with store.read() as db:
        assert count_runs(db) == 0


def test_runs_are_listed_newest_first_page_by_page_and_by_study(store, keep):
    keep(record("a", hour=1), record("b", hour=3), record("c", hour=2, study="naming"))
    with store.read() as db:
        assert [run.id for run in list_runs(db, limit=2)] == ["b", "c"]
        assert [run.id for run in list_runs(db, limit=2, offset=2)] == ["a"]
        assert [run.id for run in list_runs(db, limit=9, study="naming")] == ["c"]
        assert count_runs(db, "copying") == 2


@pytest.mark.slow
def test_two_thousand_records_are_indexed_in_seconds_and_looked_at_again_in_no_time(store, keep, tmp_path):
    began = time.perf_counter()
    keep(*(record(f"r{number:04}", hour=number % 24) for number in range(2000)))
    assert time.perf_counter() - began < 20
    began = time.perf_counter()
    keep()
    assert time.perf_counter() - began < 1
