"""What a sweep needs of the end of every run: which positions and tokens its metrics read, and how they score them."""

import math
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
    """The metrics, told to find in a readout what they find in full logits.

    `places`: where the positions that a metric reads are among those of the readout; None for all of them.
    """

    metrics: Mapping[str, Metric]
    places: Mapping[str, Tensor | None]
    tokens: Mapping[str, Tensor]

    @classmethod
    def of(cls, metrics: Mapping[str, Metric], readout: Readout, base: Tensor, pos: int) -> "Scorer":
        """Positions counted from the readout's start, tokens by their place among its ids; `base` are its logits."""
        found, places, ids = {}, {}, {}
        batch = len(base)
        for name, metric in metrics.items():
            reads = metric.reads(batch, pos)
            at = None if reads.positions is None else reads.positions - readout.start
            tokens = metric.ids(batch).to(base.device)
            if readout.ids is not None and reads.tokens is not None:
                tokens = torch.searchsorted(readout.ids, tokens.contiguous())
            every = torch.arange(base.shape[1]).expand(batch, -1)
            places[name] = None if at is None or torch.equal(at.cpu(), every) else at.to(base.device)
            found[name], ids[name] = replace(metric, tokens=tokens, distinct=False), tokens
        return cls(found, places, ids)

    def score(self, logits: Tensor) -> Tensor:
        """Of one run, every metric [metric, batch] from the logits that were read.

        Raises: what `Metric.from_rows` raises.
        """
        return torch.stack([self.one(name, logits) for name in self.metrics])

    def one(self, name: str, logits: Tensor) -> Tensor:
        """One metric. Its function is called as `from_rows` would, and its checks are made only where they matter."""
        metric, at = self.metrics[name], self.places[name]
        rows = logits if at is None else take(logits, at)
        rows = rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows
        value = metric.function(rows, self.tokens[name])
        fine = isinstance(value, Tensor) and value.is_floating_point() and value.shape == (len(rows),)
        if not fine or not math.isfinite(float(value.detach().sum())):
            value = metric.from_rows(rows)  # which says what is wrong, if anything is
        return value.float()
