"""How many times one share is another, with an interval that holds where either is near nothing."""

from cutaway.records import Measured
from cutaway.stats.intervals import proportion

FAR = 1e6  # the end of an interval that has none


def ratio_of_shares(one: tuple[int, int], other: tuple[int, int]) -> Measured:
    """The share `one` (count, n) by the share `other`, from the Wilson intervals of both.

    Where `other` counts nothing the ratio is that by half of one, and may be any larger one.
    Units:  1 where they are equal; `n` is the smaller of the two.
    Reference: Donner & Zou 2012, Statistical Methods in Medical Research 21 (MOVER-R).
    """
    p, q = proportion(*one), proportion(*other)
    n, cross = min(p.n, q.n), p.value * q.value
    if q.value == 0:
        return Measured(value=p.value * 2 * q.n, low=p.low / q.high, high=FAR, n=n)
    below = max(cross**2 - p.low * (2 * p.value - p.low) * q.high * (2 * q.value - q.high), 0.0)
    above = max(cross**2 - p.high * (2 * p.value - p.high) * q.low * (2 * q.value - q.low), 0.0)
    low_by, high_by = q.high * (2 * q.value - q.high), q.low * (2 * q.value - q.low)
    low = (cross - below**0.5) / low_by if low_by > 0 else 0.0  # of a few counts nothing is too many
    return Measured(value=p.value / q.value, low=max(low, 0.0), high=min((cross + above**0.5) / high_by, FAR), n=n)
