"""What an activation is compared with: nothing at all, another prompt's activation, or a value of one's own."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.attribution import BaselineError
from cutaway.errors.sweep import UnequalPromptsError
from cutaway.models import Model
from cutaway.models.sites import Site

Baseline = str | Tensor  # "zero", tokens [batch, pos] of another prompt, or a value that fits the activation


def baseline_at(
    model: Model,
    actual: Float[Tensor, "batch ..."],
    site: Site,
    baseline: Baseline,
    *,
    tokens: Tensor,
    mask: Int[Tensor, "batch pos"] | None,
) -> Float[Tensor, "batch ..."]:
    """The baseline of one site, in the shape of what it actually is.

    Raises: BaselineError for a word or a value that is none; UnequalPromptsError for a prompt of another shape.
    """
    if isinstance(baseline, str):
        if baseline != "zero":
            raise BaselineError(str(site), f"'{baseline}' is no baseline")
        return torch.zeros_like(actual)
    if not baseline.is_floating_point():
        if baseline.shape != tokens.shape:
            raise UnequalPromptsError(tuple(tokens.shape), tuple(baseline.shape))
        return model.run(baseline, read=[site], mask=mask, logits=False)[site]
    try:
        return baseline.to(actual.device, actual.dtype).expand_as(actual)
    except RuntimeError as fault:
        shapes = f"a value of shape {tuple(baseline.shape)} where the site has {tuple(actual.shape)}"
        raise BaselineError(str(site), shapes) from fault


def named(baseline: Baseline) -> str:
    """A baseline in words."""
    if isinstance(baseline, str):
        return baseline
    return "a value" if baseline.is_floating_point() else "another prompt"
