"""Which heads copy, token by token: where does a token's own logit stand among all that the head raises for it?

Eigenvalues speak of the circuit as a whole, and a few strong directions may decide them. Here tokens are asked one by
one: of W_E W_V W_O W_U, a row for each, and its own column in that row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.models import Model
from cutaway.techniques.composition.linear_reads import refuse_norms
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.standing import standing
from cutaway.techniques.composition.thin_maps import weight

TOKENS = 512
CHUNK = 64  # rows of d_vocab logits in memory at a time


@dataclass(frozen=True, eq=False, repr=False)
class TokenCopying:
    """Where the own logit of some tokens stands in each head's row of it, and where another token's does."""

    model: str
    prepare: tuple[str, ...]
    tokens: Int[Tensor, "token"]
    own: Float[Tensor, "layer head token"]
    other: Float[Tensor, "layer head token"]
    own_first: Float[Tensor, "layer head token"]
    other_first: Float[Tensor, "layer head token"]

    def __repr__(self) -> str:
        return f"TokenCopying({self.model}: {len(self.tokens)} tokens, {in_words(self.prepare)}; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head: `layer head value first shuffled_value shuffled_first tokens`.

        `value`: share of all other logits that the token's own is above, ties half, mean over tokens; `first`: share of
        tokens whose own is the largest. `shuffled_...`: the same for another of the tokens in place of the own one.
        """
        layers, heads, tokens = self.own.shape
        frame = pd.DataFrame([(a, b) for a in range(layers) for b in range(heads)], columns=["layer", "head"])
        for name, found in (
            ("value", self.own),
            ("first", self.own_first),
            ("shuffled_value", self.other),
            ("shuffled_first", self.other_first),
        ):
            frame[name] = found.double().mean(dim=-1).flatten().numpy()
        frame["tokens"] = tokens
        return frame


def token_copying(model: Model, *, tokens: int = TOKENS, prepare: Sequence[str] = (), seed: int = 0) -> TokenCopying:
    """Rank each token's own logit among all that a head's OV circuit gives for it, for every head.

    `tokens` are drawn from the vocabulary, all of it where it is not larger. The direct path only, as in
    `head_spectra`. The control asks the same rows for another of the drawn tokens: a head that raises a few tokens
    whatever it reads scores alike on both.
    Units:  share of other logits below, 0 to 1; 0.5 by chance.
    Cost:   no passes; for each head a product tokens x d_model x d_vocab, CHUNK rows of it in memory at a time.
    Raises: TooFewError, UnknownPreparationError, NormBetweenError, AbsentWeightError, TransformRefusedError.
    Reference: McDougall et al. 2023, arXiv:2310.04625, section 3 (ranks of own tokens, there for suppression).
    """
    if tokens < 2:
        raise TooFewError("tokens", tokens, 2)
    model = prepared(model, prepare)
    refuse_norms(model, ("v",))
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randperm(model.shape.d_vocab, generator=generator)[:tokens].to(model.device)
    embed, unembed = weight(model, "W_E"), weight(model, "W_U")
    found = []
    for layer in range(model.shape.n_layers):
        w_v, w_o = weight(model, "W_V", layer), weight(model, "W_O", layer)
        chunks = []
        for some, others in zip(torch.split(drawn, CHUNK), torch.split(drawn.roll(1), CHUNK), strict=True):
            value = embed[some] @ w_v  # [head, some, d_head]
            chunks.append(
                torch.stack([standing(v @ o @ unembed, some, others) for v, o in zip(value, w_o, strict=True)])
            )
        found.append(torch.cat(chunks, dim=-1))
    own, other, own_first, other_first = torch.stack(found).cpu().unbind(dim=2)
    return TokenCopying(model.name, tuple(prepare), drawn.cpu(), own, other, own_first, other_first)
