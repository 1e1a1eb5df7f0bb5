"""How features vary together, for principal components, whitening and linear erasure."""

from typing import Any, Self

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.accumulators import NothingSeenError, TooManyFeaturesError
from cutaway.models.accumulators.base import Accumulator, Samples
from cutaway.models.accumulators.finite import refuse_non_finite

LIMIT = 8192  # features; the matrix is then 512 MiB


class Covariance(Accumulator):
    """Mean and covariance matrix of all features, flattened, in float64.

    Cost: memory of features^2 x 8 bytes, and as much again while a batch is added.
    Raises: TooManyFeaturesError above 8192 features; NonFiniteError, from `add`, for NaN and infinities;
        NothingSeenError, from results, before the first sample.
    Reference: Chan, Golub & LeVeque 1979, Stanford STAN-CS-79-773.
    """

    def __init__(self) -> None:
        super().__init__()
        self._mean: Float[Tensor, " feature"] | None = None
        self._scatter: Float[Tensor, "feature feature"] | None = None

    def settings(self) -> dict[str, Any]:
        return {}

    @property
    def mean(self) -> Float[Tensor, " feature"]:
        return self._known()[0].clone()

    @property
    def covariance(self) -> Float[Tensor, "feature feature"]:
        """Divided by count, not by count - 1 (numpy's `ddof=0`), as the variance of `Moments` is."""
        return self._known()[1] / self.count

    def _known(self) -> tuple[Tensor, Tensor]:
        if self._mean is None or self._scatter is None:
            raise NothingSeenError(repr(self))
        return self._mean, self._scatter

    def _check(self, samples: Samples) -> None:
        if samples.values.shape[1] > LIMIT:
            raise TooManyFeaturesError(samples.values.shape[1], LIMIT)
        refuse_non_finite(repr(self), samples)

    def _take(self, samples: Samples) -> None:
        values = samples.values.double()
        mean = values.mean(dim=0)
        values = values - mean
        self._pool(mean, values.T @ values, len(values))

    def _join(self, other: Self) -> None:
        self._pool(*other._known(), other.count)

    def _pool(self, mean: Tensor, scatter: Tensor, count: int) -> None:
        if self._mean is None or self._scatter is None:
            self._mean, self._scatter = mean.clone(), scatter.clone()
            return
        both = self.count + count
        apart = mean.to(self._mean.device) - self._mean
        self._mean = self._mean + apart * (count / both)
        self._scatter += scatter.to(self._scatter.device)
        self._scatter += torch.outer(apart, apart * (self.count * count / both))
