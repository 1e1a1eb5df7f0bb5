"""Heads in rotary models, where positions are not in the stream but turn queries and keys.

A query and a key that are the same for every token score, at a distance d, the sum over pairs of dimensions of
cos(speed * (d - by)): highest at d = by, where all terms agree. Sharpness is its lead over the next best distance.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.planted import DescriptionError
from cutaway.models.toy import ROTARY_BASE
from cutaway.planted.description import ANY, Circuit, Head, Look

FASTEST_OF = 2.0  # radians that a pair must turn over the whole context to be used


def turned(by: int) -> Look:
    """A fixed number of positions back, by rotation alone."""
    return Look(ANY, ANY, lambda n, m: torch.full((n, m), float(by)))


def rotary_head(
    circuit: Circuit, head: Head, constant: Float[Tensor, "d_model 1"], d_head: int, sharpness: float
) -> tuple[Float[Tensor, "d_model d_head"], Float[Tensor, "d_model d_head"]]:
    """The query and key maps of a head that looks a fixed number of positions back.

    Raises: DescriptionError for a comparison of contents, which the rotation would spoil, or of several distances.
    """
    if len(head.looks) != 1 or (head.looks[0].query, head.looks[0].key) != (ANY, ANY):
        line = head.looks[0].line if head.looks else head.line
        fault = f"'{head.name}' compares contents, and in a rotary model queries and keys are turned"
        raise DescriptionError(circuit.name, line, fault, "looks=(turned(by),), or positions='learned'")
    half = d_head // 2
    by = float(head.looks[0].table(1, 1))
    speed = ROTARY_BASE ** (-torch.arange(half, dtype=torch.float32) / half)
    used = (speed * circuit.context >= FASTEST_OF).float()  # slower pairs hardly tell neighbours apart
    away = torch.arange(circuit.context, dtype=torch.float32) - by
    agreement = ((away[:, None] * speed).cos() * used).sum(dim=1)
    gap = used.sum() - agreement[away != 0].max()
    spare = torch.zeros(d_head - 2 * half)
    query = torch.cat([used, torch.zeros(half), spare])
    key = torch.cat([used * (by * speed).cos(), used * (by * speed).sin(), spare])
    return (sharpness / gap) * constant * query, constant * key
