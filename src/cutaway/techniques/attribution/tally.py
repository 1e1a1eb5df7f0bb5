"""Mean, spread and range of many shares, in as few passes over them as there are numbers.

`Moments` casts to float64 and looks at every number about ten times, which would cost more than the shares themselves.
Here sums over one batch are made in float32 and added up in float64: six digits of a mean, and of a spread that is not
far below it.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Tally:
    """Of every part: how many shares, their sum and that of their squares, the smallest and the largest."""

    count: int
    total: Float[Tensor, "part"]
    squares: Float[Tensor, "part"]
    low: Float[Tensor, "part"]
    high: Float[Tensor, "part"]

    @classmethod
    def of(cls, shares: Float[Tensor, "sample part"]) -> "Tally":
        """That of one batch."""
        low, high = torch.aminmax(shares, dim=0)
        norms = torch.linalg.vector_norm(shares, dim=0)
        return cls(len(shares), shares.sum(dim=0).double(), norms.double().square(), low, high)

    def __add__(self, other: "Tally") -> "Tally":
        """That of both batches."""
        low, high = torch.minimum(self.low, other.low), torch.maximum(self.high, other.high)
        return Tally(self.count + other.count, self.total + other.total, self.squares + other.squares, low, high)

    @property
    def mean(self) -> Float[Tensor, "part"]:
        return self.total / self.count

    @property
    def spread(self) -> Float[Tensor, "part"]:
        """The standard deviation over all shares."""
        return (self.squares / self.count - self.mean.square()).clamp(min=0).sqrt()
