"""Where parts of a run are kept until it is done: one process at a time, and not those of other code."""

import os
import subprocess
import sys

import pytest

from cutaway.jobs.local import throw_away, unfinished_folder
from cutaway.lab.side_by_side import OWNER, own


@pytest.fixture
def other():
    """Another process that lives until it is told to end."""
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield running
    running.kill()
    running.wait()


def test_nothing_is_made_before_there_is_something_to_keep_and_nothing_is_left(tmp_path):
    folder = unfinished_folder(tmp_path, "study-full-0", "a" * 64)
    assert not list(tmp_path.iterdir())
    throw_away(own(folder))
    assert not list(tmp_path.iterdir())


def test_the_same_run_begun_again_goes_on_and_other_code_begins_afresh(tmp_path):
    folder = own(unfinished_folder(tmp_path, "study-full-0", "a" * 64))
    (folder / "part").mkdir()
    assert own(unfinished_folder(tmp_path, "study-full-0", "a" * 64)) == folder
    assert (folder / "part").is_dir()
    assert unfinished_folder(tmp_path, "study-full-0", "b" * 64) != folder
    assert not folder.exists()


def test_while_another_process_is_at_the_run_its_parts_are_left_alone(tmp_path, other):
    folder = own(unfinished_folder(tmp_path, "study-full-0", "a" * 64))
    (folder / OWNER).write_text(str(other.pid))
    assert own(folder) is None
    throw_away(folder)
    unfinished_folder(tmp_path, "study-full-0", "b" * 64)
    assert folder.is_dir()
    other.communicate(b"\n")
    assert own(folder) == folder
    assert (folder / OWNER).read_text() == str(os.getpid())
