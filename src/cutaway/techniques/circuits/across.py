"""Does the circuit of one task do another? Every circuit of a model on every question about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import torch

from cutaway.errors.circuits import OtherGraphsError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import of_this_size


@dataclass(frozen=True, eq=False)
class Across:
    """How far circuits do one another's tasks. `frame`: one row for each circuit and question.

    `circuit question`, `faithfulness`, `random` (mean of that of `controls` circuits of as many random edges) and
    `random_high` (the highest of them), `overlap` with the circuit of the question's own name (IoU), `own`.
    """

    frame: pd.DataFrame
    controls: int

    def __repr__(self) -> str:
        return (
            f"Across({self.frame['circuit'].nunique()} circuits, {self.frame['question'].nunique()} questions; .frame)"
        )

    def plot(self) -> Chart | Shown:
        """A cell for each circuit and question."""
        says = "Share of each question's gap that the circuit of each keeps; 1 is the whole model."
        return show(Heat(table="across", x="question", y="circuit", value="faithfulness", says=says), self.frame)


@torch.no_grad()
def across(
    circuits: Mapping[str, Circuit],
    questions: Mapping[str, Question],
    *,
    controls: int = 20,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Across:
    """Keep each circuit alone on each question, beside random circuits of its size.

    Names that stand on both sides belong together; a question should have other prompts than its circuit was found on.
    A circuit that does another's task as well as its own may only be large: then random ones of its size do it too.
    Units:  share of the question's gap, as `faithfulness`.
    Cost:   for each question, two runs, and 1 + `controls` for each circuit. Memory: as `Cut.logits`.
    Raises: OtherGraphsError for questions about several models or graphs; EmptyCircuitError; OtherModelError;
        UnknownEdgeError; NothingToExplainError.
    Reference: Hanna, Pezzelle & Belinkov 2024, arXiv:2403.17806 (overlap and cross-task faithfulness).
    """
    graphs = {(one.graph.model.name, one.graph.edges) for one in questions.values()}
    if len(graphs) != 1:
        raise OtherGraphsError(sorted({name for name, _ in graphs}))
    graph = next(iter(questions.values())).graph
    whole = {name: one.kept(graph) for name, one in circuits.items()}
    runs = {name: torch.cat([kept[None], of_this_size(kept, controls, seed=seed)]) for name, kept in whole.items()}
    rows = []
    with progress.phase("circuits across questions", len(questions)) as tick:
        for asked, question in questions.items():
            for name, kept in runs.items():
                found = share(question.cut.scores(kept, question.metric).mean(dim=1), question.ends)
                rows.append(
                    {
                        "circuit": name,
                        "question": asked,
                        "faithfulness": float(found[0]),
                        "random": float(found[1:].mean()) if controls else None,
                        "random_high": float(found[1:].max()) if controls else None,
                        "overlap": circuits[name].overlap(circuits[asked]) if asked in circuits else None,
                        "own": name == asked,
                    }
                )
            tick()
    return Across(pd.DataFrame(rows), controls)
