"""Does a neuron follow one frequency of both numbers, and which?"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

DEAD = 0.01  # of the largest standard deviation over pairs: neurons below it do nothing


@dataclass(frozen=True, eq=False)
class NeuronWaves:
    """By neuron: its best `frequency`, the share of its variance `explained` by it, and whether it is `active`."""

    frequency: Int[Tensor, "d_mlp"]
    explained: Float[Tensor, "d_mlp"]
    active: Bool[Tensor, "d_mlp"]

    def follow(self, share: float = 0.85) -> Bool[Tensor, "d_mlp"]:
        """The active neurons of which one frequency explains this share."""
        return self.active & (self.explained > share)


def neuron_waves(neurons: Float[Tensor, "a b d_mlp"]) -> NeuronWaves:
    """Fit every neuron with the waves of one frequency in a, in b and their products: eight of them, and a mean.

    Units: share of the variance over all pairs. With p odd; a constant neuron has frequency 1, explained 0.
    Reference: Nanda et al. 2023, arXiv:2301.05217, section 4.3.
    """
    p = len(neurons)
    around = neurons.double() - neurons.double().mean(dim=(0, 1))
    power = torch.fft.fft2(around, dim=(0, 1)).abs().square()
    whole = power.sum(dim=(0, 1))
    up = torch.arange(1, (p - 1) // 2 + 1)
    down = p - up
    along = power[up, 0] + power[down, 0] + power[0, up] + power[0, down]
    across = power[up, up] + power[up, down] + power[down, up] + power[down, down]
    best = (along + across).max(dim=0)
    spread = whole.sqrt()
    there = spread > DEAD * spread.max()
    return NeuronWaves(
        frequency=best.indices + 1,
        explained=torch.where(whole > 0, best.values / whole.clamp(min=1e-300), 0.0),
        active=there,
    )
