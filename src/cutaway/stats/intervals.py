"""Numbers with 95 % intervals."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cutaway.records import Measured

LEVEL = 0.95
RESAMPLES = 2000


def bootstrap(
    units: Sequence[float] | NDArray[np.number],
    statistic: Callable[[NDArray[np.float64]], float],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Measured:
    """A statistic of independent units (rows), with the percentile interval over resampled units.

    Reference: Efron & Tibshirani 1993, chapter 13.
    """
    rows = np.asarray(units, dtype=np.float64)
    generator = np.random.default_rng(seed)
    draws = [statistic(rows[generator.integers(len(rows), size=len(rows))]) for _ in range(resamples)]
    low, high = np.quantile(np.array(draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measured(value=float(statistic(rows)), low=float(low), high=float(high), n=len(rows))


def bootstrap_mean(units: Sequence[float] | NDArray[np.number], *, seed: int) -> Measured:
    """The mean of independent units with its bootstrap interval."""
    return bootstrap(units, lambda rows: float(rows.mean()), seed=seed)


def mean_of_few(values: Sequence[float]) -> Measured:
    """The mean of a few independent numbers, such as one a seed, with Student's interval.

    Raises: ValueError with fewer than two, of which nothing can be said.
    """
    if len(values) < 2:
        raise ValueError("an interval of a mean needs two numbers or more")
    return from_stderr(float(np.mean(values)), float(stats.sem(values)), n=len(values))


def from_stderr(mean: float, stderr: float, *, n: int) -> Measured:
    """A mean whose standard error over `n` independent units is known, with Student's interval."""
    half = float(stats.t.ppf((1 + LEVEL) / 2, max(n - 1, 1))) * stderr
    return Measured(value=mean, low=mean - half, high=mean + half, n=n)


def proportion(count: int, n: int, *, per: float = 1.0) -> Measured:
    """`count` of `n` as a share, or `per` a hundred, with Wilson's interval (Wilson 1927)."""
    interval = stats.binomtest(count, n).proportion_ci(LEVEL, method="wilson")
    return Measured(value=per * count / n, low=per * float(interval.low), high=per * float(interval.high), n=n)
