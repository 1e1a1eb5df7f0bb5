"""Ablate sets of units together: is the whole more than the sum of its parts?

Where one part stands in for another, each alone shows little and both together much: the joint effect is larger than
the sum of the single ones (super-additive). Where two parts do one thing in turn, each alone breaks all of it: the
joint effect is smaller than the sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import NoUnitsError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model
from cutaway.models.pairs import Pairs
from cutaway.records.figure import Bars
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.measure import Resamples, ends, scores_under
from cutaway.techniques.ablation.unit import Unit
from cutaway.techniques.ablation.values import Asked, values_of

FLAT = 1e-3  # share of the mean clean score below which a sum of effects is too small to divide by


@dataclass(frozen=True, eq=False, repr=False)
class AblatedJointly:
    """What ablating each set together, and each of its units alone, adds to the metric of each clean prompt."""

    sets: Mapping[str, tuple[Unit, ...]]
    ablation: str
    metric: Metric
    joint: Float[Tensor, "set batch"]
    single: Mapping[Unit, Float[Tensor, "batch"]]
    base: Float[Tensor, "batch"]
    seed: int

    def __repr__(self) -> str:
        return f"AblatedJointly({self.ablation} of {len(self.sets)} sets, {len(self.base)} prompts; .frame, .figure)"

    @cached_property
    def summed(self) -> Float[Tensor, "set batch"]:
        """The sum of the single effects of each set, by prompt."""
        return torch.stack([torch.stack([self.single[unit] for unit in some]).sum(0) for some in self.sets.values()])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a set: the mean joint effect `value` with its 95 % interval, and how it compares with the sum.

        `summed`: of the single effects; `excess`: joint less sum; `ratio`: joint through sum, above 1 where the set is
        super-additive. It is missing where the sum is less than a thousandth of the clean score: singly, nothing shows.
        """
        draws = Resamples.of(len(self.base), seed=self.seed)
        joint, summed = self.joint.mean(dim=1), self.summed.mean(dim=1)
        flat = summed.abs() <= FLAT * float(self.base.mean().abs())
        ratio = torch.where(flat, torch.nan, joint / summed)
        drawn = draws.means(self.joint) / draws.means(self.summed)
        (low, high), (excess_low, excess_high) = draws.interval(self.joint), draws.interval(self.joint - self.summed)
        ratio_low, ratio_high = ends(torch.where(flat[:, None], torch.nan, drawn))
        names = list(self.sets)
        sizes = [len(some) for some in self.sets.values()]
        table = {"set": names, "size": sizes, "components": [" + ".join(map(str, s)) for s in self.sets.values()]}
        found = pd.DataFrame(table)
        found["value"], found["low"], found["high"] = joint.numpy(), low, high
        found["summed"], found["excess"] = summed.numpy(), (joint - summed).numpy()
        found["excess_low"], found["excess_high"] = excess_low, excess_high
        found["ratio"], found["ratio_low"], found["ratio_high"] = ratio.numpy(), ratio_low, ratio_high
        found.insert(3, "ablation", self.ablation)
        found.insert(4, "metric", self.metric.name)
        found["base"], found["n"] = float(self.base.mean()), len(self.base)
        return found

    @cached_property
    def figure(self) -> Chart | Shown:
        """The excess of the joint effect over the sum, as bars with intervals."""
        says = f"What {self.metric.name} gains beyond the sum of single effects ({self.ablation} ablation, together)."
        header = Bars(table="jointly", x="set", y="excess", low="excess_low", high="excess_high", says=says)
        return show(header, self.frame)


def ablate_joint(
    model: Model,
    pairs: Pairs,
    sets: Mapping[str, Sequence[Unit]] | Sequence[Sequence[Unit]],
    *,
    ablation: Asked = "mean",
    metric: Metric | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> AblatedJointly:
    """Take the units of each set together out of the runs on the clean prompts, and each of them alone.

    Sets without names are called by their units. `seed`: of the bootstrap over prompts.
    Units:  of the metric, ablated less clean; the ratio has none: 1 where effects add up.
    Cost:   a forward pass for the values, and one sweep of an edit for each set and each different unit, times draws.
    Raises: NoUnitsError; OverlapError for units of one set that share something; what `values_of` and `sweep` raise.
    Reference: McGrath et al. 2023, arXiv:2307.15771; Wang et al. 2022, arXiv:2211.00593, section 3.4 (backups).
    """
    if not sets:
        raise NoUnitsError
    named = dict(sets) if isinstance(sets, Mapping) else {" + ".join(map(str, some)): some for some in sets}
    units = list(dict.fromkeys(unit for some in named.values() for unit in some))
    if not units:
        raise NoUnitsError
    values = values_of(model, pairs, units, ablation)
    measured = metric or pairs.metric
    every = [*([unit] for unit in units), *named.values()]
    found = scores_under(model, pairs, every, values, measured, progress=progress)
    single = dict(zip(units, found.effects, strict=False))
    chosen = {name: tuple(some) for name, some in named.items()}
    return AblatedJointly(chosen, values.name, measured, found.effects[len(units) :], single, found.base, seed)
