"""Jobs at once: the same results in the same order, failures that are told, and one thread each."""

import os
import subprocess
import sys
import time
from functools import wraps
from pathlib import Path

import pandas as pd
import pytest
import torch

from cutaway.lab.side_by_side import side_by_side
from cutaway.records.run_record import process_lives


def squared(number):
    if number < 0:
        raise ValueError(f"{number} is below zero")
    return {"square": pd.DataFrame({"of": [number], "is": [number * number], "threads": [torch.get_num_threads()]})}


def squares(jobs, **how):
    ticks = []
    tables = side_by_side(squared, jobs, tick=lambda: ticks.append(1), **how)
    assert len(ticks) == len(jobs)
    return [(int(one["square"]["is"][0]), int(one["square"]["threads"][0])) for one in tables]


@pytest.mark.slow
def test_results_are_in_the_order_of_the_jobs_and_each_process_has_one_thread():
    assert squares([3, 1, 2], at_once=2) == [(9, 1), (1, 1), (4, 1)]


def test_one_at_a_time_is_done_here():
    assert [square for square, _ in squares([3, 1], at_once=1)] == [9, 1]


def test_what_was_finished_is_not_done_again(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="below zero"):
        squares([3, 1, -1], kept_in=tmp_path / "kept", at_once=1)
    asked = []
    real = squared

    @wraps(real)
    def heard(number):
        asked.append(number)
        return real(number)

    monkeypatch.setattr(sys.modules[__name__], "squared", heard)
    assert [square for square, _ in squares([2, 3, 1], kept_in=tmp_path / "kept", at_once=1)] == [4, 9, 1]
    assert asked == [2]


def listed(number):
    """A table with an index of its own, and lists in its cells."""
    return {"table": pd.DataFrame({"of": [number, number], "list": [[1, 2], [3]]}, index=[0, 0])}


def test_tables_are_the_same_fresh_and_read_back(tmp_path):
    def tables():
        (one,) = side_by_side(listed, [3], kept_in=tmp_path / "kept", at_once=1, tick=lambda: None)
        return one["table"]

    fresh, again = tables(), tables()
    pd.testing.assert_frame_equal(fresh, again)
    assert type(fresh["list"][0]) is type(again["list"][0])
    (unkept,) = side_by_side(listed, [3], at_once=1, tick=lambda: None)
    assert unkept["table"].index.tolist() == fresh.index.tolist() == [0, 1]


def test_work_of_another_name_does_not_get_what_was_kept_for_the_same_job(tmp_path):
    for work, name in ((squared, "square"), (listed, "table")):
        (one,) = side_by_side(work, [3], kept_in=tmp_path / "kept", at_once=1, tick=lambda: None)
        assert list(one) == [name]


def test_a_file_of_the_owner_that_holds_no_number_is_nobody_s(tmp_path):
    (tmp_path / "owner").write_text("")
    assert squares([2], kept_in=tmp_path, at_once=1) == [(4, 1)]
    assert (tmp_path / "owner").read_text() == str(os.getpid())


SLEEPERS = """
import sys, time
from cutaway.lab.side_by_side import side_by_side
from tests.lab.test_side_by_side import slept
if __name__ == "__main__":
    side_by_side(slept, [sys.argv[1] + "/0", sys.argv[1] + "/1"], at_once=2, tick=lambda: None)
"""


def slept(name):
    Path(name).write_text(str(os.getpid()))
    time.sleep(120)


@pytest.mark.slow
def test_processes_end_with_the_one_that_asked_however_it_ends(tmp_path):
    (tmp_path / "main.py").write_text(SLEEPERS)
    asked = subprocess.Popen(
        [sys.executable, tmp_path / "main.py", tmp_path], env=os.environ | {"PYTHONPATH": os.fspath(Path.cwd())}
    )
    files = [tmp_path / "0", tmp_path / "1"]
    eventually(lambda: all(file.is_file() and file.read_text() for file in files))
    asked.kill()
    asked.wait()
    eventually(lambda: not any(process_lives(int(file.read_text())) for file in files))


def eventually(is_so):
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)
