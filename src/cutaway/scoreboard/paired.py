"""Two methods on the same cases: is the one better, case by case?"""

from dataclasses import dataclass

import pandas as pd
from scipy import stats

from cutaway.errors.circuits import NoPairsError
from cutaway.records import Measured
from cutaway.stats.intervals import bootstrap_mean


@dataclass(frozen=True)
class Paired:
    """The mean difference of a measure, one method less the other, and a two-sided Wilcoxon signed-rank p over cases.

    `better`, `worse`: cases in which the one has the larger, or the smaller, value; the rest are ties.
    """

    one: str
    other: str
    measure: str
    difference: Measured
    better: int
    worse: int
    p: float


def paired(rows: pd.DataFrame, one: str, other: str, measure: str) -> Paired:
    """Compare two methods on every case that both have a value for; `rows` as `Scoreboard.rows`.

    Reference: Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data Sets".
    Raises: NoPairsError if there is no such case.
    """
    keys = ["kind", "redundancy", "softness", "case"]
    wide = rows.pivot_table(index=keys, columns="method", values=measure, dropna=False, aggfunc="first")
    missing = [name for name in (one, other) if name not in wide]
    both = None if missing else wide[[one, other]].astype(float).dropna()
    if both is None or both.empty:
        raise NoPairsError(one, other, measure)
    apart = (both[one] - both[other]).to_numpy()
    p = float(stats.wilcoxon(apart, zero_method="wilcox").pvalue) if (apart != 0).any() else 1.0
    return Paired(one, other, measure, bootstrap_mean(apart, seed=0), int((apart > 0).sum()), int((apart < 0).sum()), p)
