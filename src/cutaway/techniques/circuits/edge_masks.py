"""Edge pruning: a random gate on every edge, trained to stay faithful and to be mostly shut.

Gates are hard concrete: a stretched and clipped sigmoid of noise, so that they are exactly 0 or 1 most of the time and
still have a slope. What is minimised is the divergence from the whole model, plus a price for every open gate.
"""

from dataclasses import dataclass
from math import log

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.acdc import Objective, cost_of
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question

STRETCH = (-0.1, 1.1)
TEMPERATURE = 2 / 3
OPEN = 2.0  # log odds at which gates begin: nearly always open


@dataclass(frozen=True)
class Pruning:
    """How gates are trained: `price` of an open gate, in units of the objective over all edges; rows of each step."""

    steps: int = 200
    rate: float = 0.1
    price: float = 1.0
    rows: int = 16


def edge_masks(
    question: Question,
    pruning: Pruning = Pruning(),
    *,
    objective: Objective = "kl",
    seed: int = 0,
    progress: Progress = SILENT,
) -> EdgeScores:
    """How likely each edge is to stay, once gates are trained: 1 for an edge that must stay, 0 for one that must not.

    Units:  probability that the gate is open at all.
    Cost:   `steps` forward and backward passes of `rows` prompts with every edge gated. Memory: senders and readers of
        every layer x rows x pos x d_model numbers.
    Raises: UncuttableError; NotScoredError if training diverges.
    Reference: Bhaskar, Wettig, Friedman & Chen 2024, arXiv:2406.16778; Louizos, Welling & Kingma 2018,
        arXiv:1712.01312. Where the authors pull the number of edges to a target, open gates have a price.
    """
    generator = torch.Generator().manual_seed(seed)
    odds = torch.full((len(question.graph.edges),), OPEN, requires_grad=True)
    optimizer = torch.optim.Adam([odds], lr=pruning.rate)
    measure = cost_of(question, objective)
    rows = min(pruning.rows, len(question.tokens))
    with progress.phase(f"{question.graph.model.name}: training gates", pruning.steps) as tick:
        for _ in range(pruning.steps):
            noise = torch.rand(1, len(odds), generator=generator).clamp(1e-6, 1 - 1e-6)
            logits = question.cut.logits(gate(odds, noise))[0]
            chosen = torch.randperm(len(logits), generator=generator)[:rows]
            loss = measure(logits)[chosen].mean() + pruning.price * open_share(odds).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss, inputs=[odds])  # the model's own gradients are left as they are
            optimizer.step()
            tick()
    values = open_share(odds).detach()
    return EdgeScores(
        question.graph, f"edge-masks-{objective}", question.ablation, values, 2.0 * pruning.steps, directed=False
    )


def gate(odds: Float[Tensor, "edge"], noise: Float[Tensor, "run edge"]) -> Float[Tensor, "run edge"]:
    """Hard concrete samples: 0, 1, or something between."""
    low, high = STRETCH
    soft = torch.sigmoid((noise.log() - (1 - noise).log() + odds) / TEMPERATURE)
    return (soft * (high - low) + low).clamp(0, 1)


def open_share(odds: Float[Tensor, "edge"]) -> Float[Tensor, "edge"]:
    """The probability that a gate is not 0."""
    low, high = STRETCH
    return torch.sigmoid(odds - TEMPERATURE * log(-low / high))
