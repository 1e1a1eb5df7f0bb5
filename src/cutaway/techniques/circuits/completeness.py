"""Is anything missing? Completeness of a circuit, by search for what drives it and the model apart."""

from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool
from torch import Tensor

from cutaway.models.graph import Graph
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question


@dataclass(frozen=True, eq=False)
class Completeness:
    """How far the circuit and the model come apart when both lose the same nodes; `worst` is the largest gap found.

    `searched`: one row a step of the greedy search: `removed` so far, `circuit` and `model` (shares of the gap), `gap`.
    """

    worst: float
    removed: tuple[str, ...]
    searched: pd.DataFrame


@torch.no_grad()
def completeness(circuit: Circuit, question: Question, *, most: int = 10, progress: Progress = SILENT) -> Completeness:
    """Take the same nodes out of circuit and model, greedily those that drive the two furthest apart.

    A circuit that lacks a backup falls further than the model does. A complete one loses what the model loses.
    Units:  shares of the gap between nothing cut and everything cut; 0 is a complete circuit, as far as was searched.
    Cost:   two runs for each node of the circuit in each of at most `most` steps. Memory: as `Cut.logits`.
    Raises: EmptyCircuitError; OtherModelError; NothingToExplainError.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 4.2, equation 2.
    """
    graph, kept = question.graph, circuit.kept(question.graph)
    free = {node.name for node in graph.nodes if node.layer < 0 or not node.writes}
    left, rows = sorted(circuit.nodes - free), []
    removed: list[str] = []
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    with progress.phase("completeness", min(most, len(left))) as tick:
        while left and len(removed) < most:
            tried = [out_of(graph, [*removed, name]) for name in left]
            pairs = torch.stack([kept & one for one in tried] + tried)
            found = share(question.cut.scores(pairs, question.metric).mean(dim=1), question.ends)
            gaps = (found[: len(left)] - found[len(left) :]).abs()
            at = int(gaps.argmax())
            removed.append(left.pop(at))
            gap = float(gaps[at])
            rows.append((len(removed), removed[-1], float(found[at]), float(found[at + len(tried)]), gap))
            if gap > best[0]:
                best = gap, tuple(removed)
            tick()
    table = pd.DataFrame(rows, columns=["step", "removed", "circuit", "model", "gap"])
    return Completeness(best[0], best[1], table)


def out_of(graph: Graph, names: list[str]) -> Bool[Tensor, "edge"]:
    """Every edge but those that touch some nodes."""
    gone = set(names)
    return torch.tensor([edge.sender not in gone and edge.receiver not in gone for edge in graph.edges])
