"""EAP with integrated gradients: slopes averaged on the way from what is said to what would be said instead."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models import Add, Edit, Replace
from cutaway.models.graph import Node
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.slopes import Slopes, gaps_of, products

STEPS = 5  # the authors' default
Along = Literal["inputs", "activations"]


def edge_attribution_ig(question: Question, *, along: Along = "inputs", steps: int = STEPS) -> EdgeScores:
    """As `edge_attribution`, with slopes averaged over `steps` runs between the two ends.

    Along "inputs", the embeddings of the prompts are mixed with what would be said instead; along "activations", what
    the senders of one half layer say, half layer by half layer, and each mixture gives the scores of its own senders.
    Units:  as `edge_effects`.
    Cost:   two forward passes, then one forward and one backward for each step, of activations for each step and half
        layer. Memory: senders x batch x pos x d_model numbers.
    Raises: UncuttableError; UnknownChoiceError; GradientError.
    Reference: Hanna, Pezzelle & Belinkov 2024, arXiv:2403.17806; activations: Marks et al. 2024, arXiv:2403.19647, and
        Mueller et al. 2025, arXiv:2504.13151. Steps stand at the middles of equal intervals, where the authors' stand
        at their ends.
    """
    check_choice("along", along, Along)
    gaps = gaps_of(question)
    shares = [(step + 0.5) / steps for step in range(steps)]
    if along == "inputs":
        values = mean([products(Slopes(question, between_inputs(question, share)), gaps) for share in shares])
        return EdgeScores(question.graph, "eap-ig-inputs", question.ablation, values, 2.0 + 2 * steps)
    values, count = torch.zeros(len(question.graph.edges)), 0
    for nodes in halves(question):
        found = mean([products(Slopes(question, between(question, nodes, share)), gaps) for share in shares])
        own = torch.tensor([edge.sender in {node.name for node in nodes} for edge in question.graph.edges])
        values, count = torch.where(own, found, values), count + 1
    return EdgeScores(question.graph, "eap-ig-activations", question.ablation, values, 2.0 + 2 * steps * count)


def mean(found: Sequence[Float[Tensor, "edge"]]) -> Float[Tensor, "edge"]:
    """The average over steps."""
    return torch.stack(list(found)).mean(dim=0)


def halves(question: Question) -> Iterator[list[Node]]:
    """Senders that speak at the same time."""
    for _, some in groupby(question.graph.senders, key=lambda node: node.place):
        yield list(some)


def between_inputs(question: Question, share: float) -> list[Edit]:
    """What makes the embeddings a mixture."""
    embeds = [node for node in question.graph.senders if node.layer < 0]
    own = sum(question.own[node.name] for node in embeds)
    change = sum(question.other[node.name] - question.own[node.name] for node in embeds)
    return [Replace("resid_pre.0", own + share * change)]


def between(question: Question, nodes: Sequence[Node], share: float) -> list[Edit]:
    """What makes all that some senders of one half layer say a mixture.

    In the stream, after that half: that is as if each had said it.
    """
    if nodes[0].layer < 0:
        return between_inputs(question, share)
    change = sum(share * (question.other[node.name] - question.own[node.name]) for node in nodes)
    site = "attn_out" if nodes[0].kind == "head" else "mlp_out"
    return [Add(f"{site}.{nodes[0].layer}", change)]
