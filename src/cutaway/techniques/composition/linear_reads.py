"""How the heads of a layer read the stream: through which norm, and whether by linear maps alone behind it."""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cutaway.errors.composition import NormBetweenError
from cutaway.models import Model, Site
from cutaway.models.transforms.fold import added_to_weight

ROWS, LENGTH, SEED = 2, 8, 0  # of the random prompts that a layer is tried on
TOLERANCE = 1e-3  # of the largest value: a norm in the way is off by about all of it
ONE_INPUT = "On one input its effects can be seen all the same: direct_logits(model, tokens), patch_grid(model, ...)"
MOVES = "What heads move is still a product of weights: slots=('v',), reads='v.1'"


def norm_before(model: Model, layer: int) -> nn.Module | None:
    """The norm that the heads of a layer read the stream through, if there is one."""
    site = Site("ln1_scale", layer)
    return model.module.get_submodule(model.taps[site].path) if site in model.taps else None


@torch.no_grad()
def with_divisor(
    norm: Any, stream: Float[Tensor, "*n d_model"], divisor: Float[Tensor, "*m 1"] | None
) -> Float[Tensor, "*n d_model"]:
    """What a norm gives for part of a stream, its divisor that of the whole: linear in the part, without its bias."""
    if norm is None or divisor is None:
        return stream
    if isinstance(norm, nn.LayerNorm):
        stream = stream - stream.mean(dim=-1, keepdim=True)
    scaled = stream / divisor
    gain = getattr(norm, "weight", None)
    return scaled if gain is None else scaled * (gain.float() + added_to_weight(norm))


def refuse_norms(model: Model, slots: Sequence[str]) -> None:
    """Refuse a model in which more than linear maps stand between what heads write and what they read by these slots.

    Cost:   a forward pass through the first layer over two short prompts.
    Raises: NormBetweenError for queries, keys or outputs with a norm of their own, and where norms follow the halves.
    """
    read = [name for name in ("q", "k") if {"q", "k"} & set(slots)]
    for name, advice in (*((name, MOVES) for name in read), ("attn_out", ONE_INPUT)):
        path = model.tap(model.resolve(f"{name}.0")[0]).path
        if not holds_matrix(model.module.get_submodule(path)):
            raise NormBetweenError(model.name, name, path, advice)
    norm: Any = norm_before(model, 0)
    if norm is None:
        return
    generator = torch.Generator().manual_seed(SEED)
    tokens = torch.randint(model.shape.d_vocab, (ROWS, min(LENGTH, model.shape.n_ctx)), generator=generator)
    trace = model.run(tokens.to(model.device), read=("resid_pre.0", "v.0"), logits=False)
    value, w_v = trace["v.0"].float(), model.weight("W_V", 0).detach()
    with torch.no_grad():
        made = torch.einsum("bpm,hmd->bphd", norm.forward(trace["resid_pre.0"]), w_v).float()
    value = value.repeat_interleave(made.shape[2] // value.shape[2], dim=2)
    off = (value[0] - value[1] - made[0] + made[1]).abs().max()  # of two prompts, so that biases fall away
    if not float(off) <= TOLERANCE * float(value.abs().max()) + coarseness(model):
        raise NormBetweenError(model.name, "resid_post", model.taps[Site("ln1_scale", 0)].path, ONE_INPUT)


def coarseness(model: Model) -> float:
    """What 16 bits lose."""
    return 0.0 if model.dtype in (torch.float32, torch.float64) else 0.1


def holds_matrix(module: nn.Module) -> bool:
    """Whether there is any linear map in a module; in a norm there is none."""
    return any(weight.ndim > 1 for weight in module.parameters())
