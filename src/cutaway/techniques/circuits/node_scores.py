"""Scores of nodes out of those of edges, and back: which edges lie among important nodes."""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models.graph import Graph
from cutaway.techniques.circuits.edge_scores import EdgeScores

How = Literal["sum", "largest"]


def node_scores(scores: EdgeScores, how: How = "sum") -> dict[str, float]:
    """A score for every node that writes, of the scores of the edges that leave it.

    To first order cutting a whole node is cutting all its edges: the sum. Its largest edge says whether any matters.
    Raises: UnknownChoiceError.
    """
    check_choice("how", how, How)
    leaving = scores.graph.matrix(scores.values).movedim(1, 0).flatten(1)
    found = leaving.sum(dim=1) if how == "sum" else leaving.abs().amax(dim=1)
    return {node.name: float(value) for node, value in zip(scores.graph.senders, found, strict=True)}


def by_nodes(graph: Graph, worth: dict[str, float]) -> Float[Tensor, "edge"]:
    """A score for every edge, that of the lesser of its ends: edges among important nodes come first.

    Embedding, positions and logits are as important as any.
    """
    most = max(map(abs, worth.values()), default=0.0)
    free = {node.name for node in graph.nodes if node.layer < 0 or not node.writes}
    size = {node.name: most if node.name in free else abs(worth.get(node.name, 0.0)) for node in graph.nodes}
    return torch.tensor([min(size[edge.sender], size[edge.receiver]) for edge in graph.edges])
