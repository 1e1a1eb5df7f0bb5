"""What heads make of what earlier heads say: all of it, one slot of it, or only what takes three heads in a row."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.models.graph import Cut, Graph
from cutaway.models.graph.cut import Flow
from cutaway.models.graph.says import sites_of, written
from cutaway.techniques.circuits.question import Question


def between_heads(graph: Graph, slots: Sequence[str] = ("q", "k", "v")) -> Bool[Tensor, "edge"]:
    """Which edges lead from a head to some slots of another."""
    heads = {node.name for node in graph.nodes if node.kind == "head"}
    found = [{edge.sender, edge.receiver} <= heads and edge.slot in slots for edge in graph.edges]
    return torch.tensor(found, dtype=torch.bool)


@torch.no_grad()
def without_chains(question: Question) -> Float[Tensor, "batch"]:
    """The metric where heads hear of every earlier head only what it says when it hears no head itself.

    Two heads may work together as before; what takes three in a row is gone. In two layers nothing is.
    Cost: two passes with edges cut. Memory: what every sender says, twice.
    """
    graph = question.graph
    deaf = between_heads(graph)
    kept = (~deaf).float()[None]
    flow = Flow(question.cut, graph.matrix(1 - kept.to(graph.model.device)))
    trace = graph.model.run(
        question.tokens, read=sites_of(graph), edit=flow.edits(), mask=question.pairs.mask, logits=False
    )
    plain = Cut(graph, question.tokens, written(graph, trace), question.pairs.mask)
    return plain.scores(kept, question.metric)[0]
