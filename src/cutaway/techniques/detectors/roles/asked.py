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

    def marked(self, looks: Looks, *, control: bool) -> Float[Tensor, "batch key"]:
        """How much each key counts for a role, 1 or 0; or for its control.

        That is where the rival would be looked at if it were the right answer. What differs between the prompts does
        not depend on the answers: there, the control spreads as much over the keys that are the same on both.
        """
        tokens, places = self.pairs.clean, torch.arange(self.pairs.clean.shape[1])
        if looks == "changed":
            seen, differ = places <= self.at[:, None], tokens != self.pairs.corrupted
            changed, same = ((seen & some).float() for some in (differ, ~differ))
            shared = changed.sum(dim=1, keepdim=True) / same.sum(dim=1, keepdim=True).clamp(min=1)
            return same * shared if control else changed
        of = self.rival if control == (looks == "right") else self.right
        said = (tokens == of[:, None]) & (places < self.at[:, None])
        if looks == "rival_last":
            said &= said.cumsum(dim=1) == said.sum(dim=1, keepdim=True)
        return said.float()

    def looked(self, trace: Trace, layer: int, looks: Looks, *, control: bool = False) -> Float[Tensor, "head batch"]:
        """Attention of a layer's heads from the asked position to those keys, in a run that read the patterns."""
        pattern = trace[f"pattern.{layer}"].float()
        rows = pattern[torch.arange(len(self.at)), :, self.at.to(pattern.device)]
        marked = self.marked(looks, control=control).to(rows)
        rows = rows[..., : marked.shape[1]]  # a last column for a sink is no token
        return torch.einsum("bhk,bk->hb", rows, marked).cpu().double()
