"""By what a model multiplies the products of queries and keys, found from its scores."""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.composition import UnevenScoresError
from cutaway.models import Model, Site, Trace

ROWS, LENGTH, SEED = 2, 8, 0
ROUNDING = 1e-3  # of the largest score


def attention_scale(model: Model, layer: int) -> float:
    """The factor between the products of a layer's queries and keys and its scores; 1 / sqrt(d_head) in most models.

    Cost:   a forward pass over two short prompts of random tokens.
    Raises: UnevenScoresError if scores are no scaled products.
    """
    generator = torch.Generator().manual_seed(SEED)
    size = (ROWS, min(LENGTH, model.shape.n_ctx))
    tokens = torch.randint(model.shape.d_vocab, size, generator=generator).to(model.device)
    return scale_of(model, model.run(tokens, read=compared_sites(model, layer), logits=False), layer)


def compared_sites(model: Model, layer: int) -> list[Site]:
    """Queries and keys as they are multiplied, and the scores."""
    turned = "_rot" if Site("q_rot", layer) in model.taps else ""
    return [model.resolve(f"{name}.{layer}")[0] for name in (f"q{turned}", f"k{turned}", "scores")]


def scale_of(model: Model, trace: Trace, layer: int) -> float:
    """The same, from a run in which `compared_sites` were read.

    Raises: UnevenScoresError.
    """
    q, k, scores = (trace[site].float() for site in compared_sites(model, layer))
    k = k.repeat_interleave(q.shape[2] // k.shape[2], dim=2)
    products = torch.einsum("bqhd,bkhd->bhqk", q, k)
    scores = scores[..., : products.shape[-1]]
    seen = visible(scores)
    products, scores = products[seen], scores[seen]
    square = float(products.square().sum())
    found = float((products * scores).sum()) / square if square else 1.0
    off = float((scores - found * products).abs().max())
    if off > ROUNDING * max(float(scores.abs().max()), 1e-6):
        raise UnevenScoresError(model.name, layer, off)
    return found


def visible(scores: Float[Tensor, "*n"]) -> Tensor:
    """Where a query sees a key: masks put the lowest number there is, or add it."""
    return scores > torch.finfo(torch.float16).min * 0.9
