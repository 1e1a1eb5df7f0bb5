"""The tensor in what a module takes or gives, which may be a tuple, a list, a dict or an output record."""

import copy
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from cutaway.errors.models import NoTensorError

Entry = tuple[int, ...]


def chosen(value: Any, entry: Entry, site: str) -> Tensor:
    """The tensor at an entry of a nested value; of what is still nested then, the first.

    Raises: NoTensorError if there is none.
    """
    at = value
    for number in entry:
        at = part(at, number, site)
    while not isinstance(at, Tensor):
        at = part(at, 0, site)
    return at


def part(value: Any, number: int, site: str) -> Any:
    """One entry of a value that has several."""
    parts = list(value.values()) if isinstance(value, Mapping) else value
    if not isinstance(parts, (tuple, list)):
        what = "one tensor" if isinstance(value, Tensor) else f"a {type(value).__name__}"
        raise NoTensorError(site, f"there is {what} where it asks for entry {number}")
    if number >= len(parts):
        raise NoTensorError(site, f"there are {len(parts)} entries where it asks for number {number}")
    return parts[number]


def exchanged(value: Any, new: Tensor, entry: Entry = ()) -> Any:
    """The same value, of the same type, with that tensor replaced."""
    if isinstance(value, Tensor):
        return new
    at, *rest = entry or (0,)
    if isinstance(value, Mapping):
        name = list(value)[at]
        held: Any = value
        if type(held) is dict:
            return {**held, name: exchanged(held[name], new, tuple(rest))}
        changed = copy.copy(held)  # an output record of transformers, which somebody else may hold too
        changed[name] = exchanged(held[name], new, tuple(rest))
        return changed
    parts = [*value[:at], exchanged(value[at], new, tuple(rest)), *value[at + 1 :]]
    return value._make(parts) if hasattr(value, "_make") else type(value)(parts)
