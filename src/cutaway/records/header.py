"""Read a study's header from its source, without importing the study: torch takes seconds to load.

Headers are written in literals only, so the syntax tree holds all of it.
"""

import ast
from pathlib import Path
from typing import Any

from cutaway.errors.studies import StudyHeaderError
from cutaway.records import claim, figure, study

KNOWN: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        study.Study,
        study.Remark,
        claim.Claim,
        figure.Bars,
        figure.Heat,
        figure.Lines,
        figure.Network,
        figure.Points,
        figure.SortableTable,
        figure.AttentionOnText,
        figure.ExamplesOnText,
    )
}


def read_header(path: Path) -> study.Study:
    """The `STUDY = Study(...)` of one file.

    Raises: StudyHeaderError if there is none, or if it holds anything but literals and header classes.
    """
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "STUDY" for t in node.targets):
            header = evaluate(node.value, path)
            if not isinstance(header, study.Study):
                raise StudyHeaderError(str(path), node.lineno, "STUDY is not a Study(...)")
            for stated in header.claims:
                if stray := set(stated.problems) - set(header.problems):
                    fault = f"claim '{stated.key}' speaks of {min(stray)}, which is not a problem of the study"
                    raise StudyHeaderError(str(path), node.lineno, fault)
            keys = {stated.key for stated in header.claims}
            for remark in header.remarks:
                if remark.claim not in keys:
                    fault = f"a remark speaks of '{remark.claim}', which is not a claim of the study"
                    raise StudyHeaderError(str(path), node.lineno, fault)
            return header
    raise StudyHeaderError(str(path), 1, "no STUDY = Study(...)")


def evaluate(node: ast.expr, path: Path) -> Any:
    """A literal, a tuple of literals, or a header class called with them."""
    if isinstance(node, ast.Tuple):
        return tuple(evaluate(part, path) for part in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KNOWN and not node.args:
        named = {word.arg: evaluate(word.value, path) for word in node.keywords if word.arg is not None}
        return KNOWN[node.func.id](**named)
    try:
        return ast.literal_eval(node)
    except ValueError as fault:
        raise StudyHeaderError(str(path), node.lineno, "headers are written in literals only") from fault
