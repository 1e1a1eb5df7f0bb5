"""When does a curve come half its way, how long does the change take, and is it sudden or gradual?"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import curve_fit

Curve = Sequence[float] | NDArray[np.float64]
LAST = 3  # looks whose mean is where a curve ends


def way(values: Curve) -> NDArray[np.float64]:
    """A curve as the share of its way from its first value, 0, to its end, 1: the mean of its last three.

    Raises: ValueError if it ends where it began.
    """
    y = np.asarray(values, dtype=float)
    end = y[-LAST:].mean()
    if end == y[0]:
        raise ValueError("a curve that ends where it began comes no way")
    return (y - y[0]) / (end - y[0])  # type: ignore[no-any-return]


def reached(steps: Curve, values: Curve, share: float) -> float:
    """The step from which on a curve stays beyond this share of the way from its first value to its end.

    Units: steps, read off the straight line between two looks.
    Raises: ValueError if the curve ends where it began.
    """
    x, come = np.asarray(steps, dtype=float), way(values)
    last = int(np.flatnonzero(come < share)[-1])  # there is one: it begins at 0
    if last + 1 >= len(x):
        return float(x[-1])
    rise = come[last + 1] - come[last]
    return float(x[last] + (x[last + 1] - x[last]) * np.clip((share - come[last]) / rise, 0.0, 1.0))


def abruptness(steps: Curve, values: Curve) -> float:
    """Steps from a tenth to nine tenths of the way, by the steps until half of it.

    Units: below 1 the change takes less time than was waited for it.
    """
    took = reached(steps, values, 0.9) - reached(steps, values, 0.1)
    return took / reached(steps, values, 0.5)


def sigmoid(t: NDArray[np.float64], start: float, end: float, half: float, width: float) -> NDArray[np.float64]:
    """A change from start to end, half of it done at `half`."""
    return start + (end - start) / (1 + np.exp(-np.clip((t - half) / width, -500, 500)))


def power_law(t: NDArray[np.float64], start: float, end: float, scale: float, power: float) -> NDArray[np.float64]:
    """A change from start towards end that never stops slowing down."""
    return end + (start - end) * (1 + t / scale) ** -power


def fitted(
    shape: Callable[..., NDArray[np.float64]], steps: Curve, values: Curve, guesses: Sequence[Sequence[float]]
) -> tuple[NDArray[np.float64], float]:
    """The curve of a shape nearest to the values, of the best of some beginnings, and its squared distance."""
    x, y = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
    tries = []
    for guess in guesses:
        low, high = [-np.inf, -np.inf, 1e-3 * x[-1], 1e-2], [np.inf, np.inf, 1e3 * x[-1], max(50.0, x[-1])]
        found, _ = curve_fit(shape, x, y, p0=guess, bounds=(low, high), maxfev=20_000)
        curve = shape(x, *found)
        tries.append((float(((y - curve) ** 2).sum()), curve))
    squares, curve = min(tries, key=lambda one: one[0])
    return curve, squares


def sudden_or_gradual(steps: Curve, values: Curve) -> tuple[float, NDArray[np.float64]]:
    """How much better a sigmoid describes a curve than a power law of as many numbers, and that power law.

    Units: difference of Bayesian information criteria, above 0 for the sigmoid; 10 is called very strong evidence.
    Reference: Schwarz 1978; Kass & Raftery 1995.
    """
    x, y = np.asarray(steps, dtype=float), np.asarray(values, dtype=float)
    middle = reached(x, y, 0.5)
    _, by_sigmoid = fitted(sigmoid, x, y, [(y[0], y[-1], middle, width * x[-1]) for width in (0.02, 0.1, 0.3)])
    guesses = [(y[0], y[-1], scale * x[-1], power) for scale in (0.03, 0.3, 3.0) for power in (0.5, 2.0, 10.0)]
    curve, by_power = fitted(power_law, x, y, guesses)
    floor = 1e-12 * float(((y - y.mean()) ** 2).sum())
    return len(x) * float(np.log((by_power + floor) / (by_sigmoid + floor))), curve
