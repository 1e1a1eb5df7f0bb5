"""The text that planted models are native to: every token has a usual successor."""

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor

USUAL = 0.5


def sample(successor: Sequence[int], rows: int, length: int, seed: int) -> Int[Tensor, "batch pos"]:
    """Rows that begin with token 0; each next token is the usual successor half the time, else any but 0."""
    generator = torch.Generator().manual_seed(seed)
    follows = torch.tensor(successor)
    tokens = torch.randint(1, len(successor), (rows, length), generator=generator)
    usual = torch.rand(rows, length, generator=generator) < USUAL
    tokens[:, 0] = 0
    for place in range(2, length):
        tokens[:, place] = torch.where(usual[:, place], follows[tokens[:, place - 1]], tokens[:, place])
    return tokens
