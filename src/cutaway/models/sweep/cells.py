"""Many edited runs in one batch: each cell is one set of edits on some rows of the prompt, side by side with others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cutaway.models.anatomy.tap import Tap
from cutaway.models.edits import Edit
from cutaway.models.model import Model
from cutaway.models.passes import Passes
from cutaway.models.sites import Site


@dataclass(frozen=True)
class Cell:
    """One edited run. It enters at a block, and at a position before which nothing changes.

    `number`: which of the sweep's edits it is. `rows`: which rows of the prompt it runs on. `layer` is None where the
    run begins with the model itself. `end`: the positions that it needs. `whole`: an edit must see all of them.
    `last`: where all its edits change only their own positions of its first block, the last of these. `narrow`: that
    block then runs on these positions alone.
    """

    number: int
    edits: tuple[tuple[Site, Edit], ...]
    rows: tuple[int, ...]
    layer: int | None
    start: int
    end: int
    whole: bool = False
    eager: bool = False
    last: int | None = None
    narrow: bool = False

    @property
    def above(self) -> int:
        """The first block that runs on every position from `start` on."""
        return (self.layer or 0) + self.narrow


class MixedRowsError(Exception):
    """A tensor has no axis of rows, or has them merged with another, so that runs cannot share a batch there."""


@dataclass(frozen=True, repr=False)
class Several(Edit):
    """Every cell's own edits at one site, each on its stretch of a batch; `passes` knows how far that has grown."""

    stretches: Sequence[tuple[slice, Edit]]
    passes: Passes

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:  # noqa: ARG002
        return part

    def apply(
        self, value: Tensor, axes: tuple[str, ...], *, prompt: int = 0, start: int = 0, growing: bool = False
    ) -> Tensor | None:
        alone = all(rows == slice(0, self.passes.batch) for rows, _ in self.stretches)
        if value.shape[0] != self.passes.batch and not alone:
            raise MixedRowsError
        new = value.clone()
        for rows, edit in self.stretches:
            part = new if alone else new[rows]
            found = edit.apply(part, axes, prompt=prompt, start=start, growing=growing)
            if found is not None:
                part.copy_(found)
        return new


def rows_of(cells: Sequence[Cell], device: torch.device) -> Tensor:
    """Which row of the prompt each row of the batch is."""
    return torch.tensor([row for cell in cells for row in cell.rows], dtype=torch.long, device=device)


def stretches(cells: Sequence[Cell]) -> list[slice]:
    """Each cell's part of the batch."""
    found, at = [], 0
    for cell in cells:
        found.append(slice(at, at + len(cell.rows)))
        at += len(cell.rows)
    return found


def by_site(cells: Sequence[Cell], passes: Passes, *, plain: bool = False) -> dict[Site, list[Edit]]:
    """The edits of a batch of cells, one composite for every site; `plain` leaves out those of narrow cells."""
    parts: dict[Site, list[tuple[slice, Edit]]] = {}
    for rows, cell in zip(stretches(cells), cells, strict=True):
        for site, edit in () if plain and cell.narrow else cell.edits:
            parts.setdefault(site, []).append((rows, edit))
    return {site: [Several(site, tuple(found), passes)] for site, found in parts.items()}


def in_order(model: Model, edits: Mapping[Site, Sequence[Edit]]) -> dict[Site, Tap]:
    """Where the edited sites live, in the order of the computation."""
    return {site: model.tap(site) for site in sorted(edits, key=lambda site: model.order.get(site, len(model.order)))}
