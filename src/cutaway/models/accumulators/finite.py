"""Refuse a value that would spoil a result, and say where it is."""

import torch

from cutaway.errors.accumulators import NonFiniteError
from cutaway.models.accumulators.base import Samples


def refuse_nan(accumulator: str, samples: Samples) -> None:
    """Raise NonFiniteError for the first NaN; infinities have their place in an order, and pass."""
    if bool(samples.values.isnan().any()):
        _refuse(accumulator, samples, samples.values.isnan())


def refuse_non_finite(accumulator: str, samples: Samples) -> None:
    """Raise NonFiniteError for the first NaN or infinity."""
    if not bool(samples.values.isfinite().all()):
        _refuse(accumulator, samples, ~samples.values.isfinite())


def _refuse(accumulator: str, samples: Samples, bad: torch.Tensor) -> None:
    sample, feature = (int(at) for at in bad.nonzero()[0])
    raise NonFiniteError(
        accumulator,
        value=float(samples.values[sample, feature]),
        row=int(samples.row[sample]),
        position=int(samples.position[sample]),
        feature=feature,
    )
