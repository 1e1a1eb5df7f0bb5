"""What single tokens look like to heads: embeddings, or those after the first MLP, and the norm before the heads."""

from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Model, Zero
from cutaway.models.sites import Site
from cutaway.techniques.composition.linear_reads import norm_before

CHUNK = 4096  # tokens that go through the first layer at a time

Embedding = Literal["direct", "after_first_mlp"]


@torch.no_grad()
def token_streams(model: Model, tokens: Int[Tensor, "token"], embedding: Embedding) -> Float[Tensor, "token d_model"]:
    """Each token's embedding without a position; with `after_first_mlp` and what the first MLP adds to it alone.

    A model without MLPs has only the first kind.
    """
    embedded = model.W_E.detach()[tokens.to(model.device)].float()
    if embedding == "direct" or Site("mlp_out", 0) not in model.taps:
        return embedded
    made = []
    for some in torch.split(tokens, CHUNK):
        trace = model.run(some[:, None], read=["mlp_out.0"], edit=[Zero("attn_out.0")], logits=False)
        made.append(trace["mlp_out.0"][:, 0].float())
    return embedded + torch.cat(made)


@torch.no_grad()
def as_read(model: Model, layer: int, stream: Float[Tensor, "token d_model"]) -> Float[Tensor, "token d_model"]:
    """A stream behind the norm before the heads of a layer."""
    norm = norm_before(model, layer)
    return stream if norm is None else norm(stream.to(model.dtype)).float()
