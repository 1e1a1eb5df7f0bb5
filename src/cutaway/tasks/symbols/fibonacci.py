"""Sequences in which each term is a times the last and b times the one before it, modulo p: what comes next?"""

from collections.abc import Callable
from dataclasses import dataclass
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
LEAST_ASKED = 2  # two sequences of one rule that agree in two terms running agree in all
PRIMES = tuple(p for p in range(7, 200) if all(p % other for other in range(2, 15) if other < p))


@dataclass(frozen=True)
class Form:
    """Rows of terms only, number i as symbol i: `shown` of them, then `asked` that are asked for one after another.

    A row comes of its content: a, b and the first two terms.
    """

    p: int
    shown: int
    asked: int

    def terms(self, content: Int[Tensor, "batch 4"]) -> Int[Tensor, "batch pos"]:
        """The sequences of some contents."""
        a, b, *found = content.T
        while len(found) < self.shown + self.asked:
            found.append((a * found[-1] + b * found[-2]) % self.p)
        return torch.stack(found, dim=1)

    def decides(self, content: Int[Tensor, "batch 4"]) -> Bool[Tensor, "batch"]:
        """Whether the first four terms leave one rule: their two equations are independent."""
        a, b, first, second = content.T
        third = (a * second + b * first) % self.p
        return torch.ne((second * second - first * third) % self.p, 0)

    def some(self, count: int, least: int, generator: torch.Generator) -> Int[Tensor, "count 2"]:
        """Two numbers for each row."""
        return torch.randint(least, self.p, (count, 2), generator=generator)

    def finished(self, content: Int[Tensor, "batch 4"]) -> Rows:
        """Rows with their answers, which are questions of their own."""
        tokens = self.terms(content)
        at = (self.shown - 1 + torch.arange(self.asked)).expand(len(tokens), -1)
        return Rows(tokens, Answers(at, tokens[:, self.shown :, None], is_one=False))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Rules without a zero, and two first terms with which they can be told."""

        def once(left: Tensor) -> Tensor:
            return torch.cat([self.some(len(left), 1, generator), self.some(len(left), 0, generator)], dim=1)

        def contents(count: int) -> Tensor:
            return until_good(count, once, lambda content, _: self.decides(content))

        return self.finished(kept(contents, rows=rows, split=split))

    def content(self, rows: Rows) -> Int[Tensor, "batch 4"]:
        """What the rows come of: a and b by Cramer's rule from the first four terms."""
        first, second, third, fourth = rows.tokens[:, :4].T
        inverse = torch.tensor([0, *(pow(number, -1, self.p) for number in range(1, self.p))])
        over = inverse[(second * second - first * third) % self.p]
        a = (second * third - first * fourth) % self.p * over % self.p
        b = (second * fourth - third * third) % self.p * over % self.p
        return torch.stack([a, b, first, second], dim=1)

    def other_rule(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Another a, b, or both, with other terms where they are asked for."""
        old = self.content(rows)

        def once(left: Tensor) -> Tensor:
            return torch.cat([self.some(len(left), 1, generator), old[left, 2:]], dim=1)

        def good(new: Tensor, left: Tensor) -> Tensor:
            changed = (self.terms(new) != rows.tokens[left])[:, self.shown :].any(dim=1)
            return self.decides(new) & changed

        return self.finished(until_good(len(old), once, good))

    def other_start(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Two other first terms."""
        old = self.content(rows)

        def once(left: Tensor) -> Tensor:
            return torch.cat([old[left, :2], self.some(len(left), 0, generator)], dim=1)

        def good(new: Tensor, left: Tensor) -> Tensor:
            return self.decides(new) & (new != old[left]).any(dim=1)

        return self.finished(until_good(len(old), once, good))

    def scaled(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Every term so many times what it was."""
        content = self.content(rows)
        times = torch.randint(2, self.p, (len(content), 1), generator=generator)
        return self.finished(torch.cat([content[:, :2], content[:, 2:] * times % self.p], dim=1))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Try every rule on the terms shown, and go on with those that fit."""
        shown = ids[: self.shown]
        found: list[set[int]] = [set() for _ in range(self.asked)]
        for a in range(self.p):
            for b in range(self.p):
                if all((a * y + b * x - z) % self.p == 0 for x, y, z in zip(shown, shown[1:], shown[2:], strict=False)):
                    x, y = shown[-2:]
                    for said in found:
                        x, y = y, (a * y + b * x) % self.p
                        said.add(y)
        return found

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any numbers."""
        return [rng.randrange(self.p) for _ in range(self.asked)]


def until_good(
    rows: int, once: Callable[[Tensor], Tensor], good: Callable[[Tensor, Tensor], Tensor]
) -> Int[Tensor, "rows 4"]:
    """Contents that `once` makes for some rows by their numbers, made again for those that are not good."""
    content, left = torch.zeros(rows, 4, dtype=torch.long), torch.arange(rows)
    while len(left):
        content[left] = once(left)
        left = left[~good(content[left], left)]
    return content


def fibonacci(p: int = 23, shown: int = 6, asked: int = 4) -> SymbolicTask:
    """The task modulo a prime, with a rule and two first terms for each row; one content in five is held out.

    Raises: TaskArgumentError.
    """
    if p not in PRIMES or shown < LEAST_SHOWN or asked < LEAST_ASKED:
        fault = f"with p={p}, shown={shown}, asked={asked} a rule cannot be told from its terms, or not be exchanged"
        advice = f"Type a prime p from 7 to 199, shown={LEAST_SHOWN} or more and asked={LEAST_ASKED} or more."
        raise TaskArgumentError("fibonacci", fault, advice)
    form = Form(p, shown, asked)
    return SymbolicTask(
        name="fibonacci",
        says=f"Each term is a times the last and b times the one before it, modulo {p}; go on after {shown} terms.",
        asks=f"A vocabulary of at least {p} and a context of {shown + asked}.",
        chance=1 / p,
        symbols=tuple(map(str, range(p))),
        length=shown + asked,
        draw=form.draw,
        corruptions=(
            Corruption(
                "other-rule",
                "The sequence starts alike and goes on by another rule.",
                "What reads the first two terms alone, and whatever is the same for every rule: where to look for the "
                "last two terms.",
                form.other_rule,
            ),
            Corruption(
                "other-start",
                "The same rule from two other terms.",
                "What carries a and b once they are found.",
                form.other_start,
            ),
            Corruption(
                "scaled",
                "Every term is multiplied by the same number, which leaves the rule.",
                "What finds a and b from how terms stand to one another, and what carries them.",
                form.scaled,
            ),
        ),
        solve=form.solve,
        guess=form.guess,
    )


TASK = fibonacci()
