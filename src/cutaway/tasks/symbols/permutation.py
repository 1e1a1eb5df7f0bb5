"""A list put in an order that is given as places: `P 2 0 1 | a b c = c a b`."""

from dataclasses import dataclass
from math import factorial
from random import Random
from string import ascii_lowercase

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.shuffle import distinct, reordered
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption


@dataclass(frozen=True)
class Form:
    """`P places | list = answer`; first come the symbols of items, then those of places, then P, `|` and `=`."""

    items: int
    count: int

    def finished(self, places: Int[Tensor, "batch n"], lists: Int[Tensor, "batch n"]) -> Rows:
        """Rows with their answers: at each place the item that stands where the permutation says."""
        answer = lists.gather(1, places)
        start = torch.full_like(places[:, :1], self.items + self.count)
        tokens = torch.cat([start, places + self.items, start + 1, lists, start + 2, answer], dim=1)
        at = 2 * self.count + 2 + torch.arange(self.count)
        return Rows(tokens, Answers(at.expand(len(tokens), -1), answer[..., None]))

    def parts(self, rows: Rows) -> tuple[Int[Tensor, "batch n"], Int[Tensor, "batch n"]]:
        """Permutations and lists."""
        return rows.tokens[:, 1 : self.count + 1] - self.items, rows.tokens[:, self.count + 2 : 2 * self.count + 2]

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Any permutation, that of no change as well, and different items."""

        def both(count: int) -> Int[Tensor, "count m"]:
            places = distinct(count, self.count, of=self.count, generator=generator)
            return torch.cat([places, distinct(count, self.count, of=self.items, generator=generator)], dim=1)

        chosen = kept(both, rows=rows, split=split)
        return self.finished(chosen[:, : self.count], chosen[:, self.count :])

    def another_order(self, values: Int[Tensor, "batch n"], generator: torch.Generator) -> Int[Tensor, "batch n"]:
        """Each row in an order that it did not have."""
        count = torch.full((len(values),), self.count)
        return reordered(values, generator, start=torch.zeros_like(count), count=count)

    def other_permutation(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Another permutation of the same list."""
        places, lists = self.parts(rows)
        return self.finished(self.another_order(places, generator), lists)

    def two_traded(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Two entries of the permutation change places."""
        places, lists = self.parts(rows)
        two = distinct(len(places), 2, of=self.count, generator=generator)
        return self.finished(places.scatter(1, two, places.gather(1, two.flip(1))), lists)

    def other_items(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Items that the list has not, in the same permutation."""
        places, lists = self.parts(rows)
        return self.finished(places, distinct(len(lists), self.count, of=self.items, generator=generator, taken=lists))

    def same_outcome(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The list in another order, and the permutation that undoes that before it does what it did."""
        places, lists = self.parts(rows)
        other = self.another_order(lists, generator)
        wanted = lists.gather(1, places)
        return self.finished((other[:, None, :] == wanted[:, :, None]).int().argmax(dim=2), other)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Each item is looked up under the symbol of its place."""
        said = ids[self.count + 2 : 2 * self.count + 2]
        stands = {self.items + place: item for place, item in enumerate(said)}
        return [{stands[symbol]} for symbol in ids[1 : self.count + 1]]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """The items in any order."""
        return rng.sample(ids[self.count + 2 : 2 * self.count + 2], self.count)


def permutation(count: int = 4, items: int = 16) -> SymbolicTask:
    """The task with lists of `count` of the items; of permutations with lists one in five is held out.

    Raises: TaskArgumentError.
    """
    if count < 2 or items < 2 * count or items > len(ascii_lowercase):
        fault = f"lists of {count} of {items} items cannot be made, or not spoiled"
        raise TaskArgumentError("permutation", fault, "Type count=2 or more, and twice to 26 items: count=4, items=16.")
    form = Form(items, count)
    return SymbolicTask(
        name="permutation",
        says=f"Put {count} items in the order that the prompt gives as places.",
        asks=f"A vocabulary of at least {items + count + 3} and a context of {3 * count + 3}.",
        chance=1 / factorial(count),
        symbols=(*ascii_lowercase[:items], *map(str, range(count)), "P", "|", "="),
        length=3 * count + 3,
        draw=form.draw,
        corruptions=(
            Corruption(
                "other-permutation",
                "The permutation is another one.",
                "What reads the list alone: which items there are and where they stand.",
                form.other_permutation,
            ),
            Corruption(
                "two-traded",
                "Two entries of the permutation change places, and two answers with them.",
                "What reads the list or the other entries alone, and all answers but those two.",
                form.two_traded,
            ),
            Corruption(
                "other-items",
                "All items are others, in the same permutation.",
                "What reads the permutation alone: where to look for each answer.",
                form.other_items,
            ),
            Corruption(
                "same-outcome",
                "List and permutation both are others, and the answer stays.",
                "What carries the items of the answer once they are found: only where to look for them differs.",
                form.same_outcome,
                changes_answer=False,
            ),
        ),
        solve=form.solve,
        guess=form.guess,
    )


TASK = permutation()
