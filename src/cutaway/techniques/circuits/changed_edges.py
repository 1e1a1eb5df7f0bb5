"""Edges by how much they say something else, without asking what comes of it: what a method must beat."""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.slopes import gaps_of


@torch.no_grad()
def changed_edges(question: Question) -> EdgeScores:
    """How much the reader's input changes if the edge is cut, whatever comes of it.

    Units:  root mean square over prompts and positions of the queries, keys, values, neurons or stream that change.
    Cost:   two forward passes. Memory: senders x batch x pos x d_model numbers.
    """
    graph, reading = question.graph, question.cut.reading
    gaps = gaps_of(question)
    found = torch.zeros(graph.exists.shape)
    for number, reader in enumerate(graph.readers):
        before = graph.exists[number]
        if bool(before.any()):
            heard = gaps[before.to(gaps.device)]
            if reader.node.kind in ("head", "neurons"):
                heard = heard @ reading.map(reader.node, reader.slot)
            found[number, before] = size(heard).cpu()
    return EdgeScores(graph, "changed", question.ablation, found[graph.exists], 2.0, directed=False)


def size(heard: Float[Tensor, "sender batch pos out"]) -> Float[Tensor, "sender"]:
    """Root mean square over prompts and positions of the length."""
    return heard.square().sum(dim=-1).mean(dim=(1, 2)).sqrt()
