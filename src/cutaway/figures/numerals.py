"""Numbers as the report prints them."""

import math
from typing import Any

MANY = 1e12  # from here on a number is printed as a power of ten


def numeral(value: float, *, like: float = 0.0) -> str:
    """Three decimals; fewer for large numbers; a power of ten where three decimals would say nothing.

    `like` is the size of the numbers beside it, so that all of them are printed equally fine.
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = max(abs(value), abs(like))
    if 0 < size < 0.0005 or size >= MANY:
        return f"{value:.1e}".replace("-", "−")
    decimals = 3 if like <= 2 and size < 1000 else 2 if size < 10 else 1 if size < 1000 else 0
    return f"{value:z,.{decimals}f}".replace("-", "−")


def largest(*values: float) -> float:
    """The size of the largest finite one, to print all of them `like` it."""
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def short(value: float) -> str:
    """A line that somebody chose: as short as they wrote it."""
    return f"{value:g}".replace("inf", "∞").replace("-", "−")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 row", "2 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str]) -> str:
    """Parts of a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def is_missing(value: Any) -> bool:
    """Whether a cell holds no value."""
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in ("NAType", "NaTType")
    )
