"""Lists of different numbers and the same in order: `START 4 6 2 9 MID 2 4 6 9`, of one length or of several."""

from dataclasses import dataclass
from math import comb, factorial
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE, Answers
from cutaway.tasks.shuffle import distinct, exchanged, places_below, reordered
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows
from cutaway.tasks.task import Corruption

FEWEST = 20  # lists of different numbers, below which hardly one is held out


@dataclass(frozen=True)
class SortedLists:
    """Rows of a list and its order; number i is symbol i, then come START, MID and END.

    Lists of several lengths, each as likely, end with END as a last answer and are filled up with it.
    Raises: TaskArgumentError for sizes that cannot be.
    """

    name: str
    numbers: int
    shortest: int
    longest: int

    def __post_init__(self) -> None:
        if not 2 <= self.shortest <= self.longest or self.numbers < 2 * self.longest:
            fault = f"lists of {self.shortest} to {self.longest} of {self.numbers} different numbers cannot be spoiled"
            raise TaskArgumentError(self.name, fault, "Type lists of 2 or more, and twice as many numbers.")
        if comb(self.numbers, self.shortest) < FEWEST:
            fault = f"there are only {comb(self.numbers, self.shortest)} lists of {self.shortest}"
            raise TaskArgumentError(self.name, fault, "Type more numbers, so that some lists can be held out.")

    @property
    def ends(self) -> bool:
        return self.longest > self.shortest

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*map(str, range(self.numbers)), "START", "MID", *(["END"] if self.ends else []))

    @property
    def length(self) -> int:
        return 2 * self.longest + 2 + self.ends

    @property
    def chance(self) -> float:
        """One order of all, for each length."""
        each = [1 / factorial(count) for count in range(self.shortest, self.longest + 1)]
        return sum(each) / len(each)

    def finished(self, lists: Int[Tensor, "batch n"], count: Int[Tensor, "batch"]) -> Rows:
        """Rows with their answers, of the first `count` numbers of each list."""
        n, start = count[:, None], self.numbers
        among = torch.arange(self.longest) < n
        filled = torch.where(among, lists, self.numbers + 2)  # above every number, so that it is sorted to the end
        mid = torch.full_like(n, start + 1)
        given = torch.cat([torch.full_like(n, start), filled, mid, filled.sort(dim=1).values, mid + 1], dim=1)
        places = torch.arange(self.length).expand(len(lists), -1)
        # a shorter list leaves a gap before MID, which the rest of the row is moved over
        tokens = given.gather(
            1, torch.where(places <= n, places, places + self.longest - n).clamp(max=given.shape[1] - 1)
        )
        at = n + 1 + torch.arange(self.longest + self.ends)
        right = torch.where(at < 2 * n + 1 + self.ends, tokens.gather(1, (at + 1).clamp(max=self.length - 1)), NONE)
        mask = (places < 2 * n + 2 + self.ends).long() if self.ends else None
        return Rows(tokens, Answers(at.clamp(max=self.length - 2), right[..., None]), mask=mask)

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Lists of any of the lengths; what is held out are sets of numbers, in whatever order."""

        def lists(count: int) -> Int[Tensor, "count n"]:
            drawn = distinct(count, self.longest, of=self.numbers, generator=generator)
            many = torch.randint(self.shortest, self.longest + 1, (count, 1), generator=generator)
            in_list = drawn.masked_fill(torch.arange(self.longest) >= many, self.numbers)
            return torch.cat([many, in_list.sort(dim=1).values, drawn], dim=1)

        chosen = kept(lists, rows=rows, split=split, content=slice(0, self.longest + 1))
        return self.finished(chosen[:, self.longest + 1 :], chosen[:, 0])

    def lists(self, rows: Rows) -> tuple[Int[Tensor, "batch n"], Int[Tensor, "batch"]]:
        """The lists, with anything behind them where they are short, and how many numbers each has."""
        return rows.tokens[:, 1 : self.longest + 1], (rows.tokens == self.numbers + 1).int().argmax(dim=1) - 1

    def fresh(self, rows: Rows, count: int, generator: torch.Generator) -> Int[Tensor, "batch count"]:
        """Numbers that are not in a row's list."""
        lists, many = self.lists(rows)
        taken = torch.where(torch.arange(self.longest) < many[:, None], lists, lists[:, :1])
        return distinct(len(lists), count, of=self.numbers, generator=generator, taken=taken)

    def other_number(self, rows: Rows, generator: torch.Generator) -> Rows:
        """One number exchanged for one that is not in the list."""
        lists, count = self.lists(rows)
        new = self.fresh(rows, 1, generator)[:, 0]
        return self.finished(exchanged(lists, places_below(count, generator), new), count)

    def other_order(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The numbers in other places."""
        lists, count = self.lists(rows)
        return self.finished(reordered(lists, generator, start=torch.zeros_like(count), count=count), count)

    def other_numbers(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Only numbers that are not in the list."""
        return self.finished(self.fresh(rows, self.longest, generator), self.lists(rows)[1])

    def corruptions(self) -> tuple[Corruption, ...]:
        """What is changed in the list; its length stays."""
        return (
            Corruption(
                "other-number",
                "One number is exchanged for one that is not in the list.",
                "What reads the other numbers alone, and how long the list is.",
                self.other_number,
            ),
            Corruption(
                "other-order",
                "The list stands in another order, and the answer stays.",
                "Everything that carries which numbers there are, wherever they stand.",
                self.other_order,
                changes_answer=False,
            ),
            Corruption(
                "other-numbers",
                "All numbers are others.",
                "What only knows places: how long the list is, and how far the answer has come.",
                self.other_numbers,
            ),
        )

    def solve(self, ids: list[int]) -> list[set[int]]:
        """The smallest of what is left, over and over."""
        left, found = set(ids[1 : ids.index(self.numbers + 1)]), []
        while left:
            found.append({min(left)})
            left -= found[-1]
        return [*found, {self.numbers + 2}] if self.ends else found

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """The numbers in any order."""
        said = ids[1 : ids.index(self.numbers + 1)]
        return rng.sample(said, len(said)) + ([self.numbers + 2] if self.ends else [])
