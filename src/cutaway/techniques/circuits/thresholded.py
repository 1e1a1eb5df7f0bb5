"""A circuit out of scores: the edges with the largest ones."""

import torch

from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_scores import EdgeScores


def thresholded(scores: EdgeScores, *, edges: int, signed: bool = False, name: str = "circuit") -> Circuit:
    """The circuit of so many edges: those with the largest scores by size, or, `signed`, those that help most.

    Edges of equal score are taken in the order of the graph.
    """
    kept = torch.zeros(len(scores.values), dtype=torch.bool)
    kept[scores.order(signed=signed)[:edges]] = True
    return Circuit.of(scores.graph, kept, name=name, method=scores.method, ablation=scores.ablation)
