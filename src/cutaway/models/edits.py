"""Changes to make to an activation while the model runs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cutaway.errors.models import EditError
from cutaway.models.sites import Site

AXIS_OF = {"row": ("batch",), "position": ("pos", "query"), "head": ("head",), "neuron": ("d_mlp",)}


@dataclass(frozen=True)
class Edit(ABC):
    """A change at one site, everywhere or only at some rows, positions, heads or neurons."""

    site: str | Site

    @abstractmethod
    def changed(self, part: Tensor) -> Tensor | float:
        """What the selected part becomes."""

    def selection(self) -> dict[str, int]:
        """The axes that the edit names, with its choice."""
        return {axis: value for axis in AXIS_OF if (value := getattr(self, axis, None)) is not None}

    def apply(self, value: Tensor, axes: tuple[str, ...]) -> Tensor:
        """The activation with the edit made; the original tensor is left alone.

        Raises: EditError if the site has no such axis, the index is too large, or the new value does not fit.
        """
        index: list[Any] = [slice(None)] * value.ndim
        for axis, chosen in self.selection().items():
            at = next((axes.index(name) for name in AXIS_OF[axis] if name in axes), None)
            if at is None:
                raise EditError(repr(self), f"'{self.site}' has no {axis}", f"its axes: {' '.join(axes)}")
            if not -value.shape[at] <= chosen < value.shape[at]:
                raise EditError(
                    repr(self), f"'{self.site}' has {value.shape[at]} of them", f"{axis} is 0 to {value.shape[at] - 1}"
                )
            index[at] = chosen
        edited = value.clone()
        place = tuple(index)
        try:
            edited[place] = self.changed(value[place])
        except RuntimeError as fault:
            shape = tuple(value[place].shape)
            raise EditError(repr(self), str(fault), f"the selected part of '{self.site}' has shape {shape}") from fault
        return edited


@dataclass(frozen=True)
class Zero(Edit):
    """Set to zero."""

    row: int | None = None
    position: int | None = None
    head: int | None = None
    neuron: int | None = None

    def changed(self, part: Tensor) -> float:  # noqa: ARG002
        return 0.0


@dataclass(frozen=True)
class Replace(Edit):
    """Set to `value`, of the shape of the selected part or broadcastable to it."""

    value: Tensor | float
    row: int | None = None
    position: int | None = None
    head: int | None = None
    neuron: int | None = None

    def changed(self, part: Tensor) -> Tensor | float:  # noqa: ARG002
        return self.value


@dataclass(frozen=True)
class Add(Edit):
    """Add `value`: steering."""

    value: Tensor | float
    row: int | None = None
    position: int | None = None
    head: int | None = None
    neuron: int | None = None

    def changed(self, part: Tensor) -> Tensor:
        return part + self.value


@dataclass(frozen=True)
class Scale(Edit):
    """Multiply by `factor`."""

    factor: float
    row: int | None = None
    position: int | None = None
    head: int | None = None
    neuron: int | None = None

    def changed(self, part: Tensor) -> Tensor:
        return part * self.factor
