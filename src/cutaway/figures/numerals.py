"""Numbers as the report prints them."""

import math
from typing import Any


def numeral(value: float) -> str:
    """Three decimals; fewer for large numbers; a power of ten where three decimals would say nothing."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0 or 0.0005 <= abs(value) < 1000:
        text = f"{value:.3f}"
    else:
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1e}"
    return text.replace("-", "−")


def short(value: float) -> str:
    """A line that somebody chose: as short as they wrote it."""
    return f"{value:g}".replace("-", "−")


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
