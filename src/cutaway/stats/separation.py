"""How well a score separates true cases from false ones."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats


def auroc(scores: NDArray[np.float64], is_true: NDArray[np.bool_]) -> float:
    """The chance that a random true case scores above a random false one, ties counted half.

    Raises: ValueError if one side is empty.
    Reference: Hanley & McNeil 1982; the Mann-Whitney U statistic divided by its largest value.
    """
    true, false = scores[is_true], scores[~is_true]
    if not len(true) or not len(false):
        raise ValueError("separation needs true and false cases")
    ranks = stats.rankdata(np.concatenate([true, false]))
    return float((ranks[: len(true)].sum() - len(true) * (len(true) + 1) / 2) / (len(true) * len(false)))
