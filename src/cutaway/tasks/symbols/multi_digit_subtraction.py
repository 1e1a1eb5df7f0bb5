"""Subtraction with borrowing, digit by digit, never below zero: `5 0 2 - 1 4 3 = 3 5 9`."""

from functools import partial
from operator import sub

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.tasks.shuffle import places_below
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.symbols.forms.digits import BASE, Written, carry_changes, unequal
from cutaway.tasks.task import Corruption

NINE_LESS_NONE = 90  # units 9 and 0: exchanging one of them never makes the place borrow


def numbers(count: int, above: int, generator: torch.Generator) -> Int[Tensor, "count 2"]:
    """The larger of two numbers first; they differ above the units, so that the units may borrow or not.

    There are `above` numbers above the units. Units 9 and 0 are left out.
    """
    upper = unequal(count, above, generator).sort(dim=1, descending=True).values
    units = torch.randint(BASE * BASE - 1, (count,), generator=generator)
    units += units >= NINE_LESS_NONE
    return upper * BASE + torch.stack([units // BASE, units % BASE], dim=1)


def borrow_changes(form: Written, rows: Rows) -> Bool[Tensor, "batch 2 places 10"]:
    """The exchanges of one digit that alter what its place borrows, and leave the result at zero or above."""
    parts, operands = form.parts(rows), form.operands(rows)
    worth = BASE ** torch.arange(form.digits - 1, -1, -1)[:, None] * torch.tensor([1, -1])[:, None, None]
    result = (operands[:, 0] - operands[:, 1])[:, None, None, None] + (torch.arange(BASE) - parts[..., None]) * worth
    return carry_changes(parts, minus=True)[0] & (result >= 0)


def other_operand(form: Written, rows: Rows, generator: torch.Generator) -> Rows:
    """Any other second number that is not larger than the first."""
    first, second = form.operands(rows).T
    return form.finished(torch.stack([first, (second + 1 + places_below(first, generator)) % (first + 1)], dim=1))


def both_moved(form: Written, rows: Rows, generator: torch.Generator) -> Rows:
    """Both numbers more or less by the same, as far as their digits reach."""
    first, second = form.operands(rows).T
    moved = places_below(10**form.digits - 1 - first + second, generator)
    moved += moved >= second
    return form.finished(torch.stack([first - second + moved, moved], dim=1))


def corruptions(form: Written) -> tuple[Corruption, ...]:
    """What is changed in the two numbers; the first stays the larger."""
    return (
        Corruption(
            "borrow",
            "One digit is another one, and its place borrows where it did not, or the other way around.",
            "What reads the other digits alone; the digits below that place and what they borrow, which stay.",
            lambda rows, generator: form.with_digit(rows, borrow_changes(form, rows), generator),
        ),
        Corruption(
            "no-borrow",
            "One digit is another one, every place borrows as before, and one digit of the difference changes.",
            "Everything that finds, keeps or uses what is borrowed: it is the same on both prompts.",
            lambda rows, generator: form.with_digit(rows, carry_changes(form.parts(rows), minus=True)[1], generator),
        ),
        Corruption(
            "other-operand",
            "The second number is another one.",
            "Whatever reads the first number alone.",
            partial(other_operand, form),
        ),
        Corruption(
            "both-moved",
            "Both numbers are more or less by the same, and the difference stays.",
            "What carries the finished difference alone: single digits and what they borrow may all be others.",
            partial(both_moved, form),
            changes_answer=False,
        ),
    )


def multi_digit_subtraction(digits: int = 3, backwards: bool = False) -> SymbolicTask:
    """The task with two numbers of so many digits, the larger first; so has the difference."""
    form = Written("multi-digit-subtraction", "-", torch.sub, digits, digits, backwards, least=2)

    def draw(rows: int, generator: torch.Generator, split: Split) -> Rows:
        above = 10 ** (digits - 1)
        return form.finished(kept(lambda count: numbers(count, above, generator), rows=rows, split=split))

    return SymbolicTask(
        name=form.name,
        says=f"Subtract a number of {digits} digits from a larger one, and write the difference digit by digit.",
        asks=form.asks,
        chance=0.1**digits,
        symbols=form.symbols,
        length=form.length,
        draw=draw,
        corruptions=corruptions(form),
        solve=lambda ids: form.solved(ids, sub),
        guess=form.guess,
        source="Quirke, Neo & Barez 2024, arXiv:2402.02619; here without differences below zero.",
    )


TASK = multi_digit_subtraction()
