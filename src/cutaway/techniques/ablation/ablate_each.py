"""Ablate every unit alone: what does the metric lose without it?

What one ablation alone does not show may still carry the task, where another part stands in: `ablate_joint.py` and
`self_repair.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import NoUnitsError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model
from cutaway.models.pairs import Pairs
from cutaway.records.figure import Bars, Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.measure import Resamples, scores_under
from cutaway.techniques.ablation.unit import Unit
from cutaway.techniques.ablation.values import Asked, values_of

PLACES = ("layer", "head", "neuron", "position")


@dataclass(frozen=True, eq=False, repr=False)
class AblatedEach:
    """What ablating each unit alone adds to the metric of each clean prompt, and the metric without that."""

    units: tuple[Unit, ...]
    ablation: str
    metric: Metric
    effects: Float[Tensor, "unit batch"]
    base: Float[Tensor, "batch"]
    seed: int

    def __repr__(self) -> str:
        return f"AblatedEach({self.ablation} of {len(self.units)} units, {len(self.base)} prompts; .frame, .figure)"

    def of(self, unit: Unit) -> Float[Tensor, "batch"]:
        """What ablating one unit adds, by prompt."""
        return self.effects[self.units.index(unit)]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a unit: where it is, the mean effect `value` with its 95 % interval, the clean `base`."""
        low, high = Resamples.of(len(self.base), seed=self.seed).interval(self.effects)
        table = pd.DataFrame([unit.row for unit in self.units])
        table[list(PLACES)] = table[list(PLACES)].astype("Int64")
        table["ablation"], table["metric"] = self.ablation, self.metric.name
        table["value"], table["low"], table["high"] = self.effects.mean(dim=1).numpy(), low, high
        table["base"], table["n"] = float(self.base.mean()), len(self.base)
        return table

    @cached_property
    def figure(self) -> Chart | Shown:
        """Heads as a heat map of layers and heads, anything else as bars with intervals."""
        says = f"What {self.metric.name} gains ({self.ablation} ablation of each part alone; below 0 it is lost)."
        frame = self.frame
        if all(unit.site.startswith("z.") and unit.head is not None for unit in self.units):
            cells = frame.assign(layer=frame["layer"].astype(int), head=frame["head"].astype(int))
            if not cells.duplicated(["layer", "head"]).any():
                return show(Heat(table="ablated", x="head", y="layer", value="value", says=says), cells)
        return show(Bars(table="ablated", x="component", y="value", low="low", high="high", says=says), frame)


def ablate_each(
    model: Model,
    pairs: Pairs,
    units: Sequence[Unit],
    *,
    ablation: Asked = "mean",
    metric: Metric | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> AblatedEach:
    """Take every unit alone out of the runs on the clean prompts, and measure what the metric does.

    `metric`: by default the pairs' own. `seed`: of the bootstrap over prompts; draws have that of their `Ablation`.
    Units:  of the metric, ablated less clean: where higher is better, below 0 the unit helps and above 0 it hurts.
    Cost:   a forward pass for the values, and one sweep of as many edits as there are units, times draws.
    Raises: NoUnitsError; what `values_of` and `sweep` raise.
    Reference: Wang et al. 2022, arXiv:2211.00593 (mean, per template); Chan et al. 2022 (resample); Miller et al.
        2024, arXiv:2407.08734 (how much the choice changes).
    """
    if not units:
        raise NoUnitsError
    values = values_of(model, pairs, units, ablation)
    measured = metric or pairs.metric
    found = scores_under(model, pairs, [[unit] for unit in units], values, measured, progress=progress)
    return AblatedEach(tuple(units), values.name, measured, found.effects, found.base, seed)
