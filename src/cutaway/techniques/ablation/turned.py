"""What a change as large as a head's ablation costs in a direction that means nothing: the null of its cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Add, Edit, Metric, Model, sweep
from cutaway.models.trace import Trace
from cutaway.planted.stream import random_rotation

Head = tuple[int, int]


@dataclass(frozen=True, eq=False)
class TurnedEdits(Sequence[list[Edit]]):
    """By draw and head, what mean ablation would take out of the stream, turned and then taken out."""

    model: Model
    tokens: Int[Tensor, "batch pos"]
    heads: Sequence[Head]
    means: Sequence[Float[Tensor, "head d_head"]]
    turns: Sequence[Float[Tensor, "d_model d_model"]]

    @cached_property
    def trace(self) -> Trace:
        """What heads say before their output matrix."""
        return self.model.run(self.tokens, read=["z"], logits=False)

    def __len__(self) -> int:
        return len(self.turns) * len(self.heads)

    def __getitem__(self, number: int) -> list[Edit]:  # type: ignore[override]
        turn, (layer, head) = self.turns[number // len(self.heads)], self.heads[number % len(self.heads)]
        apart = self.trace[f"z.{layer}"][:, :, head] - self.means[layer][head]
        return [Add(f"attn_out.{layer}", -(apart @ self.model.weight("W_O", layer)[head] @ turn))]


@torch.no_grad()
def turned_ablations(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    heads: Sequence[Head],
    means: Sequence[Float[Tensor, "head d_head"]],
    metric: Metric,
    *,
    draws: int,
    seed: int,
) -> Float[Tensor, "draw chosen batch"]:
    """What the metric gains when a head's own change under mean ablation is made in a direction drawn at random.

    Every change keeps its length, and its angles to those at other places: a whole rotation is drawn, once a draw.
    `means`: of each layer's z, as in `mean.py`.
    Cost: a forward pass and a sweep of `draws` edits a head.
    """
    generator = torch.Generator().manual_seed(seed)
    turns = [random_rotation(model.shape.d_model, generator) for _ in range(draws)]
    found = sweep(model, tokens, TurnedEdits(model, tokens, heads, means, turns), metric)
    return (found.scores - found.base).view(draws, len(heads), len(tokens))
