"""Two numbers and what they come to modulo p: `a b = c`, whichever way they are put together."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows
from cutaway.tasks.task import Corruption

LEAST = 5  # below this modulus no prompt happens to be held out


@dataclass(frozen=True)
class Modular:
    """`a b = c` with numbers below p, where `=` is symbol p and c is `combine(a, b)` modulo p.

    Raises: TaskArgumentError for a modulus under 5.
    """

    name: str
    p: int
    combine: Callable[[Tensor, Tensor], Tensor]

    def __post_init__(self) -> None:
        if self.p < LEAST:
            raise TaskArgumentError(self.name, f"there is no p={self.p}", f"Type p={LEAST} or more; 113 is usual.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*map(str, range(self.p)), "=")

    def finished(self, operands: Int[Tensor, "batch 2"]) -> Rows:
        """Rows with their answers."""
        answer = self.combine(operands[:, 0], operands[:, 1]) % self.p
        tokens = torch.stack([*operands.T, torch.full_like(answer, self.p), answer], dim=1)
        return Rows(tokens, Answers(torch.full((len(tokens), 1), 2), answer[:, None, None]))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Any two numbers; of the p * p prompts one in five is held out."""
        return self.finished(
            kept(lambda count: torch.randint(self.p, (count, 2), generator=generator), rows=rows, split=split)
        )

    def moved(self, rows: Rows, generator: torch.Generator, *, first: int, second: int) -> Rows:
        """The operands moved on by so many times the same number, which is anything but a whole turn."""
        by = torch.randint(1, self.p, (len(rows.tokens), 1), generator=generator)
        return self.finished((rows.tokens[:, :2] + by * torch.tensor([first, second])) % self.p)

    def other_operands(self) -> tuple[Corruption, Corruption]:
        """Either number exchanged, which always changes the answer."""
        return (
            Corruption(
                "other-first",
                "The first number is another one.",
                "Whatever reads the second number alone.",
                lambda rows, generator: self.moved(rows, generator, first=1, second=0),
            ),
            Corruption(
                "other-second",
                "The second number is another one.",
                "Whatever reads the first number alone.",
                lambda rows, generator: self.moved(rows, generator, first=0, second=1),
            ),
        )

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any number."""
        return [rng.randrange(self.p)]
