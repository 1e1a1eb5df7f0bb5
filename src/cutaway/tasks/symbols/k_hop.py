"""Follow arrows: pairs `x > y` in random order, then a start and k arrows, and the symbol that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.choose import one_of
from cutaway.tasks.shuffle import distinct
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "k-hop-lookup"
LINE = 4  # symbols of a pair: x > y ;
Y = 2  # place of its right side


@dataclass(frozen=True)
class Hops:
    """Lists of pairs over a vocabulary, and questions of so many hops; `>` and `;` are the last two symbols."""

    hops: tuple[int, ...]
    pairs: int
    vocabulary: int

    @property
    def body(self) -> int:
        """Where the question begins."""
        return LINE * self.pairs

    @property
    def last(self) -> int:
        """Where the question ends, whatever k is."""
        return self.body + max(self.hops)

    def listed(self, ring: Int[Tensor, "batch n"], order: Int[Tensor, "batch n"]) -> Int[Tensor, "batch pos"]:
        """The pairs of a ring, in some order."""
        x, y = ring.gather(1, order), ring.roll(-1, dims=1).gather(1, order)
        arrow = torch.full_like(x, self.vocabulary)
        return torch.stack([x, arrow, y, arrow + 1], dim=2).flatten(1)

    def question(self, start: Int[Tensor, "batch"], k: Int[Tensor, "batch"]) -> Int[Tensor, "batch pos"]:
        """The start and its arrows, behind separators if there are few."""
        from_start = torch.arange(-max(self.hops), 1) + k[:, None]
        signs = torch.where(from_start < 0, self.vocabulary + 1, self.vocabulary)
        return torch.where(from_start == 0, start[:, None], signs)

    def asked(self, tokens: Int[Tensor, "batch pos"]) -> tuple[Int[Tensor, "batch"], Int[Tensor, "batch"]]:
        """The start and the number of arrows of each row."""
        k = (tokens[:, self.body : self.last + 1] == self.vocabulary).sum(dim=1)
        return tokens.gather(1, (self.last - k)[:, None])[:, 0], k

    def places(self, tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch hop"]:
        """Where the pairs stand that one passes from the start, as long as one likes."""
        x, here, passed = tokens[:, 0 : self.body : LINE], self.asked(tokens)[0][:, None], []
        for _ in range(self.pairs):
            passed.append(LINE * (x == here).long().argmax(dim=1, keepdim=True))
            here = tokens.gather(1, passed[-1] + Y)
        return torch.cat(passed, dim=1)

    def finished(self, tokens: Int[Tensor, "batch pos"]) -> Rows:
        """Prompts with their answers."""
        k = self.asked(tokens)[1]
        answer = tokens.gather(1, self.places(tokens).gather(1, k[:, None] - 1) + Y)
        return Rows(torch.cat([tokens, answer], dim=1), Answers(torch.full_like(answer, self.last), answer[:, None]))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def some(count: int) -> Int[Tensor, "batch n"]:
            ring = distinct(count, self.pairs, of=self.vocabulary, generator=generator)
            k = torch.tensor(self.hops)[torch.randint(len(self.hops), (count, 1), generator=generator)]
            return torch.cat([ring, k, distinct(count, self.pairs, of=self.pairs, generator=generator)], dim=1)

        found = kept(some, rows=rows, split=split, content=slice(0, self.pairs + 1))
        ring, k, order = found[:, : self.pairs], found[:, self.pairs], found[:, self.pairs + 1 :]
        return self.finished(torch.cat([self.listed(ring, order), self.question(ring[:, 0], k)], dim=1))

    def other_start(self, rows: Rows, generator: torch.Generator) -> Rows:
        start, k = self.asked(rows.tokens)
        x = rows.tokens[:, 0 : self.body : LINE]
        new = x.gather(1, one_of(x != start[:, None], generator)[:, None])[:, 0]
        return self.finished(torch.cat([rows.tokens[:, : self.body], self.question(new, k)], dim=1))

    def other_last(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The last pair on the way exchanges its right side with one that is not on it and does not lead back."""
        k, places = self.asked(rows.tokens)[1][:, None], self.places(rows.tokens)
        steps = torch.arange(self.pairs)
        beyond = one_of((steps >= k) & (steps < self.pairs - 1), generator)[:, None]
        ours, theirs = places.gather(1, k - 1) + Y, places.gather(1, beyond) + Y
        tokens = rows.tokens[:, :-1]
        traded = tokens.scatter(1, ours, tokens.gather(1, theirs)).scatter(1, theirs, tokens.gather(1, ours))
        return self.finished(traded)

    def other_count(self, rows: Rows, generator: torch.Generator) -> Rows:
        start, k = self.asked(rows.tokens)
        choices = torch.tensor(self.hops)
        new = choices[one_of(choices != k[:, None], generator)]
        return self.finished(torch.cat([rows.tokens[:, : self.body], self.question(start, new)], dim=1))

    def turned(self, rows: Rows, generator: torch.Generator) -> Rows:
        by = LINE * torch.randint(1, self.pairs, (len(rows.tokens), 1), generator=generator)
        lines = rows.tokens[:, : self.body].gather(1, (torch.arange(self.body) + by) % self.body)
        return self.finished(torch.cat([lines, rows.tokens[:, self.body : -1]], dim=1))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Look each symbol up, as often as there are arrows."""
        leads = {ids[at]: ids[at + Y] for at in range(0, self.body, LINE)}
        start, *arrows = (one for one in ids[self.body :] if one <= self.vocabulary)
        for _ in arrows:
            start = leads[start]
        return [{start}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any symbol of the list but the start."""
        return [rng.choice([one for one in ids[0 : self.body : LINE] if one not in ids[self.body :]])]


