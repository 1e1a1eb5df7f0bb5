"""A straight scale that holds all of some numbers, from one round number to another."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = 10  # about how many round steps the numbers span: the more, the closer the ends lie to them
ALIKE = 1e-9  # share of their size below which two numbers stand at one place
NEAR = 0.4  # zero is shown where the way to it takes at most this share of the scale
HUGE = 1e300  # from here on a number is drawn like infinity: sums of such numbers overflow


@dataclass(frozen=True)
class NumberLine:
    """A scale of `width` pixels: `low` and `high` stand `margin` inside it, what is infinite stands `edge` inside."""

    low: float
    high: float
    width: float
    margin: float
    edge: float

    @property
    def ends(self) -> tuple[str, str]:
        """Both ends as text."""
        low, high = (f"{end:.10g}".replace("-", "−") for end in (self.low, self.high))
        return low, high

    def at(self, value: float | None) -> float | None:
        """Pixels from the left; None for what has no place."""
        if value is None or math.isnan(value):
            return None
        if abs(value) >= HUGE:
            return self.edge if value < 0 else self.width - self.edge
        share = (value - self.low) / (self.high - self.low)
        return self.margin + share * (self.width - 2 * self.margin)


def number_line(values: Iterable[float | None], *, width: float, margin: float, edge: float) -> NumberLine | None:
    """The scale that holds every finite one of `values`, and zero if it is near; None if there is none."""
    finite = [value for value in values if value is not None and abs(value) < HUGE]
    if not finite:
        return None
    low, high = min(finite), max(finite)
    size = max(abs(low), abs(high))
    if high - low <= max(ALIKE * size, 1 / HUGE):
        about = size if size > 1 / HUGE else 1.0
        low, high = low - about / 2, high + about / 2
    if 0 < low <= NEAR * high:
        low = 0.0
    elif 0 > high >= NEAR * low:
        high = 0.0
    step = round_step(high / STEPS - low / STEPS)
    first, last = math.floor(low / step + ALIKE), math.ceil(high / step - ALIKE)
    return NumberLine(first * step, last * step, width, margin, edge)


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `least`."""
    power = float(10 ** math.floor(math.log10(least)))
    return next(power * digit for digit in (1.0, 2.0, 5.0, 10.0) if power * digit >= least * (1 - ALIKE))
