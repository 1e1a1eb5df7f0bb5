"""Sequences in which each term is a times the last and b times the one before it, modulo p: what comes next?"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from random import Random

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

LEAST_SHOWN = 4  # two equations for the two unknowns
LARGEST = 1009  # the solver tries every rule


@dataclass(frozen=True)
class Form:
    """Rows of terms only, number i as symbol i; `shown` of them, then those that are asked for one after another."""

    p: int
    shown: int
    asked: int

    def terms(self, content: Int[Tensor, "batch 4"]) -> Int[Tensor, "batch pos"]:
        """The sequences of a rule (a, b) and two first terms."""
        a, b, *found = content.T
        while len(found) < self.shown + self.asked:
            found.append((a * found[-1] + b * found[-2]) % self.p)
        return torch.stack(found, dim=1)

    def decides(self, content: Int[Tensor, "batch 4"]) -> Bool[Tensor, "batch"]:
        """Whether the first four terms leave one rule: their two equations are independent."""
        a, b, first, second = content.T
        return (second * second - first * ((a * second + b * first) % self.p)) % self.p != 0

    def drawn(self, rows: int, generator: torch.Generator) -> Int[Tensor, "rows 4"]:
        """Rules with both factors, and two first terms with which they can be told."""

        def once(count: int) -> Int[Tensor, "count 4"]:
            rule = torch.randint(1, self.p, (count, 2), generator=generator)
            return torch.cat([rule, torch.randint(self.p, (count, 2), generator=generator)], dim=1)

        content = once(rows)
        return self.again(content, ~self.decides(content), once, lambda new, _: self.decides(new))

    def again(
        self,
        content: Int[Tensor, "rows 4"],
        bad: Bool[Tensor, "rows"],
        once: Callable[[int], Tensor],
        good: Callable[[Tensor, Tensor], Tensor],
    ) -> Int[Tensor, "rows 4"]:
        """The content with its bad rows drawn again until each is good; `good` sees new rows and their places."""
        content, left = content.clone(), bad.nonzero().flatten()
        while len(left):
            content[left] = once(len(left))
            left = left[~good(content[left], left)]
        return content

    def finished(self, content: Int[Tensor, "batch 4"]) -> Rows:
        """Rows with their answers, which are questions of their own."""
        tokens = self.terms(content)
        at = (self.shown - 1 + torch.arange(self.asked)).expand(len(tokens), -1)
        return Rows(tokens, Answers(at, tokens[:, self.shown :, None], is_one=False))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Rules and first terms of a split."""
        return self.finished(kept(lambda count: self.drawn(count, generator), rows=rows, split=split))

    def rule(self, rows: Rows) -> Int[Tensor, "batch 2"]:
        """a and b, by Cramer's rule from the first four terms."""
        first, second, third, fourth = rows.tokens[:, :4].T
        inverse = torch.tensor([0, *(pow(number, -1, self.p) for number in range(1, self.p))])
        over = inverse[(second * second - first * third) % self.p]
        a, b = (second * third - first * fourth) * over, (second * fourth - third * third) * over
        return torch.stack([a, b], dim=1) % self.p
