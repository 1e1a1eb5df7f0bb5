"""Which heads say the answer, and how much of what they say is made up for when they are gone.

Movers are chosen by their direct effect on some prompts, and measured on others: the head that looks largest among
many looks larger than it is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool
from numpy.typing import NDArray
from torch import Tensor

from cutaway.records import Measured
from cutaway.stats.intervals import bootstrap
from cutaway.techniques.ablation.self_repair import SelfRepair

CARRIES = 0.8  # of all direct effect by which the score is what it is
LEAST = 0.1  # of the clean score, which the larger of two effects must have for their ratio to be looked at
FLOOR = 0.01  # of the clean score, below which an effect counts as that much


@dataclass(frozen=True)
class Repaired:
    """Of the movers' direct effect, the share that did not come: in all, by the last norm, and by later parts.

    `repaired` is the sum of the other two; below 0 later parts add to the damage.
    """

    repaired: float
    by_norm: float
    by_later: float


def movers(found: SelfRepair) -> Bool[Tensor, "unit"]:
    """The fewest units that have `CARRIES` of all direct effect by which the clean score is what it is.

    Where a model prefers the wrong answer these are units that say the wrong one. None where no unit adds to it.
    """
    adds = (-found.direct.mean(dim=1) * found.base.mean().sign()).clamp(min=0)
    ordered, order = adds.sort(descending=True, stable=True)
    before = ordered.cumsum(0) - ordered
    return torch.zeros(len(adds), dtype=torch.bool).scatter(0, order, (before < CARRIES * adds.sum()) & (ordered > 0))


def repaired_heads(choose: SelfRepair, measure: SelfRepair) -> pd.DataFrame:
    """One row a head, effects on the prompts of `measure` and whether it is a mover on those of `choose`.

    Units: of the metric, ablated less clean, means over prompts; `later` and `norm` are what later parts and the last
        norm add to `direct`, so that the three make `value`.
    """
    table = measure.frame[["component", "layer", "head", "ablation", "value", "direct", "norm", "n"]].copy()
    table["later"] = table["value"] - table["direct"] - table["norm"]
    table["mover"] = movers(choose).numpy()
    table["base"] = float(measure.base.mean())
    return table


def repaired(heads: pd.DataFrame) -> Repaired:
    """The movers of a table of `repaired_heads`, taken together."""
    some = heads[heads["mover"]]
    direct, norm, later = (float(some[name].sum()) for name in ("direct", "norm", "later"))
    if direct == 0.0:
        return Repaired(float("nan"), float("nan"), float("nan"))
    return Repaired(-(norm + later) / direct, -norm / direct, -later / direct)


def repaired_over_prompts(choose: SelfRepair, measure: SelfRepair, *, norm: bool, seed: int) -> Measured:
    """The movers' share that later parts make up for, and with `norm` the last norm too, resampled over prompts."""
    some = movers(choose)
    direct, total, by_norm = (each[some].sum(dim=0) for each in (measure.direct, measure.total, measure.norm))
    came_back = total - direct if norm else total - direct - by_norm
    each = torch.stack([came_back, direct], dim=1).numpy()
    return bootstrap(each, lambda rows: float(-rows[:, 0].sum() / rows[:, 1].sum()), seed=seed)


def doublings_apart(one: NDArray[np.float64], other: NDArray[np.float64], *, base: float) -> NDArray[np.float64]:
    """By how many doublings two ablations disagree about the size of each head's effect; 0 where neither is large."""
    sizes = np.abs(np.stack([one, other]))
    large = sizes.max(axis=0) >= LEAST * abs(base)
    apart: NDArray[np.float64] = np.abs(np.diff(np.log2(np.maximum(sizes, FLOOR * abs(base))), axis=0))[0]
    return np.where(large, apart, 0.0)
