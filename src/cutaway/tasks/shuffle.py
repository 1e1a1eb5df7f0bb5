"""Draws without repetition, for all rows at once: different symbols, and another order of a part of each row."""

import torch
from jaxtyping import Int
from torch import Tensor

CELLS = 1 << 24  # random keys held at a time


def distinct(
    rows: int, count: int, *, of: int, generator: torch.Generator, taken: Int[Tensor, "rows k"] | None = None
) -> Int[Tensor, "rows count"]:
    """Different ids below `of` in random order, none of which its row has in `taken`."""
    found, step = [], max(1, CELLS // of)
    for start in range(0, rows, step):
        keys = torch.rand(min(step, rows - start), of, generator=generator)
        if taken is not None:
            keys.scatter_(1, taken[start : start + step], -1.0)
        found.append(keys.topk(count, dim=1).indices)
    return torch.cat(found)


def reordered(
    values: Int[Tensor, "rows n"],
    generator: torch.Generator,
    *,
    start: Int[Tensor, "rows"],
    count: Int[Tensor, "rows"],
) -> Int[Tensor, "rows n"]:
    """Each row with the `count` values from `start` on in another order; two or more, none of which is twice there."""
    places = torch.arange(values.shape[1]).expand(values.shape).double()
    inside = (places >= start[:, None]) & (places < (start + count)[:, None])
    within = start[:, None] + count[:, None] * torch.rand(values.shape, generator=generator).double()
    order = torch.where(inside, within, places).argsort(dim=1)
    same = (order == places).all(dim=1).nonzero().flatten()
    order[same, start[same]], order[same, start[same] + 1] = start[same] + 1, start[same]
    return values.gather(1, order)


def exchanged(
    values: Int[Tensor, "rows n"], place: Int[Tensor, "rows"], new: Int[Tensor, "rows"]
) -> Int[Tensor, "rows n"]:
    """Each row with one value replaced."""
    return values.scatter(1, place[:, None], new[:, None])


def places_below(most: Int[Tensor, "rows"], generator: torch.Generator) -> Int[Tensor, "rows"]:
    """A place from 0 up to each row's own number, which is left out."""
    return (torch.rand(len(most), generator=generator, dtype=torch.float64) * most).long()
