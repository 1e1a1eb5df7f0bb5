"""The strongest samples of every feature, and where in the corpus they are."""

from typing import Any, NamedTuple, Self

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.accumulators import AccumulatorSettingError, NothingSeenError
from cutaway.models.accumulators.base import NO_TOKEN, Accumulator, Samples, widened
from cutaway.models.accumulators.finite import refuse_nan
from cutaway.models.accumulators.ordering import lexical_order


class _Ranked(NamedTuple):
    """Candidates of every feature; `key` rises from the strongest down."""

    key: Float[Tensor, "feature rank"]
    row: Int[Tensor, "feature rank"]
    position: Int[Tensor, "feature rank"]
    token: Int[Tensor, "feature rank"]

    def beside(self, other: "_Ranked") -> "_Ranked":
        """The candidates of both, unsorted."""
        pairs = zip(self, other, strict=True)
        return _Ranked(*(torch.cat([mine, theirs.to(mine.device)], dim=1) for mine, theirs in pairs))

    def first(self, k: int) -> "_Ranked":
        """The best k in order; equal keys go by row, then position, so that no order of arrival shows."""
        order = lexical_order(self.key, self.row, self.position)[:, :k]
        return _Ranked(*(part.gather(1, order) for part in self))


class TopK(Accumulator):
    """For every feature the k strongest samples: the largest values, or with `largest=False` the smallest.

    Ties go to the smaller row, then the smaller position, so batches and merges in any order give the same answer.
    Cost: memory of k x features x 28 bytes. Infinities are ranked.
    Raises: NonFiniteError, from `add`, for NaN.
    """

    def __init__(self, k: int = 20, largest: bool = True) -> None:
        super().__init__()
        if k < 1:
            raise AccumulatorSettingError(f"TopK(k={k})", "k is 1 or more", "TopK(k=20)")
        self.k = k
        self.largest = largest
        self._top: _Ranked | None = None

    def settings(self) -> dict[str, Any]:
        return {"k": self.k, "largest": self.largest}

    def frame(self) -> pd.DataFrame:
        """One line per feature and rank, the strongest at rank 1: `feature rank value row position token`.

        Features are numbered flat, the last axis fastest; `token` is missing where a batch came without tokens.
        Raises: NothingSeenError before the first sample.
        """
        if self._top is None:
            raise NothingSeenError(repr(self))
        top = _Ranked(*(part.cpu() for part in self._top))
        features, ranks = top.key.shape
        value = -top.key if self.largest else top.key
        token = pd.Series(top.token.flatten().numpy(), dtype="Int64")
        return pd.DataFrame(
            {
                "feature": torch.arange(features).repeat_interleave(ranks).numpy(),
                "rank": torch.arange(1, ranks + 1).repeat(features).numpy(),
                "value": value.flatten().numpy(),
                "row": top.row.flatten().numpy(),
                "position": top.position.flatten().numpy(),
                "token": token.mask(token == NO_TOKEN),
            }
        )

    def _check(self, samples: Samples) -> None:
        refuse_nan(repr(self), samples)

    def _take(self, samples: Samples) -> None:
        samples = samples.chosen(lexical_order(samples.row, samples.position))
        key = widened(-samples.values if self.largest else samples.values)
        if self._top is None:
            self._top = self._best_of(key, samples).first(self.k)
        elif self._top.key.shape[1] < self.k:
            self._top = self._top.beside(self._best_of(key, samples)).first(self.k)
        else:
            # Late in a scan few features have a sample that still makes it: only those are sorted.
            moved = (key.amin(dim=0).to(self._top.key.device) <= self._top.key[:, -1]).nonzero().flatten()
            before = _Ranked(*(part[moved] for part in self._top))
            after = before.beside(self._best_of(key[:, moved.to(key.device)], samples)).first(self.k)
            for kept, changed in zip(self._top, after, strict=True):
                kept[moved] = changed

    def _best_of(self, key: Float[Tensor, "sample feature"], samples: Samples) -> _Ranked:
        index = _earliest_smallest(key.T.contiguous(), min(self.k, len(key)))
        return _Ranked(key.T.gather(1, index), samples.row[index], samples.position[index], samples.token[index])

    def _join(self, other: Self) -> None:
        assert other._top is not None
        self._top = (other._top if self._top is None else self._top.beside(other._top)).first(self.k)


def _earliest_smallest(key: Float[Tensor, "feature sample"], k: int) -> Int[Tensor, "feature k"]:
    """Where the k smallest are, the earliest of equals, in no order; a third of the time of a stable sort."""
    last = key.topk(k, dim=1, largest=False).values.amax(dim=1, keepdim=True)
    under, level = key < last, key == last
    room = k - under.sum(dim=1, keepdim=True)
    chosen = under | (level & (level.cumsum(dim=1) <= room))
    return chosen.nonzero()[:, 1].reshape(len(key), k)
