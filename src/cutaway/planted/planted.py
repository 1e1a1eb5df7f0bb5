"""A model whose circuit is known: weights compiled from a description, the truth about it, and its task."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.models import Model, wrap
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import Compiled
from cutaway.planted.truth import Exceptions, Subject, Truth, stated

Sampler = Callable[[int, int], Pairs]  # from rows and seed
Text = Callable[[int, int, int], Int[Tensor, "batch pos"]]  # from rows, length and seed


@dataclass(frozen=True, eq=False)
class Corrupted:
    """A named corruption of a planted task: how pairs are made, and which parts and edges are the same on both."""

    name: str
    pairs: Sampler
    same: tuple[Subject, ...] = ()


@dataclass(frozen=True, eq=False)
class Planted:
    """A planted model with its truth, and its task with at least one corruption.

    `text(rows, length, seed)`, where there is one, is the running text that the model is native to.
    """

    model: Model
    truth: Truth
    corruptions: tuple[Corrupted, ...]
    text: Text | None = None

    @property
    def name(self) -> str:
        return self.model.name

    def sample(self, rows: int, seed: int, corruption: str | None = None) -> Pairs:
        """Pairs of prompts of its task; by default with the first corruption."""
        chosen = next(one for one in self.corruptions if corruption in (None, one.name))
        return chosen.pairs(rows, seed)

    def twin(self, *, seed: int) -> Model:
        """The same weights in random places, matrix by matrix: as large, and about nothing."""
        generator = torch.Generator().manual_seed(seed)
        own: Any = self.model.module
        module = type(own)(own.config)
        with torch.no_grad():
            for to, weight in zip(module.parameters(), own.parameters(), strict=True):
                order = torch.randperm(weight.numel(), generator=generator)
                to.copy_(weight.flatten()[order].view_as(weight))
        return wrap(module.eval(), name=f"shuffled {self.name} {seed}")


def told(
    compiled: Compiled,
    *corruptions: Corrupted,
    unsaid: Collection[Subject] = (),
    exceptions: Exceptions | None = None,
    tolerance: float = 1e-3,
    text: Text | None = None,
) -> Planted:
    """A compiled circuit with the statements of `stated`, and its task."""
    same = {one.name: one.same for one in corruptions}
    parts, edges, idle = compiled.parts, compiled.edges, compiled.idle
    statements = stated(parts, edges, idle, same=same, unsaid=unsaid, exceptions=exceptions)
    directions, features = compiled.stream.directions, compiled.features
    truth = Truth(parts, edges, idle, statements, directions, features, tolerance)
    return Planted(compiled.model, truth, corruptions, text)


def random_ids(rows: int, seed: int, *sizes: int, below: int, above: int = 0) -> Int[Tensor, "*shape"]:
    """Random ids from `above` up to `below`, of shape [rows, *sizes]."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(above, below, (rows, *sizes), generator=generator)
