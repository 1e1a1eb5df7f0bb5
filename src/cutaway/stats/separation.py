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


def auprc(scores: NDArray[np.float64], is_true: NDArray[np.bool_]) -> float:
    """Average precision: of the cases down to each true one, the share that is true, averaged over the true ones.

    Cases of one score count together. A random order gives about the share of true cases.
    Raises: ValueError if there is no true case.
    Reference: Manning, Raghavan & Schuetze 2008, section 8.4.
    """
    if not is_true.any():
        raise ValueError("precision needs a true case")
    values, inverse = np.unique(-scores, return_inverse=True)
    hits = np.bincount(inverse, weights=is_true, minlength=len(values))
    cases = np.bincount(inverse, minlength=len(values))
    precision = np.cumsum(hits) / np.cumsum(cases)
    return float((precision * hits).sum() / hits.sum())


def aurocs(scores: NDArray[np.float64], is_true: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`auroc` of every column of `scores` [case, unit] for every column of `is_true` [case, class], as [unit, class].

    nan for a class that has all cases, or none.
    """
    ranks = stats.rankdata(scores, axis=0)
    true = is_true.sum(axis=0, dtype=float)
    false = len(is_true) - true
    with np.errstate(invalid="ignore", divide="ignore"):
        return (ranks.T @ is_true - true * (true + 1) / 2) / (true * false)  # type: ignore[no-any-return]
