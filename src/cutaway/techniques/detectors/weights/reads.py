"""What single tokens look like to heads: embeddings, or those after the first MLP, and the norm before the heads."""

from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models import Model, Zero
from cutaway.models.sites import Site
from cutaway.techniques.composition.linear_reads import norm_before

CHUNK = 4096  # tokens that go through the first layer at a time

Embedding = Literal["direct", "after_first_mlp"]


@torch.no_grad()
def token_streams(model: Model, tokens: Int[Tensor, "token"], embedding: Embedding) -> Float[Tensor, "token d_model"]:
    """Each token as it enters the first layer, without a position; with `after_first_mlp` and what that MLP adds.

    As the model computes it, scaled or normed where the model does so. A model without MLPs has only the first kind.
    Raises: UnknownChoiceError.
    """
    check_choice("embedding", embedding, Embedding)
    read, edits = ["resid_pre.0"], [Zero("pos_embed")] if Site("pos_embed") in model.taps else []
    if embedding == "after_first_mlp" and Site("mlp_out", 0) in model.taps:
        read, edits = [*read, "mlp_out.0"], [*edits, Zero("attn_out.0")]
    made = []
    for some in torch.split(tokens, CHUNK):
        trace = model.run(some[:, None], read=read, edit=edits, logits=False)
        made.append(torch.stack([trace[site][:, 0].float() for site in read]).sum(dim=0))
    return torch.cat(made)


@torch.no_grad()
def as_read(model: Model, layer: int, stream: Float[Tensor, "token d_model"]) -> Float[Tensor, "token d_model"]:
    """A stream behind the norm before the heads of a layer."""
    norm = norm_before(model, layer)
    return stream if norm is None else norm(stream.to(model.dtype)).float()
