"""The exact change of an attention pattern when one query or one key is exchanged, along a gradient.

`scores` are those of the run, `turned` the same with every query, or every key, exchanged at once. A query at one
position changes its own row alone. A key at one position changes one entry of every row, and such a row needs no new
sum: it is a mixture of what the other entries were by themselves and the new one, in shares that are a sigmoid of its
score against theirs together.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def queries_exchanged(
    scores: Float[Tensor, "batch head query key"],
    turned: Float[Tensor, "batch head query key"],
    slope: Float[Tensor, "batch head query key"],
) -> Float[Tensor, "batch head query"]:
    """For each position, what the pattern changes when its query alone is exchanged, times the gradient.

    Cost: memory of two patterns.
    Reference: Kramar et al. 2024, arXiv:2403.00745, algorithm 1.
    """
    change = turned.float().softmax(dim=-1) - scores.float().softmax(dim=-1)
    return (change * slope).sum(dim=-1)


def keys_exchanged(
    scores: Float[Tensor, "batch head query key"],
    turned: Float[Tensor, "batch head query key"],
    slope: Float[Tensor, "batch head query key"],
) -> Float[Tensor, "batch head pos"]:
    """For each position, what all queries' patterns change when its key alone is exchanged, times the gradient.

    A last column for a sink takes part in every row and is no key.
    Cost: memory of six patterns; no loop over positions.
    Reference: Kramar et al. 2024, arXiv:2403.00745, algorithm 4; here what the other keys have is never 1 - p where p
        is nearly 1, which is the case that this is for.
    """
    keys = scores.shape[-2]
    scores, turned, slope = scores.float(), turned.float(), slope.float()
    whole = scores.logsumexp(dim=-1, keepdim=True)
    share = (scores - whole).exp()
    mean = (share * slope).sum(dim=-1, keepdim=True)
    # without one key: how large the others are together, and their mean slope; for the largest key summed anew
    top = scores.argmax(dim=-1, keepdim=True)
    few = scores.scatter(-1, top, -torch.inf)
    rest_of_top = few.logsumexp(dim=-1, keepdim=True)
    mean_of_top = ((few - rest_of_top.clamp(min=torch.finfo(few.dtype).min)).exp() * slope).sum(dim=-1, keepdim=True)
    less = share.scatter(-1, top, 0.0)
    rest = (whole + torch.log1p(-less)).scatter(-1, top, rest_of_top)
    others = ((mean - less * slope) / (1 - less)).scatter(-1, top, mean_of_top)
    moved = others + (turned - rest).sigmoid() * (slope - others) - mean
    return moved.sum(dim=-2)[..., :keys]
