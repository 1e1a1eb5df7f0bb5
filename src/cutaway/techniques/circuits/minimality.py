"""Is anything idle? What each edge adds to a circuit."""

import pandas as pd
import torch

from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question


@torch.no_grad()
def minimality(circuit: Circuit, question: Question, *, progress: Progress = SILENT) -> pd.DataFrame:
    """What each edge of a circuit adds to it: the share of the gap that is lost when it alone leaves.

    One row an edge: `sender receiver slot`, `position` where edges have one, `loss` (negative where the circuit is
    better without it); an edge of no loss is idle, or stands in for another.
    Cost:   one run an edge, and one more. Memory: as `Cut.logits`.
    Raises: EmptyCircuitError; OtherModelError; NothingToExplainError.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 4.3, with single edges for their sets of heads; Shi et al.
        2024, arXiv:2410.13032.
    """
    graph, kept = question.graph, circuit.kept(question.graph)
    inside = kept.nonzero().flatten().tolist()
    runs = kept.repeat(len(inside) + 1, 1)
    for run, number in enumerate(inside):
        runs[run, number] = False
    found = share(question.cut.scores(runs, question.metric, progress=progress).mean(dim=1), question.ends)
    losses = (found[-1] - found[:-1]).tolist()
    return pd.DataFrame([graph.edges[number].row | {"loss": loss} for number, loss in zip(inside, losses, strict=True)])
