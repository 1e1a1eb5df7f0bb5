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

    Units:  root mean square over prompts and the edge's positions of the queries, keys, values, neurons or stream that
        change.
    Cost:   two forward passes. Memory: senders x batch x pos x d_model numbers.
    """
    graph, reading = question.graph, question.cut.reading
    gaps = gaps_of(question)
    found = torch.zeros(*graph.exists.shape, *([] if graph.length is None else [graph.length]))
    for number, reader in enumerate(graph.readers):
        before = graph.exists[number]
        if bool(before.any()):
            heard = gaps[before.to(gaps.device)]
            if reader.node.kind in ("head", "neurons"):
                heard = heard @ reading.map(reader.node, reader.slot)
            found[number, before] = size(heard, by_position=graph.length is not None).cpu()
    return EdgeScores(graph, "changed", question.ablation, found[graph.exists].flatten(), 2.0, directed=False)


def size(heard: Float[Tensor, "sender batch pos out"], *, by_position: bool) -> Float[Tensor, "sender *pos"]:
    """Root mean square of the length, over prompts and positions or over prompts."""
    return heard.square().sum(dim=-1).mean(dim=1 if by_position else (1, 2)).sqrt()
