"""Where one token's logit stands among all."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def standing(
    logits: Float[Tensor, "some d_vocab"], own: Int[Tensor, "some"], other: Int[Tensor, "some"]
) -> Float[Tensor, "four some"]:
    """Share of other logits below that of the own token and below that of another, and whether each is the largest."""
    shares, firsts = [], []
    for which in (own, other):
        chosen = logits.gather(1, which[:, None])
        below = (logits < chosen).sum(dim=1)
        ties = (logits == chosen).sum(dim=1) - 1
        shares.append((below + 0.5 * ties) / (logits.shape[1] - 1))
        firsts.append((below == logits.shape[1] - 1).float())
    return torch.stack([*shares, *firsts])
