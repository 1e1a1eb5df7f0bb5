"""Subtraction modulo p: `a b =` and then a - b, and p more where that is below zero."""

import torch

from cutaway.tasks.symbolic import SymbolicTask
from cutaway.tasks.symbols.forms.modular import Modular
from cutaway.tasks.task import Corruption


def solve(ids: list[int]) -> list[set[int]]:
    """Whatever gives the first number when the second is added to it; `=` says what the modulus is."""
    one, other, p = ids[:3]
    return [{number for number in range(p) if (other + number - one) % p == 0}]


def modular_subtraction(p: int = 113) -> SymbolicTask:
    """The task modulo p; `=` is symbol p. One prompt in five of the p * p is held out."""
    form = Modular("modular-subtraction", p, torch.sub)
    return SymbolicTask(
        name=form.name,
        says=f"Subtract two numbers modulo {p}.",
        asks=f"A vocabulary of at least {p + 1} and a context of 4.",
        chance=1 / p,
        symbols=form.symbols,
        length=4,
        draw=form.draw,
        corruptions=(
            *form.other_operands(),
            Corruption(
                "both-moved",
                "Both numbers move on by the same, and the answer stays.",
                "Everything that depends on the difference alone, the answer with it: it shows what still reads a "
                "single number.",
                lambda rows, generator: form.moved(rows, generator, first=1, second=1),
                changes_answer=False,
            ),
            Corruption(
                "moved-apart",
                "The first number moves on and the second moves back by the same.",
                "Everything that depends on the sum of the two alone.",
                lambda rows, generator: form.moved(rows, generator, first=1, second=-1),
                changes_answer=p % 2 == 1,
            ),
        ),
        solve=solve,
        guess=form.guess,
        source="Power et al. 2022, arXiv:2201.02177.",
    )


TASK = modular_subtraction()
