"""Choices of a generator, all from one seed; faster than the standard library's, because there are millions."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A source of choices: the same seed makes the same ones on every machine."""

    __slots__ = ("unit",)

    def __init__(self, seed: int) -> None:
        self.unit = Random(seed).random

    def below(self, count: int) -> int:
        """An integer from 0 up to `count`, without it."""
        return int(self.unit() * count)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both possible."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.unit() < share

    def one(self, choices: Sequence[T]) -> T:
        """One of them, each as likely."""
        return choices[int(self.unit() * len(choices))]

    def common(self, choices: Sequence[T]) -> T:
        """One of them, the earlier the likelier: the n-th about 1/n as often as the first (Zipf's law)."""
        return choices[int((len(choices) + 1) ** self.unit()) - 1]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones, in random order."""
        pool, last = list(choices), len(choices)
        for at in range(count):
            other = at + int(self.unit() * (last - at))
            pool[at], pool[other] = pool[other], pool[at]
        return pool[:count]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """All of them in random order."""
        return self.some(choices, len(choices))

    def weighted(self, choices: Sequence[tuple[float, T]]) -> T:
        """One of them by its weight; weights need not sum to one."""
        left = self.unit() * sum(weight for weight, _ in choices)
        for weight, choice in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][1]
