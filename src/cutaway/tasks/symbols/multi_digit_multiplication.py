"""Multiplication, digit by digit: `2 3 * 4 5 = 1 0 3 5`."""

from operator import mul

import torch

from cutaway.tasks.digits import BASE, Written, unequal
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption


def multi_digit_multiplication(digits: int = 2, backwards: bool = False) -> SymbolicTask:
    """The task with two numbers of so many digits, different and not zero; their product has twice as many."""
    form = Written("multi-digit-multiplication", "*", torch.mul, digits, 2 * digits, backwards, least=2)
    numbers = 10**digits - 1

    def draw(rows: int, generator: torch.Generator, split: Split) -> Rows:
        return form.finished(kept(lambda count: 1 + unequal(count, numbers, generator), rows=rows, split=split))

    def other_digit(place: int, rows: Rows, generator: torch.Generator) -> Rows:
        """A digit of the first number exchanged."""
        parts = form.parts(rows)
        allowed = torch.zeros((*parts.shape, BASE), dtype=torch.bool)
        allowed[:, 0, place] = parts[:, 0, place, None] != torch.arange(BASE)
        return form.with_digit(rows, allowed, generator)

    def other_operand(rows: Rows, generator: torch.Generator) -> Rows:
        """The second number moved on by anything but a whole turn, past zero."""
        operands = form.operands(rows)
        by = torch.randint(1, numbers, (len(operands),), generator=generator)
        operands[:, 1] = (operands[:, 1] - 1 + by) % numbers + 1
        return form.finished(operands)

    return SymbolicTask(
        name=form.name,
        says=f"Multiply two numbers of {digits} digits, and write the product digit by digit.",
        asks=form.asks,
        chance=0.1 ** (2 * digits),
        symbols=form.symbols,
        length=form.length,
        draw=draw,
        corruptions=(
            Corruption(
                "units-digit",
                "The last digit of the first number is another one.",
                "Products of the first number's other digits, as long as nothing is carried into them.",
                lambda rows, generator: other_digit(digits - 1, rows, generator),
            ),
            Corruption(
                "leading-digit",
                "The first digit of the first number is another one.",
                f"The product of the lower digits, with the last {digits - 1} of the answer and all that is carried there.",
                lambda rows, generator: other_digit(0, rows, generator),
            ),
            Corruption(
                "other-operand",
                "The second number is another one.",
                "Whatever reads the first number alone.",
                other_operand,
            ),
            Corruption(
                "traded",
                "The two numbers change places, and the product stays.",
                "Everything that treats both alike, as the sums of a column's products and their carries do.",
                form.traded,
                changes_answer=False,
            ),
        ),
        solve=lambda ids: form.solved(ids, mul),
        guess=form.guess,
        source="Dziri et al. 2023, arXiv:2305.18654; Deng et al. 2024, arXiv:2405.14838.",
    )


TASK = multi_digit_multiplication()
