"""The direction in the last stream that a sum of logits is read along, the last norm's divisor held as it was.

A norm is no linear map, because its divisor depends on all of the stream. Held at what it was in the run, it is one:
every part of the stream then has a share of the logit, and the shares add up. What a part does to the divisor is in
nobody's share.
"""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from cutaway.errors.attribution import NotLinearMetricError
from cutaway.models import Metric, Model
from cutaway.models.sites import Site
from cutaway.models.transforms.fold import added_to_weight

SCALE = Site("ln_final_scale")
LINEAR = 1e-4  # of the logits a metric weighs: by so much it may differ from their weighted sum


@dataclass(frozen=True, eq=False)
class FinalNorm:
    """What the last norm does besides dividing; a model without one has a gain of 1."""

    gain: Float[Tensor, "d_model"] | None = None
    bias: Float[Tensor, "d_model"] | None = None
    centres: bool = False

    @classmethod
    @torch.no_grad()
    def of(cls, model: Model) -> "FinalNorm":
        """That of a model."""
        if SCALE not in model.taps:
            return cls()
        norm: Any = model.module.get_submodule(model.taps[SCALE].path)
        weight, bias = getattr(norm, "weight", None), getattr(norm, "bias", None)
        gain = None if weight is None else weight.float() + added_to_weight(norm)
        return cls(gain, None if bias is None else bias.float(), isinstance(norm, nn.LayerNorm))

    def before(self, direction: Float[Tensor, "*rest d_model"]) -> Float[Tensor, "*rest d_model"]:
        """A direction behind the norm as one in the stream before it, but for the divisor."""
        found = direction if self.gain is None else direction * self.gain
        return found - found.mean(dim=-1, keepdim=True) if self.centres else found

    def shift(self, direction: Float[Tensor, "*rest d_model"]) -> Float[Tensor, "*rest"]:
        """What the norm's own bias adds along a direction behind it."""
        return direction.new_zeros(direction.shape[:-1]) if self.bias is None else direction @ self.bias


@dataclass(frozen=True, eq=False)
class Directions:
    """For each prompt and position that a metric reads: a direction, and what is there before any part speaks.

    `whole`: the weighted sum of the true logits; `norm_bias` and `unembed_bias` are its shares that no part writes.
    """

    positions: Int[Tensor, "batch n"]
    along: Float[Tensor, "batch n d_model"]
    norm_bias: Float[Tensor, "batch n"]
    unembed_bias: Float[Tensor, "batch n"]
    divisor: Float[Tensor, "batch n"]
    whole: Float[Tensor, "batch n"]


@torch.no_grad()
def directions_of(
    model: Model,
    metric: Metric,
    logits: Float[Tensor, "batch pos d_vocab"],
    scale: Float[Tensor, "batch pos one"] | None,
) -> Directions:
    """The directions of a metric that is a weighted sum of logits, at the positions it reads.

    Cost: memory of the logits at those positions, twice.
    Raises: NotLinearMetricError for any other metric; the errors of the metric.
    """
    bound = metric.bind(model)
    batch, pos = logits.shape[:2]
    stated = bound.reads(batch, pos).positions
    positions = torch.arange(pos).expand(batch, -1) if stated is None else stated
    positions = positions.to(logits.device)
    rows = at_positions(logits, positions).float()
    weights = weights_of(bound, rows)
    behind = weights @ model.weight("W_U").float().T
    norm = FinalNorm.of(model)
    divisor = torch.ones_like(behind[..., 0]) if scale is None else at_positions(scale, positions)[..., 0].float()
    has_bias = Site("b_U") in model.layout.weights
    return Directions(
        positions=positions,
        along=norm.before(behind) / divisor[..., None],
        norm_bias=norm.shift(behind),
        unembed_bias=weights @ model.weight("b_U").float() if has_bias else torch.zeros_like(divisor),
        divisor=divisor,
        whole=(weights * rows).sum(dim=-1),
    )


def weights_of(metric: Metric, rows: Float[Tensor, "batch n d_vocab"]) -> Float[Tensor, "batch n d_vocab"]:
    """How a metric weighs the logits.

    Raises: NotLinearMetricError.
    """
    with torch.enable_grad():
        root = rows.detach().clone().requires_grad_(True)
        value = metric.from_rows(root)
        weights = torch.autograd.grad(value.sum(), root)[0] if value.requires_grad else torch.zeros_like(root)
    each = weights * rows
    off = (each.sum(dim=(1, 2)) - value.detach()).abs()
    allowed = LINEAR * each.abs().sum(dim=(1, 2)).clamp(min=1.0)
    if wrong := (off > allowed).nonzero().flatten().tolist():
        raise NotLinearMetricError(metric.name, metric.unit, wrong)
    return weights


def at_positions(value: Float[Tensor, "batch pos *rest"], positions: Int[Tensor, "batch n"]) -> Tensor:
    """An activation [batch, n, *rest] at some positions of each prompt."""
    row = torch.arange(len(value), device=value.device)[:, None]
    return value[row, positions]
