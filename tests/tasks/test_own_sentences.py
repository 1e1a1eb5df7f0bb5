"""The sentences of our tasks are our own: none is a template of the data sets that the field uses."""

import gzip
import json
import re
from pathlib import Path

import pytest

from cutaway.tasks.find import all_tasks
from cutaway.tasks.worded import WordedTask

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "tasks"
LEAST_WORDS = 6  # shorter ones leave no choice of words


def bare(template: str) -> str:
    """A template with its slots emptied, in lower case."""
    return re.sub(r"\W+", " ", re.sub(r"\{\w*\}|\[\w+\]|\$\w+|%s", " _ ", template)).strip().lower()


def strings(data) -> set[str]:
    """Every text anywhere in a file."""
    if isinstance(data, str):
        return {data}
    if isinstance(data, dict):
        data = list(data.values())
    return set().union(*map(strings, data)) if isinstance(data, list) else set()


def theirs() -> set[str]:
    found = strings(json.loads((FOLDER / "ioi_templates.json").read_text(encoding="utf-8")))
    found |= strings(json.loads((FOLDER / "greaterthan_docstring.json").read_text(encoding="utf-8")))
    for name in ("relations.json.gz", "pararel.json.gz"):
        with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
            found |= strings(json.load(file))
    found |= set((FOLDER / "winogender_templates.tsv").read_text(encoding="utf-8").replace("\t", "\n").splitlines())
    return {bare(text) for text in found}


def test_no_template_of_ours_is_one_of_theirs():
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not here")
    known = theirs()
    assert bare("Then, [A] and [B] went to the [PLACE]. [B] gave a [OBJECT] to [A]") in known  # it reads what is there
    ours = {
        template: bare(template)
        for task in all_tasks().values()
        if isinstance(task, WordedTask)
        for template in task.templates("any")
        if len(bare(template).split()) >= LEAST_WORDS
    }
    assert len(ours) > 60
    assert not [template for template, text in ours.items() if text in known]
