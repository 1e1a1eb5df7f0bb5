"""The scores of runs in which sets of units are ablated, and intervals over prompts of what many units do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from cutaway.models import Metric, Model, sweep
from cutaway.models.pairs import Pairs
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import LEVEL, RESAMPLES
from cutaway.techniques.ablation.unit import Unit, checked
from cutaway.techniques.ablation.values import Values


@dataclass(frozen=True, eq=False)
class Scores:
    """The metric of every set's run, averaged over draws, and of the clean run."""

    ablated: Float[Tensor, "set batch"]
    base: Float[Tensor, "batch"]

    @property
    def effects(self) -> Float[Tensor, "set batch"]:
        """What each set's ablation adds to the metric."""
        return self.ablated - self.base


def scores_under(
    model: Model,
    pairs: Pairs,
    sets: Sequence[Sequence[Unit]],
    values: Values,
    metric: Metric,
    *,
    progress: Progress = SILENT,
) -> Scores:
    """Ablate each set alone, its units together, in runs on the clean prompts.

    Cost:   one sweep of as many edits as there are sets, times draws.
    Raises: NoUnitsError, OverlapError, UnknownUnitError, OtherPromptsError; what `sweep` raises.
    """
    edits = [one for units in sets for one in values.edits(checked(units), pairs.clean)]
    with torch.no_grad():
        found = sweep(model, pairs.clean, edits, metric, mask=pairs.mask, progress=progress)
    each = found.scores.double().view(len(sets), len(values.draws), -1)
    return Scores(each.mean(dim=1), found.base.double())


@dataclass(frozen=True, eq=False)
class Resamples:
    """The same resampled prompts for every unit, so that differences and ratios of means have intervals too."""

    counts: Float[Tensor, "draw batch"]

    @classmethod
    def of(cls, rows: int, *, seed: int) -> "Resamples":
        """The draws that `bootstrap_mean` of as many rows makes with this seed."""
        drawn = np.random.default_rng(seed).integers(rows, size=(RESAMPLES, rows))
        ones = torch.ones(RESAMPLES, rows, dtype=torch.float64)
        counts = torch.zeros(RESAMPLES, rows, dtype=torch.float64).scatter_add(1, torch.from_numpy(drawn), ones)
        return cls(counts / rows)

    def means(self, each: Float[Tensor, "unit batch"]) -> Float[Tensor, "unit draw"]:
        """The mean of each unit over each draw's prompts."""
        return each.double() @ self.counts.T

    def interval(self, each: Float[Tensor, "unit batch"]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Low and high ends, for each unit, of the mean's percentile interval."""
        return ends(self.means(each))


def ends(draws: Float[Tensor, "unit draw"]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high ends of the percentile interval of each row of draws."""
    low, high = np.quantile(draws.numpy(), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return low, high
