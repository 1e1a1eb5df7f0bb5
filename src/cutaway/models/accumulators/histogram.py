"""How the values of every feature are distributed over bins fixed beforehand."""

import math
from typing import Any, Self

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.accumulators import AccumulatorSettingError, NothingSeenError
from cutaway.models.accumulators.base import Accumulator, Samples
from cutaway.models.accumulators.finite import refuse_nan


class Histogram(Accumulator):
    """Counts of every feature in equal bins from `low` to `high`, and of what falls under and over them.

    A bin holds its lower edge, the last one its upper edge too, as in numpy. Infinities fall under and over.
    Cost: memory of features x (bins + 2) x 8 bytes.
    Raises: NonFiniteError, from `add`, for NaN; NothingSeenError, from results, before the first sample.
    """

    def __init__(self, low: float, high: float, bins: int = 64) -> None:
        super().__init__()
        if not (math.isfinite(low) and math.isfinite(high) and low < high and bins >= 1):
            raise AccumulatorSettingError(
                f"Histogram({low}, {high}, bins={bins})",
                "low is below high, both are finite, and there is at least one bin",
                "Histogram(-5.0, 5.0, bins=64)",
            )
        self.low = low
        self.high = high
        self.bins = bins
        self._counts: Int[Tensor, "feature bins_and_two"] | None = None

    def settings(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "bins": self.bins}

    @property
    def edges(self) -> Float[Tensor, " bins_and_one"]:
        return torch.linspace(self.low, self.high, self.bins + 1, dtype=torch.float64)

    @property
    def counts(self) -> Int[Tensor, "*feature bins"]:
        return self._known()[:, 1:-1].reshape(*self.feature_shape, self.bins).clone()

    @property
    def under(self) -> Int[Tensor, "*feature"]:
        return self._known()[:, 0].reshape(self.feature_shape).clone()

    @property
    def over(self) -> Int[Tensor, "*feature"]:
        return self._known()[:, -1].reshape(self.feature_shape).clone()

    def _known(self) -> Tensor:
        if self._counts is None:
            raise NothingSeenError(repr(self))
        return self._counts

    def _check(self, samples: Samples) -> None:
        refuse_nan(repr(self), samples)

    def _take(self, samples: Samples) -> None:
        values = samples.values.double()
        features, places = values.shape[1], self.bins + 2
        place = torch.bucketize(values, self.edges.to(values.device), right=True)
        place -= (values == self.high).long()  # the last bin holds its upper edge
        place += places * torch.arange(features, device=values.device)
        self._sum(torch.bincount(place.flatten(), minlength=features * places).reshape(features, places))

    def _join(self, other: Self) -> None:
        self._sum(other._known())

    def _sum(self, counts: Tensor) -> None:
        self._counts = counts if self._counts is None else self._counts + counts.to(self._counts.device)
