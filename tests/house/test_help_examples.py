"""The examples in the help of quick commands run as they are written, in an empty folder."""

import re
import shlex

import pytest
from click.testing import CliRunner

from cutaway.cli.main import cutaway

QUICK = ("patch", "problems", "sites", "studies", "tasks")


def examples():
    """Every line of an example, continued ones joined, that needs no file of the reader's own."""
    for name in QUICK:
        text = re.sub(r"\\\n\s*", "", cutaway.get_command(None, name).help)
        for line in re.findall(r"cutaway [a-z].*", text):
            if "./" not in line:
                yield line


def test_every_quick_command_has_an_example_to_run():
    assert {line.split()[1] for line in examples()} == set(QUICK)


@pytest.mark.parametrize("line", list(examples()))
def test_an_example_runs(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUTAWAY_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(cutaway, shlex.split(line)[1:])
    assert done.exit_code == 0, done.output
    assert done.output.strip()
