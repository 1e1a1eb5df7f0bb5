"""Ablate one unit after another, each the one that matters most, or least, given all that are gone.

Chosen one by one without regard to what is gone, parts that stand in for one another are never found. The choice is
made on one half of the prompts and the curve measured on the other, because a unit that was chosen for its effect
owes some of it to chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import FewPromptsError
from cutaway.errors.choices import check_choice
from cutaway.errors.composition import TooFewError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model
from cutaway.models.pairs import Pairs
from cutaway.records.figure import Bars
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.measure import Resamples, scores_under
from cutaway.techniques.ablation.unit import Unit, checked
from cutaway.techniques.ablation.values import Asked, values_of

Toward = Literal["lower", "higher", "same"]
SEED = 0  # of the bootstrap over prompts
PLACES = ("layer", "head", "neuron", "position")


@dataclass(frozen=True, eq=False, repr=False)
class GreedyPath:
    """Units in the order in which they went, and the metric of each prompt after every step."""

    units: tuple[Unit, ...]
    toward: Toward
    ablation: str
    metric: Metric
    scores: Float[Tensor, "step batch"]
    base: Float[Tensor, "batch"]

    def __repr__(self) -> str:
        order = ", ".join(map(str, self.units[:6])) + (" ..." if len(self.units) > 6 else "")
        return f"GreedyPath({self.ablation}, toward {self.toward}: {order}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a step, 0 being the clean run: who went, and the mean score afterwards.

        `value`, with its 95 % interval: on the prompts that nothing was chosen by; `chosen_on`: on the others.
        """
        scores = torch.cat([self.base[None], self.scores])
        kept = scores[:, 1::2]
        low, high = Resamples.of(kept.shape[1], seed=SEED).interval(kept)
        rows = [{"component": "none"} | dict.fromkeys(("site", *PLACES)), *(unit.row for unit in self.units)]
        table = pd.DataFrame(rows)
        table[list(PLACES)] = table[list(PLACES)].astype("Int64")
        table.insert(0, "step", range(len(scores)))
        table["ablation"], table["metric"] = self.ablation, self.metric.name
        table["value"], table["low"], table["high"] = kept.mean(dim=1).numpy(), low, high
        table["chosen_on"], table["n"] = scores[:, 0::2].mean(dim=1).numpy(), kept.shape[1]
        return table

    @cached_property
    def figure(self) -> Chart | Shown:
        """The curve on prompts that nothing was chosen by: the score after each unit went."""
        says = f"{self.metric.name} as one part after another is gone ({self.ablation} ablation, toward {self.toward})."
        labelled = self.frame.assign(step=[f"{row.step} {row.component}" for row in self.frame.itertuples()])
        return show(Bars(table="path", x="step", y="value", low="low", high="high", says=says), labelled)


def ablate_greedily(
    model: Model,
    pairs: Pairs,
    units: Sequence[Unit],
    *,
    toward: Toward = "lower",
    steps: int | None = None,
    ablation: Asked = "mean",
    metric: Metric | None = None,
    progress: Progress = SILENT,
) -> GreedyPath:
    """Take out, one after another and all staying out, the unit that moves the metric the furthest one way.

    `toward` "lower": whose going hurts most, where higher is better; "higher": hurts least, or helps most; "same":
    leaves the score closest to the clean one. Of equals the first goes. `steps`: by default until all are gone.
    Every second prompt, from the first on, is chosen by; the rest are measured.
    Units:  of the metric.
    Cost:   a forward pass for the values; at each step a sweep over the units that are left, steps * units in all.
    Raises: NoUnitsError, OverlapError; FewPromptsError; UnknownChoiceError; TooFewError for less than one step; what
        `values_of` and `sweep` raise.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 4 (greedy sets for completeness).
    """
    check_choice("toward", toward, Toward)
    if steps is not None and steps < 1:
        raise TooFewError("steps", steps, 1)
    if len(pairs) < 2:
        raise FewPromptsError(len(pairs))
    left, gone = list(checked(units)), list[Unit]()
    values = values_of(model, pairs, left, ablation)
    measured = metric or pairs.metric
    count = len(left) if steps is None else min(steps, len(left))
    base, path = torch.empty(0), list[Tensor]()
    with progress.phase(f"{model.name}: greedy {values.name} ablation", count) as tick:
        for _ in range(count):
            found = scores_under(model, pairs, [[*gone, unit] for unit in left], values, measured)
            base = found.base
            at = chosen(found.ablated[:, 0::2].mean(dim=1), float(base[0::2].mean()), toward)
            path.append(found.ablated[at])
            gone.append(left.pop(at))
            tick()
    return GreedyPath(tuple(gone), toward, values.name, measured, torch.stack(path), base)


def chosen(means: Float[Tensor, "unit"], clean: float, toward: Toward) -> int:
    """Which unit goes next."""
    if toward == "same":
        return int((means - clean).abs().argmin())
    return int(means.argmin() if toward == "lower" else means.argmax())
