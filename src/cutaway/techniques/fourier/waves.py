"""Functions on the circle of numbers modulo p, as sums of waves: the power of each frequency, and some of them alone.

Nanda et al. 2023, arXiv:2301.05217.
"""

from collections.abc import Collection

import torch
from jaxtyping import Float
from torch import Tensor


def power_by_frequency(values: Float[Tensor, "*any p"]) -> Float[Tensor, "*any frequency"]:
    """How much of each function of a number modulo p the frequencies 1 ... p // 2 make up.

    Units: those of the sum of its squares around its mean, which all of them add up to.
    """
    p = values.shape[-1]
    power: Tensor = torch.fft.rfft(values.double()).abs().square()[..., 1:] * (2 / p)
    if p % 2 == 0:
        power[..., -1] /= 2  # the highest frequency has a cosine and no sine
    return power


def few_that_carry(power: Float[Tensor, "frequency"], share: float = 0.9) -> tuple[int, ...]:
    """The fewest frequencies that hold this share of the power, the strongest first."""
    order = power.argsort(descending=True, stable=True)
    short = power[order].cumsum(dim=0) < share * power.sum()
    count = min(int(short.sum()) + 1, len(power))
    return tuple(int(at) + 1 for at in order[:count])


def only_these(values: Float[Tensor, "*any p"], frequencies: Collection[int]) -> Float[Tensor, "*any p"]:
    """The waves of these frequencies in each function, and its mean."""
    waves = torch.fft.rfft(values.double())
    kept = torch.zeros(waves.shape[-1], dtype=torch.bool)
    kept[[0, *frequencies]] = True
    left: Tensor = torch.fft.irfft(waves * kept, n=values.shape[-1])
    return left
