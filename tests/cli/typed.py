"""A command as it is typed, run in this process: Python and torch take seconds to start anew.

Unlike click's own runner it goes through `main`, which puts our errors into words and exit codes.
"""

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest.mock import patch

from cutaway.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a process would have left behind."""

    returncode: int
    stdout: str
    stderr: str


def typed(*words, cwd):
    """Run `cutaway` with these words in a folder."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        patch.object(sys, "argv", ["cutaway", *map(str, words)]),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return Ran(int(code or 0), out.getvalue(), err.getvalue())


def done(*words, cwd):
    """The same, of a command that must succeed."""
    run = typed(*words, cwd=cwd)
    assert run.returncode == 0, run.stderr
    return run


def refused(*words, cwd):
    """The few lines of a refusal: exit code 2, nothing printed, no traceback."""
    run = typed(*words, cwd=cwd)
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert 1 <= len(run.stderr.strip().splitlines()) <= 8
    return run.stderr
