"""Agreement in rank."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cutaway.records import Measured
from cutaway.stats.intervals import bootstrap


def spearman(x: NDArray[np.number], y: NDArray[np.number]) -> float:
    """Spearman's rank correlation, ties averaged; 0 where one side is constant."""
    ranks = stats.rankdata(x), stats.rankdata(y)
    if np.ptp(ranks[0]) == 0 or np.ptp(ranks[1]) == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def rank_agreement(x: NDArray[np.number], y: NDArray[np.number], *, seed: int) -> Measured:
    """Spearman's correlation over units, with a bootstrap interval over the units."""
    return bootstrap(np.column_stack([x, y]), lambda rows: spearman(rows[:, 0], rows[:, 1]), seed=seed)


def shuffled_agreement(x: NDArray[np.number], y: NDArray[np.number], *, seed: int, draws: int = 200) -> list[float]:
    """The same correlation after shuffling one side: its null."""
    generator = np.random.default_rng(seed)
    return [spearman(x, generator.permutation(y)) for _ in range(draws)]
