"""A model that was taught sums and differences: do the same neurons serve both, and by the same frequencies?"""

from typing import Any

import numpy as np

from cutaway.records import Measured
from cutaway.stats.intervals import proportion
from cutaway.techniques.fourier.dissect import Dissected
from cutaway.techniques.fourier.without_neurons import without_neurons


def shared_neurons(one: Dissected, other: Dissected) -> Measured:
    """Of the neurons that follow a frequency in either task, the share that follow the same one in both."""
    one_follows, other_follows = one.waves.follow(), other.waves.follow()
    same = one_follows & other_follows & (one.waves.frequency == other.waves.frequency)
    return proportion(int(same.sum()), int((one_follows | other_follows).sum()))


def shared_by_chance(one: Dissected, other: Dissected, *, draws: int = 200) -> list[float]:
    """The same where the other task's neurons are in random order."""
    generator = np.random.default_rng(one.seed)
    one_follows, frequency = one.waves.follow().numpy(), one.waves.frequency.numpy()
    shares = []
    for _ in range(draws):
        order = generator.permutation(len(frequency))
        other_follows = other.waves.follow().numpy()[order]
        same = one_follows & other_follows & (frequency == other.waves.frequency.numpy()[order])
        shares.append(float(same.sum() / max((one_follows | other_follows).sum(), 1)))
    return shares


def lost_by_frequency(sums: Dissected, differences: Dissected) -> list[dict[str, Any]]:
    """What each task loses without all neurons that follow one of the key frequencies in either: a row for each.

    The same neurons go in both tasks, so that neurons which serve only one would cost the other nothing.
    Units: share of all pairs that are no longer right.
    Cost: two forward passes of p * p rows for each key frequency.
    """
    rows = []
    for frequency in sums.keys:
        either = [task.waves.follow() & (task.waves.frequency == frequency) for task in (sums, differences)]
        cluster, lost = either[0] | either[1], []
        for task in (sums, differences):
            without = without_neurons(task.model, task.pairs, cluster) if bool(cluster.any()) else task.pairs
            lost.append(float((task.pairs.right() - without.right()).mean()))
        named = {"model": sums.model.name, "frequency": str(frequency), "neurons": int(cluster.sum())}
        rows.append(named | {"lost_in_sums": lost[0], "lost_in_differences": lost[1]})
    return rows
