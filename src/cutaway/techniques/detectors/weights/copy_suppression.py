"""Copy suppression by weights: a head that looks where a token stood which is about to be said, and takes it back.

Both halves are ranks among the whole vocabulary. Looking: of all keys, where does that of a token stand for the query
that the token's own unembedding makes? Taking back: of all logits that a token's value lowers, where is its own?
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.models import Model
from cutaway.techniques.composition.linear_reads import refuse_norms
from cutaway.techniques.composition.standing import standing
from cutaway.techniques.composition.thin_maps import weight
from cutaway.techniques.detectors.weights.reads import Embedding, as_read, token_streams

TOKENS = 256


@dataclass(frozen=True, eq=False, repr=False)
class CopySuppression:
    """Ranks of tokens, and of another token in their place, as shares of the vocabulary: 1 is first, 0.5 chance."""

    model: str
    embedding: Embedding
    looks: Float[Tensor, "layer head token"]
    looks_at_other: Float[Tensor, "layer head token"]
    lowers: Float[Tensor, "layer head token"]
    lowers_other: Float[Tensor, "layer head token"]

    def __repr__(self) -> str:
        best = self.frame.sort_values("value").iloc[-1]
        return f"CopySuppression({self.model}: {best['layer']}.{best['head']} {best['value']:.2f} at most; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head: `layer head value control looks lowers tokens`.

        `value`: the lesser of the two mean ranks, so that a head must do both; `control`: the same of another token.
        """
        layers, heads, tokens = self.looks.shape
        looks, lowers, looks_at_other, lowers_other = (
            part.double().mean(dim=2).flatten().numpy()
            for part in (self.looks, self.lowers, self.looks_at_other, self.lowers_other)
        )
        return pd.DataFrame(
            {
                "layer": np.repeat(np.arange(layers), heads),
                "head": np.tile(np.arange(heads), layers),
                "value": np.minimum(looks, lowers),
                "control": np.minimum(looks_at_other, lowers_other),
                "looks": looks,
                "lowers": lowers,
                "tokens": tokens,
            }
        )


def copy_suppression(
    model: Model, *, tokens: int = TOKENS, embedding: Embedding = "direct", seed: int = 0
) -> CopySuppression:
    """Rank, for every head, how it looks at and lowers tokens that the stream is about to say.

    `tokens` are drawn from the vocabulary, all of it where it is not larger. `embedding`: of keys and values; in models
    whose first MLP remakes tokens (GPT-2), `after_first_mlp`. No position, no rotation, no bias but the norm's.
    Units:  share of the vocabulary below, 0 to 1; 0.5 by chance.
    Cost:   a pass of each token of the vocabulary alone, through its embedding and at most the first MLP; for each head
        the keys of the vocabulary and `tokens` rows of d_vocab scores, twice. Memory: tokens x d_vocab numbers.
    Raises: TooFewError, UnknownChoiceError, NormBetweenError, AbsentWeightError.
    Reference: McDougall et al. 2023, arXiv:2310.04625, section 3.
    """
    if tokens < 2:
        raise TooFewError("tokens", tokens, 2)
    refuse_norms(model, ("q", "k", "v"))
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randperm(model.shape.d_vocab, generator=generator)[:tokens]
    every = token_streams(model, torch.arange(model.shape.d_vocab), embedding)
    found = [at_layer(model, layer, drawn.to(model.device), every) for layer in range(model.shape.n_layers)]
    return CopySuppression(model.name, embedding, *(part.cpu() for part in torch.stack(found).unbind(dim=2)))


@torch.no_grad()
def at_layer(
    model: Model, layer: int, drawn: Int[Tensor, "token"], every: Float[Tensor, "d_vocab d_model"]
) -> Float[Tensor, "head four token"]:
    """Looks, at the other token, lowers, and the other: for the heads of a layer."""
    unembed, others = weight(model, "W_U"), drawn.roll(1)
    said = as_read(model, layer, unembed.T[drawn])
    read = as_read(model, layer, every)
    w = {name: weight(model, name, layer) for name in ("W_Q", "W_K", "W_V", "W_O")}
    found = []
    for head in range(model.shape.n_heads):
        scores = (said @ w["W_Q"][head]) @ (read @ w["W_K"][head]).T
        logits = (read[drawn] @ w["W_V"][head]) @ w["W_O"][head] @ unembed
        looks, looks_at_other, _, _ = standing(scores, drawn, others)
        lowers, lowers_other, _, _ = standing(-logits, drawn, others)
        found.append(torch.stack([looks, looks_at_other, lowers, lowers_other]))
    return torch.stack(found)
