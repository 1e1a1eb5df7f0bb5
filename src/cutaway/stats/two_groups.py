"""How far the means of two small groups, such as the seeds of two kinds of model, lie apart, and how far by chance."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy import stats

from cutaway.records import Measured
from cutaway.stats.intervals import LEVEL


def difference_of_means(one: Sequence[float], other: Sequence[float]) -> Measured:
    """The mean of `one` less that of `other`, with Welch's interval; each needs two numbers or more.

    Reference: Welch 1947, Biometrika 34.
    """
    found = stats.ttest_ind(one, other, equal_var=False).confidence_interval(LEVEL)
    value = float(np.mean(one) - np.mean(other))
    return Measured(value=value, low=float(found.low), high=float(found.high), n=len(one) + len(other))


def differences_by_relabelling(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """The same difference for every other way to share the numbers out: 252 for five and five.

    Reference: Fisher 1935, "The Design of Experiments"; Pitman 1937.
    """
    every = np.array([*one, *other], dtype=float)
    ways = combinations(range(len(every)), len(one))
    return [float(every[list(way)].mean() - np.delete(every, list(way)).mean()) for way in ways]
