"""Edges in a random order: what a method of discovery must beat."""

import torch

from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question


def random_edges(question: Question, *, seed: int = 0) -> EdgeScores:
    """Scores drawn at random.

    Cost: none.
    """
    values = torch.rand(len(question.graph.edges), generator=torch.Generator().manual_seed(seed))
    return EdgeScores(question.graph, "random", question.ablation, values, 0.0, directed=False)
