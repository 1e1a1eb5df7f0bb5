"""Two ways to add on a circle, told apart from outside: by multiplying waves (clock) or by averaging them (pizza).

Zhong et al. 2023, arXiv:2306.17844.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Model
from cutaway.techniques.fourier.all_pairs import AllPairs


def distance_irrelevance(pairs: AllPairs) -> Float[Tensor, "distance"]:
    """How much the right logit still varies among pairs of one distance; the mean of it is the irrelevance.

    Units: standard deviation of the right logit among pairs at one distance a - b (for differences: of one sum), by
    that among all pairs. Near 1 the distance says nothing (clock), near 0 everything (pizza).
    Reference: Zhong et al. 2023, section 4.2.
    """
    right = pairs.logits.gather(-1, pairs.answers[..., None])[..., 0]
    a, b = torch.meshgrid(torch.arange(pairs.p), torch.arange(pairs.p), indexing="ij")
    distance = ((a - pairs.sign * b) % pairs.p).flatten()
    by_distance = torch.stack([right.flatten()[distance == d] for d in range(pairs.p)])
    return by_distance.std(dim=1, correction=0) / right.std(correction=0)


def gradient_symmetry(model: Model, *, p: int, ask: int | None = None, rows: int = 256, seed: int = 0) -> float:
    """Cosine of the slopes of a logit with respect to what a and b are embedded as, mean over random a, b, c.

    Units: 1 where both numbers are always treated alike (pizza).
    Cost: one forward and one backward pass of `rows` rows.
    Reference: Zhong et al. 2023, section 4.1.
    """
    generator = torch.Generator().manual_seed(seed)
    a, b, c = torch.randint(p, (3, rows), generator=generator)
    tokens = torch.stack([a, b, torch.full_like(a, p if ask is None else ask)], dim=1)
    module: Any = model.module
    with torch.enable_grad():
        embedded = module.get_input_embeddings()(tokens).detach().requires_grad_(True)
        said = module(inputs_embeds=embedded).logits[:, -1].gather(1, c[:, None]).sum()
        (slopes,) = torch.autograd.grad(said, embedded)
    return float(torch.nn.functional.cosine_similarity(slopes[:, 0], slopes[:, 1], dim=-1).double().mean())
