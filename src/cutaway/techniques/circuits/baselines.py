"""What a method of discovery must beat: edges drawn at random, and edges ranked without asking what they do."""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.slopes import gaps_of


def random_edges(question: Question, *, seed: int = 0) -> EdgeScores:
    """Scores drawn at random.

    Cost: none.
    """
    values = torch.rand(len(question.graph.edges), generator=torch.Generator().manual_seed(seed))
    return EdgeScores(question.graph, "random", question.ablation, values, 0.0)


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
    return EdgeScores(graph, "changed", question.ablation, found[graph.exists], 2.0)


def size(heard: Float[Tensor, "sender batch pos out"]) -> Float[Tensor, "sender"]:
    """Root mean square over prompts and positions of the length."""
    return heard.square().sum(dim=-1).mean(dim=(1, 2)).sqrt()
