"""Addition modulo p: `a b =` and then a + b, less p where that is too large."""

import torch

from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.symbols.forms.modular import Modular
from cutaway.tasks.task import Corruption


def solve(ids: list[int]) -> list[set[int]]:
    """The remainder of the sum; `=` says what the modulus is."""
    one, other, p = ids[:3]
    return [{divmod(one + other, p)[1]}]


def modular_addition(p: int = 113) -> SymbolicTask:
    """The task modulo p; `=` is symbol p. One prompt in five of the p * p is held out."""
    form = Modular("modular-addition", p, torch.add)

    def traded(rows: Rows, generator: torch.Generator) -> Rows:
        """The operands change places; equal ones, which that leaves as they are, move apart by one each."""
        trade = rows.tokens[:, [1, 0]]
        equal = trade[:, :1] == trade[:, 1:]
        return form.finished(torch.where(equal, (trade + torch.tensor([1, -1])) % p, trade))

    return SymbolicTask(
        name=form.name,
        says=f"Add two numbers modulo {p}.",
        asks=f"A vocabulary of at least {p + 1} and a context of 4.",
        chance=1 / p,
        symbols=form.symbols,
        length=4,
        draw=form.draw,
        corruptions=(
            *form.other_operands(),
            Corruption(
                "traded",
                "The two numbers change places (equal ones move apart by one each), and the answer stays.",
                "Everything that treats both alike, as the sum does: it shows what tells them apart.",
                traded,
                changes_answer=False,
            ),
        ),
        solve=solve,
        guess=form.guess,
        source="Power et al. 2022, arXiv:2201.02177; Nanda et al. 2023, arXiv:2301.05217.",
    )


TASK = modular_addition()
