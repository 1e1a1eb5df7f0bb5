"""Addition with carries, digit by digit: `1 2 3 + 9 8 9 = 1 1 1 2`."""

from operator import add
from random import Random

import torch

from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.symbols.forms.digits import Written, carry_changes, unequal
from cutaway.tasks.task import Corruption


def multi_digit_addition(digits: int = 3, backwards: bool = False) -> SymbolicTask:
    """The task with two numbers of so many digits, which are never equal; their sum has one digit more."""
    form = Written("multi-digit-addition", "+", torch.add, digits, digits + 1, backwards)

    def draw(rows: int, generator: torch.Generator, split: Split) -> Rows:
        return form.finished(kept(lambda count: unequal(count, 10**digits, generator), rows=rows, split=split))

    def other_operand(rows: Rows, generator: torch.Generator) -> Rows:
        """The second number moved on by anything but a whole turn."""
        operands, most = form.operands(rows), 10**digits
        operands[:, 1] = (operands[:, 1] + torch.randint(1, most, (len(operands),), generator=generator)) % most
        return form.finished(operands)

    def guess(ids: list[int], rng: Random) -> list[int]:
        """Any digits below a leading 0 or 1."""
        low = form.guess(ids, rng)[1:]
        return [*low, rng.randrange(2)] if backwards else [rng.randrange(2), *low]

    return SymbolicTask(
        name=form.name,
        says=f"Add two numbers of {digits} digits, and write the sum digit by digit.",
        asks=form.asks,
        chance=0.5 * 0.1**digits,
        symbols=form.symbols,
        length=form.length,
        draw=draw,
        corruptions=(
            Corruption(
                "carry",
                "One digit is another one, and the carry out of its place comes or goes.",
                "What reads the other digits alone; the digits below that place and their carries, which stay.",
                lambda rows, generator: form.with_digit(rows, carry_changes(form.parts(rows))[0], generator),
            ),
            Corruption(
                "no-carry",
                "One digit is another one, every carry stays, and one digit of the sum changes.",
                "Everything that finds, keeps or uses carries: they are the same on both prompts.",
                lambda rows, generator: form.with_digit(rows, carry_changes(form.parts(rows))[1], generator),
            ),
            Corruption(
                "other-operand",
                "The second number is another one.",
                "Whatever reads the first number alone.",
                other_operand,
            ),
            Corruption(
                "traded",
                "The two numbers change places, and the sum stays.",
                "Everything that treats both alike, as sums and carries of a place do.",
                form.traded,
                changes_answer=False,
            ),
        ),
        solve=lambda ids: form.solved(ids, add),
        guess=guess,
        source="Quirke & Barez 2023, arXiv:2310.13121.",
    )


TASK = multi_digit_addition()
