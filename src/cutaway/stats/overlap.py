"""How far two sets, or guesses and truths, agree, and how far they would by chance."""

from collections.abc import Collection, Hashable, Sequence

import numpy as np


def jaccard(one: Collection[Hashable], other: Collection[Hashable]) -> float:
    """Members that both have, by members that either has; 1 for two empty sets.

    Reference: Jaccard 1912, New Phytologist 11.
    """
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 1.0


def jaccard_by_chance(sizes: tuple[int, int], *, of: int, seed: int, draws: int = 1000) -> list[float]:
    """The same for random sets of these sizes among `of` members."""
    generator = np.random.default_rng(seed)
    drawn = ([generator.choice(of, size, replace=False).tolist() for size in sizes] for _ in range(draws))
    return [jaccard(one, other) for one, other in drawn]


def hits_by_chance(
    guesses: Sequence[Hashable], truths: Sequence[Hashable], *, seed: int, draws: int = 1000
) -> list[float]:
    """Shares of guesses that are right when each is held against the truth of another case, drawn at random."""
    generator = np.random.default_rng(seed)
    orders = (generator.permutation(len(truths)) for _ in range(draws))
    return [
        sum(guess == truths[at] for guess, at in zip(guesses, order, strict=True)) / len(truths) for order in orders
    ]
