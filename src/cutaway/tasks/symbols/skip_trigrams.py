"""Crossed skip trigrams: A ... X -> C and B ... Y -> C, but A ... Y -> D and B ... X -> D, among distractors.

What the earlier token adds to the logits and what the current one adds cannot be summed to the four answers: over
the square, each of A, B, X and Y stands once with C and once with D. A head of one layer gets it right only if the
current token decides how much the earlier one is looked at.
"""

from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "crossed-skip-trigrams"
ROLES = ("A", "B", "X", "Y", "C", "D")
SIZE = len(ROLES)
B, X, Y, C, D = range(1, SIZE)  # places in ROLES


@dataclass(frozen=True)
class Squares:
    """Squares with six symbols of their own, square after square; the distractors come last."""

    squares: int
    distractors: int
    gap: int

    @property
    def named(self) -> int:
        """How many symbols are no distractors."""
        return SIZE * self.squares

    @property
    def last(self) -> int:
        """Where the current token stands."""
        return self.gap + 1

    def finished(self, prompt: Int[Tensor, "batch pos"]) -> Rows:
        """Prompts with the answer and its rival, from the roles of the two tokens that count."""
        early, current = prompt[:, : self.last], prompt[:, self.last]
        is_b = ((early < self.named) & (early % SIZE == B)).any(dim=1)
        crossed = is_b != (current % SIZE == Y)
        square = current - current % SIZE
        right, wrong = torch.where(crossed, square + D, square + C), torch.where(crossed, square + C, square + D)
        answers = Answers(torch.full((len(prompt), 1), self.last), right[:, None, None], wrong[:, None, None])
        return Rows(torch.cat([prompt, right[:, None]], dim=1), answers)

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def some(count: int) -> Int[Tensor, "batch pos"]:
            def any_of(n: int, wide: int = 1) -> Int[Tensor, "batch wide"]:
                return torch.randint(n, (count, wide), generator=generator)

            square = SIZE * any_of(self.squares)
            early = self.named + any_of(self.distractors, self.last)
            early = early.scatter(1, any_of(self.last), square + any_of(2))
            return torch.cat([early, square + X + any_of(2)], dim=1)

        return self.finished(kept(some, rows=rows, split=split))

    def exchanged(self, rows: Rows, *, earlier: bool, current: bool) -> Rows:
        """A with B, X with Y, or both: neighbours in the vocabulary, of which the first has an even id."""
        prompt = rows.tokens[:, :-1]
        change = torch.tensor([earlier] * self.last + [current]) & (prompt < self.named)
        return self.finished(torch.where(change, prompt ^ 1, prompt))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Look the two roles up."""
        follows = {("A", "X"): C, ("A", "Y"): D, ("B", "X"): D, ("B", "Y"): C}
        earlier = next(one for one in ids if one < self.named)
        square, role = divmod(earlier, SIZE)
        return [{SIZE * square + follows[ROLES[role], ROLES[ids[self.last] % SIZE]]}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Either answer of the square."""
        return [ids[self.last] // SIZE * SIZE + rng.choice((C, D))]


def crossed_skip_trigrams(squares: int = 4, distractors: int = 16, gap: int = 8) -> SymbolicTask:
    """One earlier token anywhere among `gap` distractors, then the current one of the same square.

    One row in five is held out.
    Raises: TaskArgumentError.
    """
    if squares < 1 or distractors < 4 or gap < 1:
        fault = f"there are no rows with squares={squares}, distractors={distractors}, gap={gap}"
        raise TaskArgumentError(NAME, fault, "Type squares >= 1, distractors >= 4, gap >= 1.")
    task = Squares(squares, distractors, gap)
    return SymbolicTask(
        name=NAME,
        says=f"Say what follows an earlier and a current token together, in {squares} squares where neither decides.",
        asks=f"A vocabulary of at least {task.named + distractors} and a context of {task.last + 2}.",
        chance=0.5,
        symbols=(
            *(f"{role}{square}" for square in range(squares) for role in ROLES),
            *(f"n{number}" for number in range(distractors)),
        ),
        length=task.last + 2,
        draw=task.draw,
        corruptions=(
            Corruption(
                "other-earlier",
                "The earlier token is the other one of its square.",
                "What the current token adds by itself and asks for, and where the earlier token stands.",
                lambda rows, _: task.exchanged(rows, earlier=True, current=False),
            ),
            Corruption(
                "other-current",
                "The current token is the other one of its square.",
                "Everything before the last place, keys and values included; only what the current token adds and "
                "asks for differs.",
                lambda rows, _: task.exchanged(rows, earlier=False, current=True),
            ),
            Corruption(
                "both",
                "Both tokens are the other ones, and the answer stays.",
                "Whatever already stands for the two tokens together, and the answer; each token by itself differs.",
                lambda rows, _: task.exchanged(rows, earlier=True, current=True),
                changes_answer=False,
            ),
        ),
        solve=task.solve,
        guess=task.guess,
        source="Elhage et al. 2021, A Mathematical Framework for Transformer Circuits (skip-trigram bugs).",
    )


TASK = crossed_skip_trigrams()
