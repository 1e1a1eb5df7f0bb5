"""Other units that are as active as the chosen ones: what would ablating any such do?"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

NEAREST = 8  # of the units left, among which each stand-in is drawn


def sets_alike(
    activity: Float[Tensor, "unit"], chosen: Sequence[int], *, draws: int, seed: int, nearest: int = NEAREST
) -> list[list[int]]:
    """Sets as large as the chosen one and without any of it, each of whose units is about as active as one chosen.

    Raises: ValueError if fewer units are left than were chosen.
    """
    if 2 * len(chosen) > len(activity):
        raise ValueError(f"beside {len(chosen)} of {len(activity)} units there are not as many others")
    generator = torch.Generator().manual_seed(seed)
    found = []
    for _ in range(draws):
        left = torch.ones(len(activity), dtype=torch.bool)
        left[list(chosen)] = False
        drawn: list[int] = []
        for unit in chosen:
            apart = torch.where(left, (activity - activity[unit]).abs(), torch.inf)
            near = apart.argsort(stable=True)[: min(nearest, int(left.sum()))]
            drawn.append(int(near[torch.randint(len(near), (1,), generator=generator)]))
            left[drawn[-1]] = False
        found.append(drawn)
    return found
