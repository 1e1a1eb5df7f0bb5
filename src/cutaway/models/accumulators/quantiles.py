"""Quantiles of every feature, from a sample of the corpus that is the same however it is read.

Which samples are kept is decided by a hash of where they are, not by chance or by order of
arrival: the same corpus keeps the same samples in any number of shards.
"""

from typing import Any, NamedTuple, Self

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.accumulators import AccumulatorSettingError, NothingSeenError
from cutaway.models.accumulators.base import Accumulator, Samples, widened
from cutaway.models.accumulators.finite import refuse_non_finite
from cutaway.models.accumulators.ordering import lexical_order

VACANT = torch.iinfo(torch.int64).max  # where no sample is kept yet: after every sample in the order


class _Kept(NamedTuple):
    """Whole samples in no order; the first three decide which stay."""

    hashed: Int[Tensor, " sample"]
    row: Int[Tensor, " sample"]
    position: Int[Tensor, " sample"]
    values: Float[Tensor, "sample feature"]


class Quantiles(Accumulator):
    """Any quantile of every feature: exact up to `capacity` samples, from then on estimated from that many.

    The estimate of quantile q is itself a quantile of the corpus, at q give or take a standard error of
    sqrt(q (1 - q) / capacity): with 4096, 0.008 at the median and 0.0016 at 1% and 99%. Neighbouring tokens are
    drawn independently. A sample is kept whole, so the errors of the features go together.
    Cost: memory of capacity x (features x 4 + 24) bytes (8 for float64), taken at the first batch:
        at 4096, 48 MiB for 3072 features.
    Raises: NonFiniteError, from `add`, for NaN and infinities; NothingSeenError, from `at`, before the first sample.
    Reference: bottom-k sampling, Cohen & Kaplan 2007, doi:10.1145/1281100.1281133; hash: splitmix64, Steele, Lea &
        Flood 2014, doi:10.1145/2660193.2660195.
    """

    def __init__(self, capacity: int = 4096) -> None:
        super().__init__()
        if capacity < 1:
            raise AccumulatorSettingError(
                f"Quantiles(capacity={capacity})", "it keeps at least one sample", "Quantiles(capacity=4096)"
            )
        self.capacity = capacity
        self._kept: _Kept | None = None

    def settings(self) -> dict[str, Any]:
        return {"capacity": self.capacity}

    def at(self, q: float) -> Float[Tensor, "*feature"]:
        """The value below which a share q of the samples lies, interpolated between neighbours as numpy does.

        Raises: AccumulatorSettingError if q is not from 0 to 1; NothingSeenError before the first sample.
        """
        if not 0 <= q <= 1:
            raise AccumulatorSettingError(f"at({q})", "a quantile is from 0 to 1", "at(0.99)")
        if self._kept is None:
            raise NothingSeenError(repr(self))
        values = self._kept.values[self._kept.row != VACANT]
        place = q * (len(values) - 1)
        below = int(place)
        low = values.kthvalue(below + 1, dim=0).values
        high = values.kthvalue(min(below + 2, len(values)), dim=0).values
        return torch.lerp(low, high, place - below).reshape(self.feature_shape)

    def _check(self, samples: Samples) -> None:
        refuse_non_finite(repr(self), samples)

    def _take(self, samples: Samples) -> None:
        hashed = _mixed(_mixed(samples.row) ^ samples.position)
        self._keep(_Kept(hashed, samples.row, samples.position, widened(samples.values)))

    def _join(self, other: Self) -> None:
        assert other._kept is not None
        self._keep(other._kept)

    def _keep(self, new: _Kept) -> None:
        """Let what is new take the places of what comes later in the order."""
        kept = self._kept or self._vacant(new.values)
        new = _Kept(*(part.to(kept.hashed.device) for part in new))
        keys = [torch.cat([mine, theirs]) for mine, theirs in zip(kept[:3], new[:3], strict=True)]
        stays = torch.zeros(len(keys[0]), dtype=torch.bool, device=kept.hashed.device)
        stays[lexical_order(*keys)[: self.capacity]] = True
        leaving = (~stays[: self.capacity]).nonzero().flatten()
        coming = stays[self.capacity :].nonzero().flatten()
        for place, part in zip(kept, new, strict=True):
            place[leaving] = part[coming]
        self._kept = kept

    def _vacant(self, like: Tensor) -> _Kept:
        hashed, row, position = torch.full((3, self.capacity), VACANT, device=like.device)
        return _Kept(hashed, row, position, like.new_empty((self.capacity, like.shape[1])))


def _mixed(number: Int[Tensor, " sample"]) -> Int[Tensor, " sample"]:
    """The splitmix64 finaliser of each number: every bit depends on all bits; no two numbers share a result."""
    number = number + _signed(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        number = (number ^ _shifted(number, shift)) * _signed(factor)
    return number ^ _shifted(number, 31)


def _shifted(number: Int[Tensor, " sample"], bits: int) -> Int[Tensor, " sample"]:
    """Shifted right without the sign, which torch would copy in from the left."""
    return (number >> bits) & ((1 << (64 - bits)) - 1)


def _signed(word: int) -> int:
    """The int64 with the bits of a 64-bit word."""
    return word - (1 << 64) if word >> 63 else word
