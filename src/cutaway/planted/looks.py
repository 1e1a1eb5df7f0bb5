"""The usual ways to look, and the usual maps, by name."""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.planted.description import ANY, Look, Table


def shift(size: int, by: int) -> Float[Tensor, "pos pos"]:
    """The map that sends the axis of position p to that of position p - by."""
    return torch.diag(torch.ones(max(size - abs(by), 0)), -by)


def scaled(gain: float) -> Table:
    """Axis by axis, times a gain."""
    return lambda n, m: gain * torch.eye(n, m)


def to_axis(axis: int, gain: float = 1.0) -> Table:
    """Everything to one axis."""

    def table(n: int, m: int) -> Tensor:
        out = torch.zeros(n, m)
        out[:, axis] = gain
        return out

    return table


def entries(*cells: tuple[int, int, float]) -> Table:
    """A map by its cells: (from, to, weight)."""

    def table(n: int, m: int) -> Tensor:
        out = torch.zeros(n, m)
        for one, other, weight in cells:
            out[one, other] += weight
        return out

    return table


def permuted(order: list[int], gain: float = 1.0) -> Table:
    """Axis a to axis `order[a]`, times a gain."""
    return entries(*((one, other, gain) for one, other in enumerate(order)))


def back(by: int, weight: float = 1.0) -> Look:
    """A fixed number of positions back; 0 is itself."""
    return Look("position", "position", lambda n, _: weight * shift(n, by))


def at(*positions: int, weight: float = 1.0) -> Look:
    """Certain positions, wherever it stands; 0 is where heads rest."""
    return Look(ANY, "position", entries(*((0, place, weight) for place in positions)))


def rest(weight: float = 0.5) -> Look:
    """The first position, as far as nothing scores higher: where idle heads look."""
    return replace(at(0, weight=weight), idle=True)


def equal(query: str, key: str, weight: float = 1.0) -> Look:
    """Where the key's value in one space is the query's in another."""
    return Look(query, key, scaled(weight))


def not_itself(weight: float = 1.0) -> Look:
    """Anywhere but where it stands."""
    return back(0, -weight)


def pointer(space: str, by: int = 0, weight: float = 1.0) -> Look:
    """The position that a space names, moved on by some."""
    return Look(space, "position", lambda n, m: weight * shift(max(n, m), -by)[:n, :m])


def marked(space: str, *axes: int, weight: float = 1.0) -> Look:
    """Wherever the key has one of some axes."""
    return Look(ANY, space, entries(*((0, axis, weight) for axis in axes)))


def only_from(space: str, *axes: int, to: int = 0, weight: float = 1.0) -> Look:
    """Where the query has one of some axes, towards one position; a negative weight keeps it away."""
    return Look(space, "position", entries(*((axis, to, weight) for axis in axes)))
