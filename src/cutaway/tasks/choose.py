"""Random choices among what each row allows, for a whole batch at once."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Int
from torch import Tensor


def one_of(allowed: Bool[Tensor, "batch n"], generator: torch.Generator) -> Int[Tensor, "batch"]:
    """An allowed place of each row, all of them equally likely; every row needs one."""
    return torch.rand(allowed.shape, generator=generator).masked_fill(~allowed, -1.0).argmax(dim=1)


def suitable(
    draw: Callable[[int], Int[Tensor, "batch n"]],
    suits: Callable[[Int[Tensor, "batch n"]], Bool[Tensor, "batch"]],
    rows: int,
) -> Int[Tensor, "rows n"]:
    """Rows of what `draw(count)` makes, without those that do not suit."""
    found: list[Tensor] = []
    have = 0
    while have < rows:
        drawn = draw(rows - have + rows // 4 + 8)
        found.append(drawn[suits(drawn)])
        have += len(found[-1])
    return torch.cat(found)[:rows]
