"""Order by several keys, as words are ordered by their letters."""

from jaxtyping import Int
from torch import Tensor


def lexical_order(*keys: Tensor) -> Int[Tensor, "*outer item"]:
    """The permutation that sorts the last axis by the first key, equals by the second, and so on."""
    order = keys[-1].argsort(dim=-1, stable=True)
    for key in reversed(keys[:-1]):
        order = order.gather(-1, key.gather(-1, order).argsort(dim=-1, stable=True))
    return order
