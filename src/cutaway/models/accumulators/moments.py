"""Mean, variance and range of every feature.

Batches are joined by their deviations from their own means, never by raw sums of squares,
which cancel where the mean is large against the spread.
"""

from typing import Any, NamedTuple, Self

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.accumulators import NothingSeenError
from cutaway.models.accumulators.base import Accumulator, Samples
from cutaway.models.accumulators.finite import refuse_non_finite


class _Moments(NamedTuple):
    """Of each feature; `scatter` is the sum of squared deviations from the mean."""

    mean: Float[Tensor, " feature"]
    scatter: Float[Tensor, " feature"]
    low: Float[Tensor, " feature"]
    high: Float[Tensor, " feature"]


class Moments(Accumulator):
    """Count, mean, variance, smallest and largest value of every feature, in float64.

    Cost: memory of features x 32 bytes; a batch is cast to float64 while it is added.
    Raises: NonFiniteError, from `add`, for NaN and infinities; NothingSeenError, from results, before the first sample.
    Reference: Chan, Golub & LeVeque 1979, Stanford STAN-CS-79-773.
    """

    def __init__(self) -> None:
        super().__init__()
        self._moments: _Moments | None = None

    def settings(self) -> dict[str, Any]:
        return {}

    @property
    def mean(self) -> Float[Tensor, "*feature"]:
        return self._known().mean.reshape(self.feature_shape).clone()

    @property
    def variance(self) -> Float[Tensor, "*feature"]:
        """Mean squared deviation: divided by count, not by count - 1 (numpy's `ddof=0`, torch's `unbiased=False`)."""
        return (self._known().scatter / self.count).reshape(self.feature_shape)

    @property
    def min(self) -> Float[Tensor, "*feature"]:
        return self._known().low.reshape(self.feature_shape).clone()

    @property
    def max(self) -> Float[Tensor, "*feature"]:
        return self._known().high.reshape(self.feature_shape).clone()

    def _known(self) -> _Moments:
        if self._moments is None:
            raise NothingSeenError(repr(self))
        return self._moments

    def _check(self, samples: Samples) -> None:
        refuse_non_finite(repr(self), samples)

    def _take(self, samples: Samples) -> None:
        values = samples.values.double()
        mean = values.mean(dim=0)
        scatter = (values - mean).square().sum(dim=0)
        self._pool(_Moments(mean, scatter, values.amin(dim=0), values.amax(dim=0)), len(values))

    def _join(self, other: Self) -> None:
        self._pool(other._known(), other.count)

    def _pool(self, theirs: _Moments, count: int) -> None:
        if self._moments is None:
            self._moments = theirs  # never changed in place, so it may be shared
            return
        mine = self._moments
        theirs = _Moments(*(part.to(mine.mean.device) for part in theirs))
        both = self.count + count
        apart = theirs.mean - mine.mean
        self._moments = _Moments(
            mine.mean + apart * (count / both),
            mine.scatter + theirs.scatter + apart.square() * (self.count * count / both),
            torch.minimum(mine.low, theirs.low),
            torch.maximum(mine.high, theirs.high),
        )