def k_hop(hops: Sequence[int] = (1, 2, 3), pairs: int = 8, vocabulary: int = 26) -> SymbolicTask:
    """The pairs form one ring, so that every symbol of a row stands once on each side, and no way leads back early.

    k is one of `hops`, equally likely; `hops=(2,)` fixes it. Questions with fewer arrows have separators in front, so
    that all rows end at one place. Rings with their start and k are held out, one in five, in whatever order.
    Raises: TaskArgumentError.
    """
    hops = tuple(sorted(set(hops)))
    if not hops or hops[0] < 1 or pairs < hops[-1] + 2 or not pairs <= vocabulary:
        fault = f"there are no lists with hops={hops}, pairs={pairs}, vocabulary={vocabulary}"
        raise TaskArgumentError(NAME, fault, "Type hops from 1 on, pairs >= the most hops + 2, vocabulary >= pairs.")
    task = Hops(hops, pairs, vocabulary)
    other_count = Corruption(
        "other-count",
        "There are as many arrows as another question has, from the same start.",
        "The list, the start and the hops that both questions share.",
        task.other_count,
    )
    return SymbolicTask(
        name=NAME,
        says=f"Follow {pairs} pairs from a start, as often as there are arrows ({' or '.join(map(str, hops))}).",
        asks=f"A vocabulary of at least {vocabulary + 2} and a context of {task.last + 2}.",
        chance=1 / (pairs - 1),
        symbols=(*map(str, range(vocabulary)), ">", ";"),
        length=task.last + 2,
        draw=task.draw,
        corruptions=(
            Corruption(
                "other-start",
                "The way begins at another symbol of the list.",
                "Whatever reads the list alone, such as what tells each symbol which one stood before it.",
                task.other_start,
            ),
            Corruption(
                "other-last",
                "The last pair on the way exchanges its right side with a pair that is not passed.",
                "The start, the number of arrows and every hop but the last one.",
                task.other_last,
            ),
            *([other_count] if len(hops) > 1 else []),
            Corruption(
                "turned",
                "The list begins with another of its pairs, and the answer stays.",
                "Which symbol leads to which: only what goes by the place of a pair in the list differs.",
                task.turned,
                changes_answer=False,
            ),
        ),
        solve=task.solve,
        guess=task.guess,
        source="Sanford et al. 2024, arXiv:2402.09268, who hop through a text instead of a list.",
    )


TASK = k_hop()
