"""ACDC: go through the edges from the logits back, and cut each one whose loss costs less than a threshold.

The decisions depend on one another, so the original runs the model once an edge. Here several decisions are guessed at
once, all of them "cut it", and tried side by side in one pass; the first wrong guess ends the batch. The circuit is the
one that single runs give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models import Metric, kl_divergence
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Question

MOST = 16  # guesses tried in one pass; more are no faster

Objective = Literal["kl", "metric"]


@dataclass(frozen=True, eq=False)
class Found:
    """A circuit, with what finding it took. `runs`: edited runs, as the original counts; `passes`: batches of them."""

    circuit: Circuit
    runs: int
    tried: int
    passes: int


def traversal(question: Question, *, seed: int | None = None) -> list[int]:
    """The edges from the logits back: readers by layer, of each its senders by layer; within a layer by `seed`.

    Without a seed later heads and senders come first, as in the original.
    """
    graph = question.graph
    places = graph.ends
    if seed is None:
        return list(reversed(range(len(places))))
    mixed = torch.randperm(len(places), generator=torch.Generator().manual_seed(seed)).tolist()
    key = [(graph.readers[reader].node.place, graph.senders[sender].place) for reader, sender, _ in places]
    return sorted(mixed, key=lambda at: key[at], reverse=True)


@torch.no_grad()
def acdc(
    question: Question,
    threshold: float,
    *,
    objective: Objective = "kl",
    order: Sequence[int] | None = None,
    at_once: int = MOST,
    progress: Progress = SILENT,
) -> Found:
    """The circuit that is left when every edge whose loss costs at most `threshold` is cut, one after another.

    `objective`: the divergence of the answers from the whole model's ("kl", nats at the metric's position, or over all
    positions, padding too, where the metric reads several), or how far the question's metric moves from the whole
    model's, in its unit. `order`: of the edges by number, by default `traversal(question)`; a good one goes from the
    logits back.
    Cost:   at most one edited run for each edge and wrong guess, `at_once` of them in a pass. Memory: as `Cut.logits`
        of `at_once` runs, fewer where they do not fit.
    Raises: UncuttableError; NothingToExplainError; UnknownChoiceError; the errors of the metric.
    Reference: Conmy et al. 2023, arXiv:2304.14997, algorithm 1.
    """
    cut, measure = question.cut, cost_of(question, objective)
    kept = torch.ones(len(question.graph.edges), dtype=torch.bool)
    left = list(traversal(question) if order is None else order)
    now, runs, passes, width = 0.0, 0, 0, 1
    at_once = min(at_once, cut.runs_at_once)
    with progress.phase(f"{question.graph.model.name}: ACDC, edges", len(left)) as tick:
        while left:
            some = left[:width]
            costs = cut.scores(guesses(kept, some), measure).double().mean(dim=1)
            passes, runs = passes + 1, runs + len(some)
            for number, cost in zip(some, costs.tolist(), strict=True):
                left.pop(0)
                tick()
                if cost - now > threshold:
                    break
                kept[number], now = False, cost
            else:
                width = min(2 * width, at_once)
                continue
            width = max(1, width // 2)
    name = f"ACDC at {threshold:g}"
    found = Circuit.of(question.graph, kept, name=name, method=f"acdc-{objective}", ablation=question.ablation)
    return Found(found, len(kept), runs, passes)


def guesses(kept: Bool[Tensor, "edge"], some: Sequence[int]) -> Bool[Tensor, "run edge"]:
    """Runs with the first, the first two, the first three edges cut beside those that are cut already."""
    found = kept.repeat(len(some), 1)
    for run, number in enumerate(some):
        found[run:, number] = False
    return found


def cost_of(question: Question, objective: Objective) -> Metric:
    """What is to stay small: zero for the whole model.

    Raises: UnknownChoiceError.
    """
    check_choice("objective", objective, Objective)
    model, metric = question.graph.model, question.metric
    if objective == "metric":
        whole = question.ends[0]

        def function(rows: Tensor, tokens: Tensor) -> Tensor:
            return (whole.to(rows.device) - metric.function(rows, tokens)).abs()

        return Metric(
            f"change of {metric.name}",
            metric.unit,
            "further from the whole model",
            function,
            metric.positions,
            metric.tokens,
            metric.whole_vocabulary,
            metric.length,
        )
    logits = model.run(question.tokens, mask=question.pairs.mask).logits
    read = metric.reads(*logits.shape[:2]).positions
    if read is None or read.shape[1] != 1:
        return kl_divergence(logits, position=None)
    return kl_divergence(logits, position=read[:, 0])
