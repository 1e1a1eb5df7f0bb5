"""Every study has a notebook: valid, with its problem in front, and every cell of it runs."""

import json
import os

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from cutaway.catalog import load_catalog
from cutaway.cli.main import cutaway
from cutaway.records.discover import notebook_source, study_headers
from cutaway.records.notebook import SMOKE, cells_of, notebook

STUDIES = {header.slug: header for header in study_headers()}


def made(slug, *, smoke=True):
    header = STUDIES[slug]
    source = notebook_source(slug).replace(SMOKE, "SMOKE = True") if smoke else notebook_source(slug)
    statement, address = load_catalog().statements(header.problems)[header.problems[0]]
    made = notebook(header, source, number=header.problems[0], statement=statement, address=address)
    return nbformat.from_dict(made)


def test_text_and_code_alternate_as_they_are_written():
    cells = cells_of("one\n\n```python\na = 1\n\nb = 2\n```\n\ntwo\n```python\nc = 3\n```\n")
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [
        ("markdown", "one"),
        ("code", "a = 1\n\nb = 2"),
        ("markdown", "two"),
        ("code", "c = 3"),
    ]


@pytest.mark.parametrize("slug", STUDIES)
def test_notebooks_are_valid_and_say_problem_claims_and_what_is_open(slug):
    book = made(slug)
    nbformat.validate(book)
    header, said = STUDIES[slug], "\n".join(cell["source"] for cell in book["cells"])
    for text in (header.question, f"cutaway run {slug}", *(claim.sentence for claim in header.claims)):
        assert text in said
    assert header.next_steps
    assert book["cells"][-1]["source"] == "# yours"


@pytest.mark.slow
@pytest.mark.parametrize("slug", STUDIES)
def test_every_cell_of_a_notebook_runs(slug, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, os.fspath(tmp_path / name))
    book = made(slug)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": os.fspath(tmp_path)}}).execute()
    outputs = [output for cell in book["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    assert any(output["output_type"] == "execute_result" for output in outputs)


def test_command_writes_the_notebook_of_a_problem_and_never_over_one_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(cutaway, ["notebook", "5.13", "--json"], catch_exceptions=False)
    assert json.loads(said.output) == {"notebook": "5.13.ipynb", "study": "induction-formation", "problem": "5.13"}
    book = nbformat.read(tmp_path / "5.13.ipynb", as_version=4)
    assert load_catalog().problem("5.13").text in book["cells"][0]["source"]
    (tmp_path / "5.13.ipynb").write_text("my work")
    refused = CliRunner().invoke(cutaway, ["notebook", "5.13"])
    assert "may hold your work" in str(refused.exception)
    assert (tmp_path / "5.13.ipynb").read_text() == "my work"
    CliRunner().invoke(cutaway, ["notebook", "5.13", "--force"], catch_exceptions=False)
    assert nbformat.read(tmp_path / "5.13.ipynb", as_version=4)["nbformat"] == 4
