"""How heads and neurons write into the stream: through their output matrix alone, or with something behind it."""

from typing import Literal

import torch
from torch import Tensor

from cutaway.errors.composition import NotStraightError
from cutaway.models import Model, Site
from cutaway.models.verify.checks import prompt
from cutaway.techniques.composition.linear_reads import TOLERANCE, coarseness
from cutaway.techniques.composition.thin_maps import weight

HALVES = ("attn_out", "mlp_out")
BEHIND = {"z": ("attn_out", "W_O", "b_O"), "mlp_post": ("mlp_out", "W_out", "b_out")}


@torch.no_grad()
def refuse_indirect(model: Model, part: Literal["z", "mlp_post"]) -> None:
    """Refuse a model in which heads ("z") or neurons ("mlp_post") add more to the stream than products with a matrix.

    Cost:   a forward pass over two short prompts.
    Raises: NotStraightError for a norm or a scale behind the matrix, or behind its half; AbsentSiteError,
        AbsentWeightError.
    """
    half, matrix, bias = BEHIND[part]
    halves = [site for site in model.taps if site.name in HALVES]
    trace = model.run(some_inputs(model), read=[part, half, "resid_pre", "resid_post", *halves], logits=False)
    for layer in range(model.shape.n_layers):
        if Site(part, layer) not in model.taps:
            continue
        map_, value = weight(model, matrix, layer), trace[f"{part}.{layer}"].float()
        made = (value.flatten(-2) if part == "z" else value) @ map_.flatten(0, -2)
        if Site(bias, layer) in model.layout.weights:
            made = made + weight(model, bias, layer)
        refuse_apart(model, trace[f"{half}.{layer}"], made, f"'{half}.{layer}' is not {part} times {matrix}")
        added = [site for site in halves if site.layer == layer and not site.group]
        total = trace[f"resid_pre.{layer}"] + sum(trace[site] for site in added)
        fault = f"'resid_post.{layer}' is not what enters the layer plus {' and '.join(map(str, added))}"
        refuse_apart(model, trace[f"resid_post.{layer}"], total, fault)


def some_inputs(model: Model) -> dict[str, Tensor]:
    """Random inputs of every kind that the model takes, tokens no longer than its context."""
    given = {
        name: value if value.is_floating_point() else value[:, : model.shape.n_ctx]
        for name, value in prompt(model).items()
    }
    return {name: value.to(model.device) for name, value in given.items()}


def refuse_apart(model: Model, true: Tensor, made: Tensor, fault: str) -> None:
    """Raises: NotStraightError if two activations differ by more than rounding."""
    off = float((true.float() - made.float()).abs().max()) / max(float(true.abs().max()), 1e-30)
    if not off <= TOLERANCE + coarseness(model):  # so that nan is refused
        raise NotStraightError(model.name, fault, off)
