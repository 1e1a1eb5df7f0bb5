"""What a sweep needs of the end of every run: which positions and tokens its metrics read, and how they score them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cutaway.errors.metric import TokenOutsideError
from cutaway.models.metric import Metric, Reads, take


@dataclass(frozen=True)
class Readout:
    """Positions `start` to `end`, and the ids of the tokens whose logits are made: None for all of them."""

    start: int
    end: int
    ids: Tensor | None

    def of(self, logits: Tensor) -> Tensor:
        """The part of full logits [batch, pos, d_vocab] that is read."""
        rows = logits[:, self.start : self.end]
        return rows if self.ids is None else rows[..., self.ids.to(logits.device)]


def readout_of(metrics: Mapping[str, Metric], batch: int, pos: int, *, d_vocab: int, may_cut: bool) -> Readout:
    """What several metrics read together.

    Raises: TokenOutsideError for a token that the model does not have, and what `Metric.reads` raises.
    """
    every = {name: metric.reads(batch, pos) for name, metric in metrics.items()}
    for name, reads in every.items():
        refuse_outside(name, reads, d_vocab)
    places = [reads.positions for reads in every.values()]
    known = [place for place in places if place is not None]
    whole = len(known) < len(places) or not may_cut
    start = 0 if whole else min(int(place.min()) for place in known)
    end = pos if whole else max(int(place.max()) for place in known) + 1
    single = may_cut and all(reads.tokens is not None and not reads.whole_vocabulary for reads in every.values())
    ids = (
        torch.cat([reads.tokens.flatten() for reads in every.values() if reads.tokens is not None]) if single else None
    )
    return Readout(start, end, None if ids is None else torch.unique(ids))


def refuse_outside(name: str, reads: Reads, d_vocab: int) -> None:
    """Raises: TokenOutsideError."""
    if reads.tokens is None or not d_vocab:
        return
    outside = reads.tokens[(reads.tokens < 0) | (reads.tokens >= d_vocab)]
    if len(outside):
        raise TokenOutsideError(name, int(outside[0]), d_vocab)


@dataclass(frozen=True)
class Scorer:
    """The metrics, told to find in a readout what they find in full logits."""

    metrics: Mapping[str, Metric]
    places: Mapping[str, Tensor | None]

    @classmethod
    def of(cls, metrics: Mapping[str, Metric], readout: Readout, batch: int, pos: int) -> "Scorer":
        """Positions counted from the readout's start, tokens by their place among its ids."""
        found, places = {}, {}
        for name, metric in metrics.items():
            reads = metric.reads(batch, pos)
            places[name] = None if reads.positions is None else reads.positions - readout.start
            tokens = metric.ids(batch)
            if readout.ids is not None and reads.tokens is not None:
                tokens = torch.searchsorted(readout.ids, tokens.contiguous())
            found[name] = replace(metric, tokens=tokens, distinct=False)
        return cls(found, places)

    def score(self, logits: Tensor) -> Tensor:
        """Of one run, every metric [metric, batch] from the logits that were read."""
        return torch.stack([self.one(name, logits) for name in self.metrics])

    def one(self, name: str, logits: Tensor) -> Tensor:
        places = self.places[name]
        rows = logits if places is None else take(logits, places)
        return self.metrics[name].from_rows(rows).float()
