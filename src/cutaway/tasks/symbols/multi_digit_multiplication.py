"""Multiplication, digit by digit: `2 3 * 4 5 = 1 0 3 5`."""

from functools import partial
from operator import mul

import torch

from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.symbols.forms.digits import BASE, Written, unequal
from cutaway.tasks.task import Corruption


def other_digit(form: Written, place: int, rows: Rows, generator: torch.Generator) -> Rows:
    """A digit of the first number exchanged."""
    parts = form.parts(rows)
    allowed = torch.zeros((*parts.shape, BASE), dtype=torch.bool)
    allowed[:, 0, place] = parts[:, 0, place, None] != torch.arange(BASE)
    return form.with_digit(rows, allowed, generator)


def other_operand(form: Written, rows: Rows, generator: torch.Generator) -> Rows:
    """The second number moved on by anything but a whole turn, past zero."""
    operands, numbers = form.operands(rows), 10**form.digits - 1
    by = torch.randint(1, numbers, (len(operands),), generator=generator)
    operands[:, 1] = (operands[:, 1] - 1 + by) % numbers + 1
    return form.finished(operands)


def corruptions(form: Written) -> tuple[Corruption, ...]:
    """What is changed in the two numbers."""
    return (
        Corruption(
            "units-digit",
            "The last digit of the first number is another one.",
            "Products of the first number's other digits, as long as nothing is carried into them.",
            partial(other_digit, form, form.digits - 1),
        ),
        Corruption(
            "leading-digit",
            "The first digit of the first number is another one.",
            f"The product of the lower digits, with the last {form.digits - 1} of the answer and all that is carried "
            "there.",
            partial(other_digit, form, 0),
        ),
        Corruption(
            "other-operand",
            "The second number is another one.",
            "Whatever reads the first number alone.",
            partial(other_operand, form),
        ),
        Corruption(
            "traded",
            "The two numbers change places, and the product stays.",
            "Everything that treats both alike, as the sums of a column's products and their carries do.",
            form.traded,
            changes_answer=False,
        ),
    )


def multi_digit_multiplication(digits: int = 2, backwards: bool = False) -> SymbolicTask:
    """The task with two numbers of so many digits, different and not zero; their product has twice as many."""
    form = Written("multi-digit-multiplication", "*", torch.mul, digits, 2 * digits, backwards, least=2)

    def draw(rows: int, generator: torch.Generator, split: Split) -> Rows:
        numbers = 10**digits - 1
        return form.finished(kept(lambda count: 1 + unequal(count, numbers, generator), rows=rows, split=split))

    return SymbolicTask(
        name=form.name,
        says=f"Multiply two numbers of {digits} digits, and write the product digit by digit.",
        asks=form.asks,
        chance=0.1 ** (2 * digits),
        symbols=form.symbols,
        length=form.length,
        draw=draw,
        corruptions=corruptions(form),
        solve=lambda ids: form.solved(ids, mul),
        guess=form.guess,
        source="Dziri et al. 2023, arXiv:2305.18654; Deng et al. 2024, arXiv:2405.14838.",
    )


TASK = multi_digit_multiplication()
