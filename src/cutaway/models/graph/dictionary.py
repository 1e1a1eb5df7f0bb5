"""A dictionary of features for what an MLP writes: any autoencoder will do that can encode."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Dictionary:
    """How active each feature is, and what it writes: its activation times its row of `directions`.

    `encode` takes what the MLP writes [..., d_model] and gives activations [..., feature]; gradients go through it.
    What the features do not explain, biases included, stays with the MLP itself.
    Reference: Marks et al. 2024, arXiv:2403.19647, where the rest is a node of its own, as here.
    """

    encode: Callable[[Tensor], Tensor]
    directions: Float[Tensor, "feature d_model"]
