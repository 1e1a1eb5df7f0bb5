"""A study's notebook: the Markdown file beside it, with the problem in front, as cells to run and to go on from."""

import json
import re
from typing import Any

from cutaway.records.study import Study

FENCE = re.compile(r"^```python\n(.*?)^```\n?", re.MULTILINE | re.DOTALL)
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SMOKE = "SMOKE = False"  # a line of a first cell that has sizes to choose; tests turn it


def notebook(study: Study, source: str, *, number: str, statement: str, address: str) -> dict[str, Any]:
    """The notebook of one problem, in the format of Jupyter (nbformat 4.5).

    `source` is Markdown with fenced Python; what stands between fences becomes cells of text.
    """
    front = f"# {study.question}\n\nProblem [{number}]({address}): {statement}\n\n{study.method}"
    claims = "\n".join(f"- {claim.sentence} ({claim.unit}{line(claim.above, claim.below)})" for claim in study.claims)
    run = f"Measured, with controls, by\n\n    cutaway run {study.slug}\n\nwhich claims, before it runs:\n\n{claims}"
    steps = "".join(f"- {step}\n" for step in study.next_steps)
    end = f"## From here\n\n{steps}\nThe problem again: {statement}"
    cells = [text(front), text(run), *cells_of(source), text(end), code("# yours")]
    return {
        "cells": [cell | {"id": f"cell-{at}"} for at, cell in enumerate(cells)],
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cells_of(source: str) -> list[dict[str, Any]]:
    """Text and code in their order."""
    found, at = [], 0
    for fence in FENCE.finditer(source):
        found += [text(source[at : fence.start()]), code(fence[1])]
        at = fence.end()
    found.append(text(source[at:]))
    return [cell for cell in found if cell["source"]]


def text(source: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": source.strip()}


def code(source: str) -> dict[str, Any]:
    """A cell to run."""
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source.strip()}


def line(above: float | None, below: float | None) -> str:
    """The line of a claim in words."""
    return f", above {above:g}" if above is not None else f", below {below:g}" if below is not None else ""


def written(made: dict[str, Any]) -> str:
    """As it is stored."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"
