"""Is there a group of cases whose paired gains are far above the mean? Chosen on some cases, measured on others.

Beyond the mean, not by it: a mean gain may be nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST = 10  # cases on either side for a group to be chosen


@dataclass(frozen=True)
class ChosenGroup:
    """The group with the largest mean gain on cases it was chosen by, and on the others its gain less that of all.

    `beyond`: one number a seed.
    """

    name: str
    beyond: tuple[float, ...]


def chosen_group(
    gains: NDArray[np.float64], groups: NDArray[Any], *, choose: NDArray[np.bool_], fewest: int = FEWEST
) -> ChosenGroup:
    """Choose by the mean over seeds on the cases of `choose`, measure on the others; `gains` is [seed, case].

    Raises: ValueError where no group has `fewest` cases on both sides.
    """
    names, at = np.unique(groups, return_inverse=True)
    large = np.minimum(np.bincount(at[choose], minlength=len(names)), np.bincount(at[~choose], minlength=len(names)))
    if not (large >= fewest).any():
        raise ValueError(f"no group has {fewest} cases on both sides")
    sums = np.bincount(at[choose], gains[:, choose].mean(axis=0), minlength=len(names))
    means = sums / np.maximum(np.bincount(at[choose], minlength=len(names)), 1)
    best = int(np.where(large >= fewest, means, -np.inf).argmax())
    there, all_of_them = gains[:, ~choose & (at == best)].mean(axis=1), gains[:, ~choose].mean(axis=1)
    return ChosenGroup(str(names[best]), tuple((there - all_of_them).tolist()))


def chosen_by_chance(
    gains: NDArray[np.float64],
    groups: NDArray[Any],
    *,
    choose: NDArray[np.bool_],
    seed: int,
    draws: int = 200,
    fewest: int = FEWEST,
) -> list[float]:
    """The mean over seeds of the same when groups are dealt out anew among cases: the null of the choice."""
    generator = np.random.default_rng(seed)
    dealt = (generator.permutation(groups) for _ in range(draws))
    return [float(np.mean(chosen_group(gains, one, choose=choose, fewest=fewest).beyond)) for one in dealt]


def group_means(gains: NDArray[np.float64], groups: NDArray[Any]) -> NDArray[np.float64]:
    """The mean gain of the cases of every group, in the order of their names."""
    return np.array([gains[groups == name].mean() for name in np.unique(groups)])
