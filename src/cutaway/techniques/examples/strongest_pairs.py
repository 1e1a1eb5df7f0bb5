"""For each head, the places in real text where it moves the most: its strongest (query, key, text).

Attention alone overrates heads that rest: a resting head looks hard at a key whose value is nearly zero. So a
pair's strength is the attention weight times the length of what is moved, |weight * v W_O|.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Model, Trace

KEPT = 200  # candidates kept per head while scanning, from which different ones are chosen


@dataclass(frozen=True)
class Pair:
    """One strong place of one head; `text` is the row of the scanned text."""

    layer: int
    head: int
    text: int
    query: int
    key: int
    weight: float
    strength: float


class StrongestPairs:
    """Keeps the strongest pairs of every head while a text streams past; memory does not grow with the text.

    Units: strength is the length of what the output matrix makes of the value, in the model's own scale: of the vector
        added to the residual stream, before a norm behind attention where there is one.
    Cost: patterns and values of the batch, one product of each value with W_O W_O^T.
    Reference: Kobayashi et al. 2020, arXiv:2004.10102 (norm-based analysis of attention).
    """

    def __init__(self, model: Model) -> None:
        shape = model.shape
        self.model = model
        self.grams = [gram(model.weight("W_O", layer)) for layer in range(shape.n_layers)]
        self.strength = torch.zeros(shape.n_layers, shape.n_heads, 0)
        self.place = torch.zeros(shape.n_layers, shape.n_heads, 0, 5, dtype=torch.float64)  # see `describe`
        self.texts = 0

    def add(self, trace: Trace, tokens: Int[Tensor, "batch pos"]) -> None:
        """Take in one batch whose patterns and values were read."""
        strongest, places = [], []
        for layer in range(len(self.grams)):
            pattern = trace[f"pattern.{layer}"][..., : tokens.shape[1]]  # a sink moves nothing
            moved = pattern * self.value_lengths(trace[f"v.{layer}"], layer)[:, :, None, :]
            moved[:, :, 0] = 0.0  # the first query has one key: it looks there whatever it is
            top, where = self.row_best(moved).flatten(1).topk(min(KEPT, moved.shape[0] * moved.shape[2]), dim=1)
            strongest.append(top)
            places.append(self.describe(where, moved, pattern, tokens))
        self.strength = torch.cat([self.strength, torch.stack(strongest).cpu()], dim=-1)
        self.place = torch.cat([self.place, torch.stack(places).cpu()], dim=-2)
        order = self.strength.argsort(dim=-1, descending=True)[..., :KEPT]
        self.strength = self.strength.gather(-1, order)
        self.place = self.place.gather(-2, order[..., None].expand(*order.shape, 5))
        self.texts += tokens.shape[0]

    def value_lengths(
        self, values: Float[Tensor, "batch pos shared d_head"], layer: int
    ) -> Float[Tensor, "batch head pos"]:
        """|v W_O| for every key, with shared values repeated for the heads that share them."""
        heads = self.grams[layer].shape[0]
        values = values.repeat_interleave(heads // values.shape[2], dim=2)
        squares = torch.einsum("bphd,hde,bphe->bhp", values, self.grams[layer], values)
        return squares.clamp(min=0).sqrt()

    @staticmethod
    def row_best(moved: Float[Tensor, "batch head query key"]) -> Float[Tensor, "head batch query"]:
        """Each query's strongest key."""
        return moved.amax(dim=-1).transpose(0, 1)

    def describe(
        self,
        where: Int[Tensor, "head kept"],
        moved: Float[Tensor, "batch head query key"],
        pattern: Float[Tensor, "batch head query key"],
        tokens: Int[Tensor, "batch pos"],
    ) -> Float[Tensor, "head kept 5"]:
        """Text, query, key, weight and token pair of each kept place."""
        head = torch.arange(where.shape[0], device=where.device)[:, None]
        row, query = where // moved.shape[2], where % moved.shape[2]
        key = moved[row, head, query].argmax(dim=-1)
        weight = pattern[row, head, query, key]
        ids = tokens.to(where.device)
        pair = ids[row, query] * self.model.shape.d_vocab + ids[row, key]
        columns = [row + self.texts, query, key, weight, pair]
        return torch.stack([column.double() for column in columns], dim=-1)

    def pairs(self, layer: int, head: int, *, count: int) -> list[Pair]:
        """The strongest pairs of one head, each of different tokens, at most two from one text."""
        chosen: list[Pair] = []
        seen: set[float] = set()
        for strength, place in zip(self.strength[layer, head].tolist(), self.place[layer, head].tolist(), strict=True):
            text, query, key, weight, pair = place
            crowded = sum(other.text == int(text) for other in chosen) >= 2
            if pair in seen or crowded:
                continue
            seen.add(pair)
            chosen.append(Pair(layer, head, int(text), int(query), int(key), weight, strength))
            if len(chosen) == count:
                break
        return chosen


def gram(w_o: Float[Tensor, "head d_head d_model"]) -> Float[Tensor, "head d_head d_head"]:
    """W_O W_O^T, through which |v W_O|^2 = v (W_O W_O^T) v."""
    fixed = w_o.detach()
    return fixed @ fixed.transpose(1, 2)
