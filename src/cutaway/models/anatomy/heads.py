"""How a projection keeps its heads, said once for activations and for weights.

The last axis of a projection's output is viewed as `shape`, and `index` of that is [head, d_head] (or
[group, head, d_head], merged). GPT-2 stacks all queries, then all keys, then all values; GPT-NeoX keeps q, k
and v of a head together; Falcon keeps the queries that share a key together with it.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

EVERY = slice(None)


def split_axis(value: Tensor, axis: int, sizes: tuple[int, ...]) -> Tensor:
    """One axis as several: always a view."""
    if axis == -1:
        return value.view(value.shape[:-1] + sizes)
    return value.view(value.shape[:axis] + sizes + value.shape[axis + 1 :])


@dataclass(frozen=True)
class Heads:
    """One cut of a projection's output."""

    shape: tuple[int, ...]
    index: tuple[Any, ...] = ()

    def cut(self, value: Tensor) -> Tensor:
        """[..., out] as [..., head, d_head]: a view, but a copy where queries that share a key are merged."""
        split = split_axis(value, -1, self.shape)
        if not self.index:
            return split
        if isinstance(self.index[0], int):  # one of several equal stacks
            return split.select(value.ndim - 1, self.index[0])
        found = split[(..., *self.index)]
        return found.flatten(value.ndim - 1, -2) if found.ndim > value.ndim + 1 else found

    def paste(self, value: Tensor, new: Tensor) -> Tensor:
        """[..., out] with the cut replaced; a new tensor."""
        if not self.index:
            return new.reshape(value.shape)
        whole = value.clone()
        place = split_axis(whole, -1, self.shape)[(..., *self.index)]
        place.copy_(new.reshape(place.shape))
        return whole


def own(heads: int, d_head: int) -> Heads:
    """A projection with nothing but these heads."""
    return Heads((heads, d_head))


def stacked(number: int, heads: int, d_head: int) -> Heads:
    """Number 0, 1 or 2 of three equal stacks: all queries, all keys, all values."""
    return Heads((3, heads, d_head), (number, EVERY, EVERY))


def grouped(number: int, key_value_heads: int, heads: int, d_head: int) -> Heads:
    """Queries (0), keys (1) or values (2) where a key-value head keeps its queries, key and value together."""
    group = heads // key_value_heads
    entry = (slice(0, group), group, group + 1)[number]
    return Heads((key_value_heads, group + 2, d_head), (EVERY, entry, EVERY))


def matrix(projection: nn.Module) -> Tensor:
    """The weight of a linear map as [in, out]: a view, whatever the module's own order."""
    weight: Tensor = projection.weight  # type: ignore[assignment]
    return weight if type(projection).__name__ == "Conv1D" else weight.T
