"""When a head is taken out, who makes up for it, and by how much?

A head's direct effect is what it adds to the logits itself. Taken out, the metric should fall by as much; where it
falls less, other parts wrote something else, or the last norm divided by less, because a stream without the head is
shorter. The whole change is the sum of three: the direct one, that of every later part at the clean run's divisor, and
the norm's. A head that others listen to changes them too: not every later change is a repair.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.errors.ablation import NotAdditiveError, NotAPartError, NoUnitsError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model
from cutaway.models.pairs import Pairs
from cutaway.records.figure import Points
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.ablate_joint import FLAT, AblatedJointly, ablate_joint
from cutaway.techniques.ablation.direct import Direct
from cutaway.techniques.ablation.measure import Resamples, ends
from cutaway.techniques.ablation.unit import Unit, every_head, head_at, mlp_at
from cutaway.techniques.ablation.values import Ablation, Values, values_of

ADDS_UP = 1e-3  # of the largest effect: what parts, direct effect and norm may be off
NORM = "last norm"


@dataclass(frozen=True, eq=False, repr=False)
class SelfRepair:
    """For every head or MLP that was ablated: the whole change of the metric, the direct one, and that of all parts.

    `parts`: all heads and MLPs in order. `norm`: what the change of the last norm's divisor adds. `joint`: each of them
    together with the part that made up for most of it, where one did.
    """

    units: tuple[Unit, ...]
    parts: tuple[Unit, ...]
    ablation: str
    metric: Metric
    total: Float[Tensor, "unit batch"]
    direct: Float[Tensor, "unit batch"]
    changes: Float[Tensor, "unit part batch"]
    norm: Float[Tensor, "unit batch"]
    base: Float[Tensor, "batch"]
    joint: AblatedJointly | None
    seed: int

    def __repr__(self) -> str:
        return f"SelfRepair({self.ablation} of {len(self.units)} units; .frame, .responses, .joint, .figure)"

    @cached_property
    def draws(self) -> Resamples:
        return Resamples.of(len(self.base), seed=self.seed)

    @cached_property
    def flat(self) -> Bool[Tensor, "unit"]:
        """Units whose direct effect is less than a thousandth of the clean score."""
        return self.direct.mean(dim=1).abs() <= FLAT * float(self.base.mean().abs())

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a unit, means over prompts with 95 % intervals; a share of less than `FLAT` of the score is missing.

        `value`: what ablation adds to the metric; `direct`: what it would add if nothing else changed; `indirect`:
        the rest; `norm`: what of the rest is the last norm's. `repaired`: the share of the direct change that did not
        come, 1 - value / direct: 1 where all is made up for, below 0 where it got worse. `norm_share`: of `indirect`.
        `compensator`: the part whose change works most against the direct one, and its `compensates`.
        """
        table = pd.DataFrame([unit.row for unit in self.units])[["component", "layer", "head"]]
        table[["layer", "head"]] = table[["layer", "head"]].astype("Int64")
        table["ablation"], table["metric"] = self.ablation, self.metric.name
        for name, each in (("value", self.total), ("direct", self.direct), ("indirect", self.total - self.direct)):
            low, high = self.draws.interval(each)
            table[name], table[f"{name}_low"], table[f"{name}_high"] = each.mean(dim=1).numpy(), low, high
        indirect = (self.total - self.direct).mean(dim=1)
        drawn = 1 - self.draws.means(self.total) / self.draws.means(self.direct)
        repaired = 1 - self.total.mean(dim=1) / self.direct.mean(dim=1)
        low, high = ends(torch.where(self.flat[:, None], torch.nan, drawn))
        table["repaired"] = torch.where(self.flat, torch.nan, repaired).numpy()
        table["repaired_low"], table["repaired_high"] = low, high
        table["norm"] = self.norm.mean(dim=1).numpy()
        nothing = indirect.abs() <= FLAT * float(self.base.mean().abs())
        table["norm_share"] = torch.where(nothing, torch.nan, self.norm.mean(dim=1) / indirect).numpy()
        found = [self.compensator(at) for at in range(len(self.units))]
        table["compensator"] = [None if one is None else str(self.parts[one]) for one in found]
        table["compensates"] = [
            float("nan") if one is None else float(self.changes[at, one].mean()) for at, one in enumerate(found)
        ]
        table["n"] = len(self.base)
        return table

    @cached_property
    def responses(self) -> pd.DataFrame:
        """One row for each ablated unit and later part, the last norm included: what its change adds, `value`.

        `share`: of the direct change, with the sign that makes a repair positive; missing where that is nothing.
        """
        tables = []
        for at, unit in enumerate(self.units):
            later = [number for number, part in enumerate(self.parts) if is_later(part, unit)]
            each = torch.cat([self.changes[at, later], self.norm[at][None]])
            low, high = self.draws.interval(each)
            rows = [self.parts[number].row for number in later] + [{"component": NORM}]
            table = pd.DataFrame(rows).reindex(columns=["component", "layer", "head"])
            table.insert(0, "ablated", str(unit))
            table["value"], table["low"], table["high"] = each.mean(dim=1).numpy(), low, high
            direct = float("nan") if self.flat[at] else float(self.direct[at].mean())
            table["share"], table["n"] = -table["value"] / direct, len(self.base)
            tables.append(table)
        whole = pd.concat(tables, ignore_index=True)
        whole[["layer", "head"]] = whole[["layer", "head"]].astype("Int64")
        return whole

    @cached_property
    def figure(self) -> Chart | Shown:
        """Every head's whole effect against its direct one: on the diagonal nothing repairs, on the axis all does."""
        says = f"What {self.metric.name} gains when a head is gone ({self.ablation}), against its direct part."
        return show(Points(table="repair", x="direct", y="value", group="layer", says=says), self.frame)

    def compensator(self, at: int) -> int | None:
        """The part that makes up for most of one unit's direct effect; None where that is nothing, or nobody does."""
        if self.flat[at]:
            return None
        against = -self.changes[at].mean(dim=1) * self.direct[at].mean().sign()
        best = int(against.argmax())
        return best if float(against[best]) > FLAT * float(self.base.mean().abs()) else None


