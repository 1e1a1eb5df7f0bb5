"""Indirect object identification in symbols: of two names that are said, the one that is not said again."""

from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.shuffle import distinct
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

BOS = 0
LEAST = 6  # with fewer names no pair of them happens to be held out
ASKED_AT = torch.tensor([4])


@dataclass(frozen=True)
class Form:
    """`BOS n1 n2 n3 MID answer`: name i is symbol i, from 1 on, and MID the last symbol."""

    names: int

    def finished(self, said: Int[Tensor, "batch 3"]) -> Rows:
        """Rows with their answers: the one of the first two that is not the third; both, where it is neither."""
        first, second, third = said.T
        answer = torch.where(third == first, second, first)
        edges = torch.tensor([[BOS, self.names + 1]]).expand(len(said), 2)
        tokens = torch.cat([edges[:, :1], said, edges[:, 1:], answer[:, None]], dim=1)
        at = ASKED_AT.expand(len(said), 1)
        if bool(((third != first) & (third != second)).any()):
            return Rows(tokens, Answers(at, said[:, None, :2]), answers_follow=False)
        return Rows(tokens, Answers(at, answer[:, None, None], third[:, None, None]))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Two names in either order and either of them again; pairs of names are held out, in both orders."""

        def pairs(count: int) -> Int[Tensor, "count 4"]:
            pair = 1 + distinct(count, 2, of=self.names, generator=generator)
            return torch.cat([pair.sort(dim=1).values, pair], dim=1)

        pair = kept(pairs, rows=rows, split=split, content=slice(0, 2))[:, 2:]
        again = torch.randint(2, (rows, 1), generator=generator)
        return self.finished(torch.cat([pair, pair.gather(1, again)], dim=1))

    def swap_actor(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The answer is said again instead of its rival."""
        return self.finished(torch.cat([rows.tokens[:, 1:3], rows.tokens[:, 5:]], dim=1))

    def third_actor(self, rows: Rows, generator: torch.Generator) -> Rows:
        """A name that was not said."""
        said = rows.tokens[:, 1:3]
        third = 1 + distinct(len(said), 1, of=self.names, generator=generator, taken=said - 1)
        return self.finished(torch.cat([said, third], dim=1))

    def swap_order(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The first two names change places."""
        return self.finished(rows.tokens[:, [2, 1, 3]])

    def other_names(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Two other names in the same pattern."""
        said = rows.tokens[:, 1:4]
        fresh = 1 + distinct(len(said), 2, of=self.names, generator=generator, taken=said - 1)
        again = (said[:, 2:] == said[:, 1:2]).long()
        return self.finished(torch.cat([fresh, fresh.gather(1, again)], dim=1))


def solve(ids: list[int]) -> list[set[int]]:
    """Whoever of the first two is said once."""
    return [{name for name in ids[1:3] if ids[1:4].count(name) == 1}]


def guess(ids: list[int], rng: Random) -> list[int]:
    """One of the first two."""
    return [rng.choice(ids[1:3])]


def symbolic_ioi(names: int = 20) -> SymbolicTask:
    """The task with so many names; one pair of them in about five is held out.

    Raises: TaskArgumentError.
    """
    if names < LEAST:
        raise TaskArgumentError("symbolic-ioi", f"names={names} are too few", f"Type names={LEAST} or more.")
    form = Form(names)
    return SymbolicTask(
        name="symbolic-ioi",
        says="Two names are said, one of them again, and what comes next is the other one.",
        asks=f"A vocabulary of at least {names + 2} and a context of 6.",
        chance=0.5,
        symbols=("BOS", *(f"n{name}" for name in range(1, names + 1)), "MID"),
        length=6,
        draw=form.draw,
        corruptions=(
            Corruption(
                "other-actor",
                "The other name is said again, so that the answer is the rival.",
                "Whatever reads the first two names alone, or that some name was said twice.",
                form.swap_actor,
            ),
            Corruption(
                "third-actor",
                "A third name follows the two, so that none is said twice.",
                "Heads that copy from the first two places whatever stands there, and what knows the two names alone.",
                form.third_actor,
                changes_answer=False,
            ),
            Corruption(
                "other-order",
                "The first two names change places: the answer stays, and where it stands does not.",
                "Everything that carries the name itself: only what speaks of places differs.",
                form.swap_order,
                changes_answer=False,
            ),
            Corruption(
                "other-names",
                "Two other names in the same pattern.",
                "Whatever says which place was repeated, and not by which name.",
                form.other_names,
            ),
        ),
        solve=solve,
        guess=guess,
        source="Wang et al. 2022, arXiv:2211.00593, reduced to symbols as in Adhikari 2025, arXiv:2510.25013.",
    )


TASK = symbolic_ioi()
