"""What every accumulator can do: see a batch, merge with another shard, start afresh.

A scan splits its corpus into shards and batches as it likes, so the answer must not depend on
the split: an accumulator that merged two halves is one that saw both.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.accumulators import ChangedFeaturesError, MergeError, NothingSeenError, UnevenBatchError

NO_TOKEN = -1  # where a batch came without tokens


@dataclass(frozen=True)
class Seen:
    """What one batch contributes at one site; `row` is the number of the sequence over the whole scan.

    Raises: UnevenBatchError if row, position or token are not one a sample.
    """

    values: Float[Tensor, "sample *feature"]
    row: Int[Tensor, " sample"]
    position: Int[Tensor, " sample"]
    token: Int[Tensor, " sample"] | None = None

    def __post_init__(self) -> None:
        samples = self.values.shape[0] if self.values.ndim else None
        labels = {"row": self.row, "position": self.position, "token": self.token}
        shapes = {name: tuple(label.shape) for name, label in labels.items() if label is not None}
        if samples is None or any(shape != (samples,) for shape in shapes.values()):
            raise UnevenBatchError(samples, shapes)


class Samples(NamedTuple):
    """A batch as accumulators work on it: features flat, all of it on one device, `NO_TOKEN` for want of tokens."""

    values: Float[Tensor, "sample feature"]
    row: Int[Tensor, " sample"]
    position: Int[Tensor, " sample"]
    token: Int[Tensor, " sample"]

    def chosen(self, which: Tensor | slice) -> "Samples":
        """Some of the samples."""
        return Samples(*(part[which] for part in self))


class Features(NamedTuple):
    """Shape and precision of one sample, the same throughout a scan."""

    shape: tuple[int, ...]
    dtype: torch.dtype

    def __str__(self) -> str:
        return f"shape {self.shape} in {str(self.dtype).removeprefix('torch.')}"


def widened(values: Tensor) -> Tensor:
    """At least single precision, so that sums and comparisons do not lose what half precision cannot hold."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


class Accumulator(ABC):
    """Something of fixed size that is kept of all samples seen at one site.

    It stays on the device of its first batch. Batches must agree in feature shape and precision.
    """

    def __init__(self) -> None:
        self._count = 0
        self._features: Features | None = None

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What the constructor was given; only equal settings merge."""

    def _check(self, samples: Samples) -> None:  # noqa: B027
        """Raise for a batch that cannot be taken in; most take all."""

    @abstractmethod
    def _take(self, samples: Samples) -> None:
        """Take in at least one sample, already checked."""

    @abstractmethod
    def _join(self, other: Self) -> None:
        """Take in what another saw, at least one sample; the other is not changed, nor shared with."""

    @property
    def count(self) -> int:
        """Samples seen."""
        return self._count

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """Shape of one sample.

        Raises: NothingSeenError before the first sample.
        """
        if self._features is None:
            raise NothingSeenError(repr(self))
        return self._features.shape

    def empty(self) -> Self:
        """The same settings, nothing seen."""
        return type(self)(**self.settings())

    def add(self, seen: Seen) -> None:
        """Take in one batch.

        Raises: ChangedFeaturesError if its features differ from those before; NonFiniteError, from those that
            say so, for a value that they cannot stand. A refused batch leaves no trace.
        """
        values = seen.values.detach()
        features = Features(tuple(values.shape[1:]), values.dtype)
        if self._features not in (None, features):
            raise ChangedFeaturesError(repr(self), str(self._features), str(features))
        if not len(values):
            return
        token = torch.full_like(seen.row, NO_TOKEN) if seen.token is None else seen.token
        samples = Samples(
            values.reshape(len(values), math.prod(features.shape)),
            *(label.to(values.device, torch.int64) for label in (seen.row, seen.position, token)),
        )
        self._check(samples)
        self._features = features
        self._take(samples)
        self._count += len(values)

    def merge(self, other: Self) -> None:
        """Become as if what the other saw had been seen here too; the two must have seen different samples.

        Raises: MergeError if the other is of another kind, has other settings or saw other features.
        """
        if type(self) is not type(other):
            raise MergeError(repr(self), repr(other), "it is of another kind")
        if self is other:
            raise MergeError(repr(self), repr(other), "it is the very same, and would count twice")
        if self._terms() != other._terms():
            raise MergeError(repr(self), repr(other), "its settings differ")
        if other._features is None:
            return
        if self._features not in (None, other._features):
            raise MergeError(repr(self), repr(other), f"it saw {other._features}, not {self._features}")
        self._join(other)
        self._features = other._features
        self._count += other._count

    def _terms(self) -> dict[str, Any]:
        """The settings that must be equal in a merge."""
        return self.settings()

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({given})"
