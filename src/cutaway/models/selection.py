"""Which part of an activation an edit means: rows, positions, heads, neurons, by number, slice or list.

Positions are those of the whole text. While a model generates, each pass sees only some of them, so a choice
is narrowed to what is there; an edit that found its positions in no pass at all is an error at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, SupportsIndex

import numpy as np
import torch
from torch import Tensor

Choice = SupportsIndex | slice | Sequence[SupportsIndex]
Index = int | slice | list[int]


@dataclass(frozen=True)
class Part:
    """A choice along one axis; `kept` says which of the chosen ones this pass sees, None for all of them."""

    axis: int
    index: Index
    kept: list[int] | None = None


def settle(chosen: Choice, size: int) -> Index:
    """A choice with negative numbers counted from the end of `size`; a slice may stay open, and go beyond that end.

    Raises: IndexError for a number that does not exist, or where nothing is chosen; TypeError for what is no whole
        number; ValueError for a slice that does not go forwards.
    """
    if isinstance(chosen, slice):
        start, stop = (None if end is None else from_start(end, size) for end in (chosen.start, chosen.stop))
        step = 1 if chosen.step is None else whole(chosen.step)
        if step < 1:
            raise ValueError(f"a slice with a step of {step} does not go forwards")
        if stop is not None and stop <= (start or 0):
            raise IndexError(chosen)
        return slice(start or 0, stop, step)
    plain = in_python(chosen)
    numbers = [whole(number) for number in (plain if isinstance(plain, Iterable) else [plain])]
    if not numbers or min(numbers) < -size:
        raise IndexError(chosen)
    settled = [number + size if number < 0 else number for number in numbers]
    return settled if isinstance(plain, Iterable) else settled[0]


def from_start(end: Any, size: int) -> int:
    """An end of a slice, as Python has it: before the first it is the first."""
    number = whole(end)
    return max(number + size, 0) if number < 0 else number


def whole(given: Any) -> int:
    """A whole number of whatever kind. Raises: TypeError, also for True and False, which would be 1 and 0."""
    plain = in_python(given)
    if isinstance(plain, bool):
        raise TypeError(f"{plain} is no number")
    return index(plain)


def in_python(given: Any) -> Any:
    """What a tensor or an array holds."""
    return given.tolist() if isinstance(given, (Tensor, np.ndarray, np.generic)) else given


def listed(chosen: Index, end: int) -> Sequence[int]:
    """The numbers of a settled choice; an open slice stops at `end`."""
    if isinstance(chosen, slice):
        return range(chosen.start, end if chosen.stop is None else chosen.stop, chosen.step)
    return [chosen] if isinstance(chosen, int) else chosen


def narrow(axis: int, chosen: Index, *, start: int, size: int) -> Part | None:
    """A settled choice within the `size` positions from `start`; None where none of them is chosen."""
    if isinstance(chosen, int):
        return Part(axis, chosen - start) if start <= chosen < start + size else None
    if isinstance(chosen, slice) and start == 0 and chosen.start < size and (chosen.stop or 0) <= size:
        return Part(axis, chosen)
    wanted = listed(chosen, start + size)
    inside = [(at, number - start) for at, number in enumerate(wanted) if start <= number < start + size]
    if not inside:
        return None
    kept = None if len(inside) == len(wanted) else [at for at, _ in inside]
    return Part(axis, [number for _, number in inside], kept)


def edit_part(value: Tensor, parts: Sequence[Part], change: Callable[[Tensor], Tensor | float]) -> Tensor:
    """A copy of `value` in which the selected part has become what `change` makes of it."""
    new = change(pick(value, parts))
    edited = value.clone()
    view, lists = edited, [part for part in parts if isinstance(part.index, list)]
    for part in sorted(parts, key=lambda part: part.axis, reverse=True):  # dropping an axis moves only later ones
        if isinstance(part.index, int):
            view = view.select(part.axis, part.index)
            lists = [Part(entry.axis - (entry.axis > part.axis), entry.index, entry.kept) for entry in lists]
        elif isinstance(part.index, slice):
            view = view[(slice(None),) * part.axis + (part.index,)]
    put(view, lists, torch.as_tensor(new, dtype=view.dtype, device=view.device))
    return edited


def pick(value: Tensor, parts: Sequence[Part]) -> Tensor:
    """The selected part itself."""
    for part in sorted(parts, key=lambda part: part.axis, reverse=True):
        if isinstance(part.index, list):
            value = value.index_select(part.axis, torch.tensor(part.index, device=value.device))
        else:
            value = value[(slice(None),) * part.axis + (part.index,)]
    return value


def put(view: Tensor, lists: list[Part], new: Tensor) -> None:
    """Write into a view in place, at the listed entries along each axis."""
    if not lists:
        view.copy_(new)
        return
    first, *rest = lists
    numbers = torch.tensor(first.index, device=view.device)
    inner = view.index_select(first.axis, numbers)
    put(inner, rest, new)
    view.index_copy_(first.axis, numbers, inner)


def narrowed(value: Tensor, parts: Sequence[Part], part_ndim: int) -> Tensor:
    """A given value without the entries for positions that this pass does not see."""
    axis_shift = sorted(part.axis for part in parts if isinstance(part.index, int))
    for part in parts:
        if part.kept is not None:
            axis = part.axis - sum(dropped < part.axis for dropped in axis_shift)
            at = value.ndim - (part_ndim - axis)  # values are aligned at their last axis, as in broadcasting
            if at >= 0 and value.shape[at] != 1:
                value = value.index_select(at, torch.tensor(part.kept, device=value.device))
    return value
