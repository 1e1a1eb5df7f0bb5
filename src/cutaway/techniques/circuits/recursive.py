"""Recursive path patching: from the logits back, who feeds what was found so far?

Each round takes the readers found in the last, cuts every edge into them one at a time while nothing else changes, and
keeps the senders that move the metric. What the next round asks is what feeds those.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import torch

from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question

SHARES = (0.3, 0.1, 0.03, 0.01, 0.003)  # of the gap, at which paths are asked for


@dataclass(frozen=True, eq=False)
class Traced:
    """A circuit and the rounds that led to it; `rounds`: one row an edge, with its effect and whether it stays."""

    circuit: Circuit
    rounds: pd.DataFrame


def recursive_paths(
    question: Question, share: float, *, effects: EdgeScores | None = None, progress: Progress = SILENT
) -> Traced:
    """Follow edges back from the logits, keeping those whose loss moves the metric by `share` of the whole gap.

    `effects`: those of `edge_effects` on the same question, where they are known.
    The effect of an edge is that of cutting it alone with everything behind it alive, so that an edge into a head
    counts by what that head's change does to the logits. Rounds go by node, wherever an edge is read;
    what feeds a feature is what feeds its MLP.
    Units:  effects in the metric's unit; `share` of the difference between nothing cut and everything cut.
    Cost:   as `edge_effects`: every edge once, whatever the rounds.
    Raises: UncuttableError; NothingToExplainError.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 3; Goldowsky-Dill et al. 2023, arXiv:2304.05969.
    """
    graph, values = question.graph, (effects or edge_effects(question, progress=progress)).values
    line = share * abs(question.gap)
    wanted, kept, rows, number = {"logits"}, torch.zeros(len(graph.edges), dtype=torch.bool), [], 0
    asked: set[str] = set()
    while wanted - asked:
        number += 1
        now = wanted - asked
        for at, edge in enumerate(graph.edges):
            if edge.receiver in now:
                effect = float(values[at])
                kept[at] = abs(effect) > line
                rows.append({"round": number} | edge.row | {"effect": effect, "stays": bool(kept[at])})
        asked |= now
        senders = {edge.sender for edge, stays in zip(graph.edges, kept.tolist(), strict=True) if stays}
        wanted = {name.split(":")[0] if graph.node(name).kind == "feature" else name for name in senders}
    table = pd.DataFrame(rows)
    name = f"recursive paths at {share:g}"
    return Traced(Circuit.of(graph, kept, name=name, method="recursive-paths", ablation=question.ablation), table)


def recursive_scores(question: Question, *, shares: Sequence[float] = SHARES) -> EdgeScores:
    """The largest share of the gap at which recursive path patching keeps an edge; 0 where it keeps it at none.

    Units:  shares of the gap; edges of one score are not told apart.
    Cost, Raises: as `edge_effects`.
    """
    effects, values = edge_effects(question), torch.zeros(len(question.graph.edges))
    for share in sorted(shares):
        found = recursive_paths(question, share, effects=effects).circuit.edges
        values[question.graph.chosen(found)] = share
    return EdgeScores(question.graph, "recursive-paths", question.ablation, values, effects.passes, directed=False)
