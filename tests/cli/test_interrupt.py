"""Ctrl-C, where Python drops it: in a finaliser."""

import subprocess
import sys

CODE = """
import os, signal, sys
from cutaway.cli.interrupt import listen
from cutaway.cli.progress import Bars

class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass  # here the exception is raised, and Python only prints it

listen()
with Bars().phase("work", 2) as tick:
    Dropped()
    print("went on", flush=True)
    tick()
    print("came to the end")
"""


def run(code, *before):
    return subprocess.run([*before, sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_work_that_went_on_stops_at_the_next_step():
    done = run(CODE)
    assert "Exception ignored" in done.stderr
    assert done.stdout.split("\n")[0] == "went on"
    assert "came to the end" not in done.stdout
    assert done.returncode != 0


def test_without_it_the_work_would_have_come_to_its_end():
    done = run(CODE.replace("listen()\nwith", "with"))
    assert "came to the end" in done.stdout


def test_where_it_is_ignored_it_stays_ignored():
    ignored = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    assert "came to the end" in run(ignored + CODE).stdout