def self_repair(
    model: Model,
    pairs: Pairs,
    units: Sequence[Unit] | None = None,
    *,
    ablation: str | Ablation = "mean",
    metric: Metric | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> SelfRepair:
    """Take each head or MLP alone out of the runs on the clean prompts, and say what every later part does about it.

    `units`: by default all heads. `metric`: linear in the logits. Each run is checked: the parts add up.
    Units:  of the metric, ablated less clean.
    Cost:   two forward passes and a gradient, a full run for each unit and draw, and a sweep over pairs; memory of the
        z and MLP outputs of two runs, and of units * parts * prompts numbers.
    Raises: NoUnitsError; NotLinearError; NotAPartError; NotAdditiveError; what `values_of` and `sweep` raise.
    Reference: McGrath et al. 2023, arXiv:2307.15771; Rushing & Nanda 2024, arXiv:2402.15390. There the norm's share is
        taken before the parts change, here after: the three then add up.
    """
    chosen = tuple(units) if units is not None else every_head(model)
    if not chosen:
        raise NoUnitsError
    direct = Direct(model, pairs, metric or pairs.metric)
    parts = parts_of(model, direct)
    for unit in chosen:
        if whole(unit) not in parts:
            raise NotAPartError(str(unit), [str(part) for part in parts])
    values = values_of(model, pairs, list(dict.fromkeys([*chosen, *parts])), ablation)
    before, base = direct.written(direct.clean), direct.metric(direct.clean.logits).double()
    found = []
    with progress.phase(f"{model.name}: self-repair", len(chosen)) as tick:
        for unit in chosen:
            found.append(ablated(direct, parts, unit, values, before, base))
            tick()
    total, own, changes, norm = (torch.stack(each) for each in zip(*found, strict=True))
    first = SelfRepair(chosen, parts, values.name, direct.metric, total, own, changes, norm, base, None, seed)
    helped = [(unit, one) for at, unit in enumerate(chosen) if (one := first.compensator(at)) is not None]
    if not helped:
        return first
    sets = list({frozenset((unit, parts[one])): (unit, parts[one]) for unit, one in helped}.values())
    joint = ablate_joint(model, pairs, sets, ablation=values, metric=direct.metric, seed=seed)
    return SelfRepair(chosen, parts, values.name, direct.metric, total, own, changes, norm, base, joint, seed)


def parts_of(model: Model, direct: Direct) -> tuple[Unit, ...]:
    """Every head and MLP, in the order of `Direct.written`."""
    found: list[Unit] = []
    for layer in range(model.shape.n_layers):
        found += [head_at(layer, head) for head in range(model.shape.n_heads)]
        found += [mlp_at(layer)] if f"mlp_out.{layer}" in direct.clean else []
    return tuple(found)


def ablated(
    direct: Direct,
    parts: Sequence[Unit],
    unit: Unit,
    values: Values,
    before: Float[Tensor, "part batch"],
    base: Float[Tensor, "batch"],
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Total, direct, by part, and the norm's, for one unit; each an average over draws.

    Raises: NotAdditiveError.
    """
    runs = []
    own = parts.index(whole(unit))
    for edits in values.edits([unit], direct.pairs.clean):
        trace = direct.run(edits)
        total = direct.metric(trace.logits).double() - base
        changes, norm = direct.written(trace) - before, direct.scale_effect(trace)
        off = float((total - changes.sum(dim=0) - norm).abs().max())
        size = max(float(part.abs().max()) for part in (total, changes, base))
        if not off <= ADDS_UP * size:
            raise NotAdditiveError(direct.model.name, str(unit), off, size)
        alone = changes[own].clone()
        changes[own] = 0.0
        runs.append((total, alone, changes, norm))
    total, alone, changes, norm = (torch.stack(each).mean(dim=0) for each in zip(*runs, strict=True))
    return total, alone, changes, norm


def whole(unit: Unit) -> Unit:
    """The same at every position."""
    return replace(unit, position=None)


def is_later(part: Unit, unit: Unit) -> bool:
    """Whether a part comes after another: the MLP of a head's own layer may, another head may not."""
    own, other = unit.layer or 0, part.layer or 0
    return other > own or (other == own and part.head is None and unit.head is not None)
