"""Edges drawn at random: what a method of discovery and a circuit must beat."""

import torch
from jaxtyping import Bool
from torch import Tensor

from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question


def random_edges(question: Question, *, seed: int = 0) -> EdgeScores:
    """Scores drawn at random.

    Cost: none.
    """
    values = torch.rand(len(question.graph.edges), generator=torch.Generator().manual_seed(seed))
    return EdgeScores(question.graph, "random", question.ablation, values, 0.0, directed=False)


def of_this_size(kept: Bool[Tensor, "edge"], count: int, *, seed: int) -> Bool[Tensor, "run edge"]:
    """So many circuits of as many edges as are kept, drawn at random."""
    generator = torch.Generator().manual_seed(seed)
    found = torch.zeros(count, len(kept), dtype=torch.bool)
    for one in found:
        one[torch.randperm(len(kept), generator=generator)[: int(kept.sum())]] = True
    return found
