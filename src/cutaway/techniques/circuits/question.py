"""What a circuit is to explain: a graph, pairs of prompts, a metric, and what is said along an edge that is cut."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.errors.circuits import NothingToExplainError
from cutaway.models import Metric
from cutaway.models.graph import Cut, Graph
from cutaway.models.graph.says import Said, means, said_on, silence
from cutaway.models.pairs import Pairs
from cutaway.techniques.patching.grid import FLAT

Ablation = Literal["corrupted", "zero", "mean", "clean"]


@dataclass(frozen=True, eq=False)
class Question:
    """How does the model tell right from wrong on these pairs?

    `ablation`: along a cut edge is said what the sender says on the pair's other prompt ("corrupted"), nothing
    ("zero"), or its mean over the clean prompts, position by position ("mean"). Runs are of the clean prompts; with
    "clean" they are of the corrupted ones, and clean activations are put in (denoising). `score` is the pairs' own
    metric where None is given.
    """

    graph: Graph
    pairs: Pairs
    ablation: Ablation = "corrupted"
    score: Metric | None = None

    def __post_init__(self) -> None:
        check_choice("ablation", self.ablation, Ablation)

    @property
    def metric(self) -> Metric:
        return (self.score or self.pairs.metric).bind(self.graph.model)

    @property
    def tokens(self) -> Int[Tensor, "batch pos"]:
        """The prompts that run."""
        return self.pairs.corrupted if self.ablation == "clean" else self.pairs.clean

    @cached_property
    def own(self) -> Said:
        """What every sender says when nothing is cut."""
        return said_on(self.graph, self.tokens, self.pairs.mask)

    @cached_property
    def other(self) -> Said:
        """What is said along cut edges."""
        if self.ablation == "zero":
            return silence(self.graph)
        if self.ablation == "mean":
            return means(self.own)
        prompts = self.pairs.clean if self.ablation == "clean" else self.pairs.corrupted
        return said_on(self.graph, prompts, self.pairs.mask)

    @cached_property
    def cut(self) -> Cut:
        return Cut(self.graph, self.tokens, self.other, self.pairs.mask)

    @cached_property
    def ends(self) -> Float[Tensor, "end batch"]:
        """The metric with nothing cut, and with everything cut.

        Raises: NothingToExplainError if the means are the same.
        """
        whole = torch.ones(2, len(self.graph.edges))
        whole[1] = 0
        found = self.cut.scores(whole, self.metric)
        if (gap := float((found[0].mean() - found[1].mean()).abs())) <= FLAT:
            raise NothingToExplainError(self.metric.name, self.ablation, gap)
        return found

    @property
    def gap(self) -> float:
        """Mean metric with nothing cut, less that with everything cut."""
        return float(self.ends[0].mean() - self.ends[1].mean())

    def under(self, ablation: Ablation) -> "Question":
        """The same, with something else said along cut edges."""
        return replace(self, ablation=ablation)
