"""The smallest or the largest of a list, whichever is asked for: `START MAX 4 6 2 9 = 9`."""

from dataclasses import dataclass
from math import comb
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.shuffle import distinct, reordered
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

FEWEST = 20  # lists of different numbers, below which hardly one is held out


@dataclass(frozen=True)
class Form:
    """`START question list = answer`; number i is symbol i, then come START, MIN, MAX and `=`."""

    numbers: int
    count: int

    def finished(self, question: Int[Tensor, "batch"], lists: Int[Tensor, "batch n"]) -> Rows:
        """Rows with their answers; question 0 is MIN and 1 is MAX."""
        answer = torch.where(question == 0, lists.amin(dim=1), lists.amax(dim=1))[:, None]
        start, equals = torch.full_like(answer, self.numbers), torch.full_like(answer, self.numbers + 3)
        tokens = torch.cat([start, start + 1 + question[:, None], lists, equals, answer], dim=1)
        return Rows(tokens, Answers(torch.full_like(answer, self.count + 2), answer[..., None]))

    def parts(self, rows: Rows) -> tuple[Int[Tensor, "batch"], Int[Tensor, "batch n"]]:
        """Questions and lists."""
        return rows.tokens[:, 1] - self.numbers - 1, rows.tokens[:, 2 : self.count + 2]

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Lists of different numbers; what is held out are sets of them, whatever is asked."""

        def lists(count: int) -> Int[Tensor, "count n"]:
            drawn = distinct(count, self.count, of=self.numbers, generator=generator)
            return torch.cat([drawn.sort(dim=1).values, drawn], dim=1)

        chosen = kept(lists, rows=rows, split=split, content=slice(0, self.count))
        return self.finished(torch.randint(2, (rows,), generator=generator), chosen[:, self.count :])

    def other_question(self, rows: Rows, generator: torch.Generator) -> Rows:
        """MIN and MAX change places."""
        question, lists = self.parts(rows)
        return self.finished(1 - question, lists)

    def other_extreme(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The answer exchanged for a number that is not in the list."""
        question, lists = self.parts(rows)
        fresh = distinct(len(lists), 1, of=self.numbers, generator=generator, taken=lists)
        return self.finished(question, torch.where(lists == rows.answers.right[:, :, 0], fresh, lists))

    def other_order(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The numbers in other places."""
        question, lists = self.parts(rows)
        all_of_them = torch.full_like(question, self.count)
        return self.finished(question, reordered(lists, generator, start=0 * all_of_them, count=all_of_them))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """The one that no other is beyond."""
        said, largest = ids[2 : self.count + 2], ids[1] == self.numbers + 2
        return [{one for one in said if not any((other > one) == largest for other in said if other != one)}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any of the list."""
        return [rng.choice(ids[2 : self.count + 2])]


def extremes(numbers: int = 20, count: int = 4) -> SymbolicTask:
    """The task with lists of `count` different numbers below `numbers`; one set of them in five is held out.

    Raises: TaskArgumentError.
    """
    if count < 2 or numbers <= count or comb(numbers, count) < FEWEST:
        fault = f"lists of {count} of {numbers} different numbers are too few, or cannot be spoiled"
        raise TaskArgumentError("min-max", fault, "Type count=2 or more, and more numbers: numbers=20, count=4.")
    form = Form(numbers, count)
    return SymbolicTask(
        name="min-max",
        says=f"Of {count} different numbers, say the smallest or the largest, as asked.",
        asks=f"A vocabulary of at least {numbers + 4} and a context of {count + 4}.",
        chance=1 / count,
        symbols=(*map(str, range(numbers)), "START", "MIN", "MAX", "="),
        length=count + 4,
        draw=form.draw,
        corruptions=(
            Corruption(
                "other-question",
                "The other extreme is asked for.",
                "Whatever reads the list alone, both of its extremes included.",
                form.other_question,
            ),
            Corruption(
                "other-extreme",
                "The answer is exchanged for a number that is not in the list.",
                "What reads the question or the other numbers alone.",
                form.other_extreme,
            ),
            Corruption(
                "other-order",
                "The list stands in another order, and the answer stays.",
                "Everything that carries which numbers there are, wherever they stand, and what is asked.",
                form.other_order,
                changes_answer=False,
            ),
        ),
        solve=form.solve,
        guess=form.guess,
    )


TASK = extremes()
