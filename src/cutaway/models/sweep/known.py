"""The keys and values of positions that a resumed run does not compute again, as a cache that a model can read.

It gives them back joined to the new ones and keeps nothing, so the base run's tensors stay as they are. Every layer
is a full one: where attention has a window, the model's own mask cuts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer


class KnownLayer(DynamicLayer):  # type: ignore[misc]
    """Keys and values [batch, head, pos, d_head] of the first `length` positions; none where only the length counts."""

    def __init__(self, length: int, keys: Tensor | None = None, values: Tensor | None = None) -> None:
        super().__init__()
        self.length, self.keys, self.values = length, keys, values
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        if self.keys is None or self.values is None:
            if self.length:
                raise AssertionError("a cache that only has a length was asked for its keys")
            return key_states, value_states
        return torch.cat((self.keys, key_states), dim=-2), torch.cat((self.values, value_states), dim=-2)

    def get_seq_length(self) -> int:
        return self.length


class CaughtError(Exception):
    """Raised by a `CatchingLayer` once it has what it was made for."""


class CatchingLayer(KnownLayer):
    """Takes the new keys and values, after which the rest of the block need not run."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        self.caught = super().update(key_states, value_states)
        raise CaughtError


def lengths(layers: int, length: int) -> Cache:
    """A cache that says how long it is, which is all that masks and positions ask."""
    return Cache(layers=[KnownLayer(length) for _ in range(layers)])


def at_layer(layer: int, known: KnownLayer) -> Cache:
    """A cache in which one layer is filled: a block asks for no other."""
    return Cache(layers=[*(KnownLayer(0) for _ in range(layer)), known])


@dataclass(frozen=True)
class Pairs:
    """Keys and values of every layer, each [batch, head, pos, d_head]."""

    keys: Sequence[Tensor]
    values: Sequence[Tensor]

    def of(self, layer: int, rows: Tensor, length: int) -> KnownLayer:
        """The first `length` positions of some rows."""
        if not length:
            return KnownLayer(0)
        some = rows.to(self.keys[layer].device)
        keys, values = (part[layer][:, :, :length].index_select(0, some) for part in (self.keys, self.values))
        return KnownLayer(length, keys, values)
