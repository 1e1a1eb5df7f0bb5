"""What every head writes and reads, as thin matrices: no product of size d_model x d_model is ever made.

A head's maps are products of two thin ones, as W_V W_O. Of a product A B only the right-angled part R of A = Q R bears
on what the stream gets, since Q turns and stretches nothing: R B has the norm, the singular values and the output
directions of A B, and is d_head x d_model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.composition import NoSuchHeadError, UnknownSlotError
from cutaway.models import Model
from cutaway.techniques.composition.linear_reads import refuse_norms

SLOTS = ("q", "k", "v")
FACTORS = {"q": ("W_Q", "W_K"), "k": ("W_K", "W_Q")}  # what reads the stream, and what that is then compared with


@dataclass(frozen=True, eq=False)
class ThinMaps:
    """`written`: W_V W_O of every head. `read`, by slot: W_Q W_K^T, W_K W_Q^T and W_V W_O."""

    written: Float[Tensor, "layer head d_head d_model"]
    read: Mapping[str, Float[Tensor, "layer head d_model d_head"]]


def thin_maps(model: Model, slots: Sequence[str] = SLOTS) -> ThinMaps:
    """Every head's output map, and its maps from the stream by slot, in float32.

    Cost:   copies of W_O and, for each slot, of one more weight.
    Raises: UnknownSlotError; NormBetweenError for queries, keys or outputs with a norm of their own; AbsentWeightError.
    """
    for slot in slots:
        if slot not in SLOTS:
            raise UnknownSlotError(slot, SLOTS)
    refuse_norms(model, slots)
    layers = range(model.shape.n_layers)
    read = {slot: torch.stack([read_at(model, slot, layer) for layer in layers]) for slot in slots}
    return ThinMaps(torch.stack([written_at(model, layer) for layer in layers]), read)


def written_at(model: Model, layer: int) -> Float[Tensor, "head d_head d_model"]:
    """W_V W_O of the heads of a layer, thin."""
    return writing(weight(model, "W_V", layer), weight(model, "W_O", layer))


def read_at(model: Model, slot: str, layer: int) -> Float[Tensor, "head d_model d_head"]:
    """What the heads of a layer read by one slot, thin."""
    if slot == "v":
        return reading(weight(model, "W_V", layer), weight(model, "W_O", layer))
    first, second = (weight(model, name, layer) for name in FACTORS[slot])
    return reading(first, second.mT)


def weight(model: Model, name: str, layer: int | None = None) -> Tensor:
    """A weight in float32, apart from any graph."""
    return model.weight(name, layer).detach().float()


def stacked(model: Model, name: str) -> Float[Tensor, "layer head _ _"]:
    """A weight of every layer, in float32."""
    return model.stacked(name).detach().float()


def writing(left: Float[Tensor, "*n d_in d"], right: Float[Tensor, "*n d d_out"]) -> Float[Tensor, "*n _ d_out"]:
    """left right, but for a rotation of what it reads: thin on that side."""
    return right_angled(left) @ right


def right_angled(map_: Float[Tensor, "*n d_in d"]) -> Float[Tensor, "*n _ d"]:
    """R of map_ = Q R."""
    found: Tensor = torch.linalg.qr(map_, mode="r").R
    return found


def reading(left: Float[Tensor, "*n d_in d"], right: Float[Tensor, "*n d d_out"]) -> Float[Tensor, "*n d_in _"]:
    """left right, but for a rotation of what it writes: thin on that side."""
    return writing(right.mT, left.mT).mT


def unit(maps: Float[Tensor, "*n a b"]) -> Float[Tensor, "*n a b"]:
    """Maps over their Frobenius norms; those of nothing stay nothing."""
    norms = torch.linalg.matrix_norm(maps)[..., None, None]
    return maps / torch.where(norms == 0, 1.0, norms)


def check_head(model: Model, layer: int, head: int) -> None:
    """Raises: NoSuchHeadError."""
    shape = model.shape
    if not (0 <= layer < shape.n_layers and 0 <= head < shape.n_heads):
        raise NoSuchHeadError(model.name, layer, head, shape.n_layers, shape.n_heads)
