"""Causal scrubbing: if a hypothesis holds, prompts may be exchanged on which it says that a part says the same.

A hypothesis is a small graph of the model's parts: for each part that matters, a variable that it is said to compute,
worked out from the prompt. Everything the hypothesis says nothing of may be exchanged with any prompt. What a part says
along an edge of the hypothesis is exchanged with what it says on another prompt of the same variable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.models.graph import Cut
from cutaway.models.graph.says import Said
from cutaway.records import Measured
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import bootstrap_mean
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Question

Variable = Callable[[Int[Tensor, "batch pos"]], Int[Tensor, "batch"]]


@dataclass(frozen=True)
class Hypothesis:
    """Which edges matter, and what their senders say: `variables` by node, from tokens to a label for each prompt.

    Labels are equal where the hypothesis says the node says the same. Of a node without a variable nothing is claimed:
    it is heard as it is.
    """

    circuit: Circuit
    variables: Mapping[str, Variable]


@dataclass(frozen=True, eq=False)
class Scrubbed:
    """`recovered`: share of the gap between the model and everything exchanged at random that scrubbing leaves.

    `by_node`: the same when one node alone is exchanged within its variable, and all else is as it is: 1 where the
    variable is all that the others hear of it.
    """

    recovered: Measured
    by_node: pd.DataFrame


@torch.no_grad()
def scrub(
    hypothesis: Hypothesis, question: Question, *, draws: int = 8, seed: int = 0, progress: Progress = SILENT
) -> Scrubbed:
    """Exchange all that a hypothesis allows, and measure how much of the task is left.

    In each draw readers hear every sender of the hypothesis as it is on a prompt where its variable has the same value,
    and along all other edges what is said on any prompt. The clean prompts of the question are exchanged with one
    another. What a sender says on its prompt is scrubbed in the same way, back to the embeddings.
    Units:  share: 1 is the model as it is, 0 every edge exchanged with any prompt; can be below 0 and above 1.
    Cost:   in each draw, a run for the hypothesis, one for the reference, one for each node. Memory: as `Cut.logits`.
    Raises: EmptyCircuitError; OtherModelError; UnknownNodeError.
    Reference: Chan et al. 2022, "Causal scrubbing: a method for rigorously testing interpretability hypotheses". Theirs
        draws inputs for every path; here all readers of a node share its draw.
    """
    graph = question.graph
    kept = hypothesis.circuit.kept(graph)[None]
    for name in hypothesis.variables:
        graph.node(name)
    labels = {name: variable(question.tokens) for name, variable in hypothesis.variables.items()}
    generator = torch.Generator().manual_seed(seed)
    scores: dict[str, list[Tensor]] = {name: [] for name in ("all", "anything", *labels)}
    with progress.phase("causal scrubbing", draws) as tick:
        for _ in range(draws):
            any_prompt = {name: shuffled(value, generator) for name, value in question.own.items()}
            swaps = {name: partners(label, generator) for name, label in labels.items()}
            scores["all"].append(scored(question, any_prompt, kept, swaps))
            scores["anything"].append(scored(question, any_prompt, torch.zeros_like(kept), {}))
            for name, swap in swaps.items():
                scores[name].append(scored(question, any_prompt, torch.ones_like(kept), {name: swap}))
            tick()
    floor = torch.stack(scores["anything"]).double().mean()
    gap = question.ends[0].double().mean() - floor
    shares = {name: (torch.stack(found).double().mean(dim=0) - floor) / gap for name, found in scores.items()}
    rows = [(name, float(shares[name].mean())) for name in labels]
    table = pd.DataFrame(rows, columns=["node", "recovered"])
    return Scrubbed(bootstrap_mean(shares["all"].numpy(), seed=seed), table)


def scored(
    question: Question, other: Said, kept: Bool[Tensor, "run edge"], swaps: Mapping[str, Int[Tensor, "batch"]]
) -> Float[Tensor, "batch"]:
    """The metric of one run with edges cut and senders heard on other prompts."""
    cut = Cut(question.graph, question.tokens, other, question.pairs.mask, swaps=swaps)
    return cut.scores(kept, question.metric)[0]


def shuffled(value: Float[Tensor, "#batch pos d_model"], generator: torch.Generator) -> Tensor:
    """What a sender says on prompts in another order."""
    return value[torch.randperm(len(value), generator=generator).to(value.device)]


def partners(label: Int[Tensor, "batch"], generator: torch.Generator) -> Int[Tensor, "batch"]:
    """For every row another of the same label, drawn at random; itself where there is no other."""
    found = torch.arange(len(label))
    for value in torch.unique(label):
        members = (label == value).nonzero().flatten()
        mixed = members[torch.randperm(len(members), generator=generator)]
        found[mixed] = mixed.roll(1)
    return found
