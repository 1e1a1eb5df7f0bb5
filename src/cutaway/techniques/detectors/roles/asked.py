"""A question with one right answer and one rival at one position, and where in the prompt either of them was said."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.models import Metric
from cutaway.models.answers import NONE, Answers
from cutaway.models.pairs import Pairs
from cutaway.models.trace import Trace
from cutaway.techniques.detectors.roles.role import Looks


@dataclass(frozen=True, eq=False)
class Asked:
    """Pairs with one right token and one rival for each prompt, at the first position that the pairs score.

    Where the task names no rival, the right answer of another prompt is one.
    """

    pairs: Pairs

    @cached_property
    def at(self) -> Int[Tensor, "batch"]:
        return self.pairs.answers.positions[:, 0]

    @cached_property
    def right(self) -> Int[Tensor, "batch"]:
        return self.pairs.answers.right[:, 0, 0]

    @cached_property
    def rival(self) -> Int[Tensor, "batch"]:
        wrong = self.pairs.answers.wrong
        if wrong is not None:
            return wrong[:, 0, 0]
        rows = len(self.right)
        rolled = torch.stack([self.right.roll(by) for by in range(1, rows)] or [self.right])
        first = (rolled != self.right).long().argmax(dim=0)
        return rolled[first, torch.arange(rows)]

    @cached_property
    def usable(self) -> Bool[Tensor, "batch"]:
        """Prompts whose two answers differ."""
        return (self.right != self.rival) & (self.right != NONE) & (self.rival != NONE)

    @cached_property
    def metric(self) -> Metric:
        """The lead of the right answer, in logits."""
        columns = self.at[:, None], self.right[:, None, None], self.rival[:, None, None]
        return Answers(*columns).metric()

    def marked(self, looks: Looks, *, exchanged: bool) -> Bool[Tensor, "batch key"]:
        """The keys that a head of a role looks at; `exchanged`, those it would if the rival were the right answer."""
        tokens, places = self.pairs.clean, torch.arange(self.pairs.clean.shape[1])
        if looks == "changed":
            return (tokens != self.pairs.corrupted) & (places <= self.at[:, None])
        of = self.rival if exchanged == (looks == "right") else self.right
        said = (tokens == of[:, None]) & (places < self.at[:, None])
        return said if looks == "right" else said & (said.cumsum(dim=1) == said.sum(dim=1, keepdim=True))

    def looked(self, trace: Trace, layer: int, looks: Looks, *, exchanged: bool = False) -> Float[Tensor, "head batch"]:
        """Attention of a layer's heads from the asked position to those keys, in a run that read the patterns."""
        pattern = trace[f"pattern.{layer}"].float()
        rows = pattern[torch.arange(len(self.at)), :, self.at.to(pattern.device)]
        marked = self.marked(looks, exchanged=exchanged).to(rows)
        return torch.einsum("bhk,bk->hb", rows, marked).cpu().double()
