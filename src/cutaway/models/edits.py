"""Changes to make to an activation while the model runs."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import torch
from torch import Tensor

from cutaway.errors.models import EditError
from cutaway.models.selection import Choice, Index, Part, edit_part, narrow, narrowed, pick, settle
from cutaway.models.sites import Site
from cutaway.models.span import basis_of

AXIS_OF = {"row": ("batch",), "position": ("pos", "query"), "head": ("head",), "neuron": ("d_mlp", "channel")}
SHOWN = 6  # entries of a tensor that an error message prints


@dataclass(frozen=True, repr=False)
class Edit(ABC):
    """A change at one site, everywhere or only at some rows, positions, heads or neurons.

    Each of the four takes a number, a slice or a list of numbers; positions count from the start of the text,
    negative ones from the end of the prompt. While the model writes, they may lie beyond that end. A value given for
    the selected part has its shape, without the axes chosen by a single number, or broadcasts to it; its device and
    precision become those of the activation.
    """

    site: str | Site
    row: Choice | None = field(default=None, kw_only=True)
    position: Choice | None = field(default=None, kw_only=True)
    head: Choice | None = field(default=None, kw_only=True)
    neuron: Choice | None = field(default=None, kw_only=True)

    @abstractmethod
    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor | float:
        """What the selected part becomes; `fit` takes from a given tensor what this pass sees."""

    def __repr__(self) -> str:
        given = [entry for entry in fields(self) if getattr(self, entry.name) is not None]
        shown = [(entry.name, short(getattr(self, entry.name))) for entry in given]
        return f"{type(self).__name__}({', '.join(f'{name}={text}' for name, text in shown)})"

    @property
    def tensors(self) -> dict[str, Tensor]:
        """The tensors it was given, by name."""
        found = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: value for name, value in found.items() if isinstance(value, Tensor)}

    def check(self) -> None:
        """Refuse values that would spoil the run without a word.

        Raises: EditError for NaN.
        """
        for name, value in vars(self).items():
            number = torch.as_tensor(value) if isinstance(value, (Tensor, float)) else None
            if number is not None and number.is_floating_point() and bool(number.isnan().any()):
                raise EditError(repr(self), f"{name} holds NaN", "Where does it come from? value.isnan().nonzero()")

    def fitted(self, given: Tensor, part: Tensor) -> Tensor:
        """A given tensor on the device of an activation and in its precision.

        Raises: EditError for a number that is too large for that precision and would become infinite.
        """
        found = given.to(part.device, part.dtype)
        if found.dtype != given.dtype and bool((found.isinf() & given.to(found.device).isfinite()).any()):
            kind, most = str(found.dtype).removeprefix("torch."), torch.finfo(found.dtype).max
            advice = f"at most {most:g};  or load the model in float32: cutaway.load(name, dtype=torch.float32)"
            raise EditError(repr(self), f"a number in it is too large for the {kind} of '{self.site}'", advice)
        return found

    def settled(self, name: str, size: int) -> Index:
        """Its rows, positions, heads or neurons among `size` of them.

        Raises: EditError for a number that does not exist, for nothing, and for what is no choice of numbers.
        """
        try:
            return settle(getattr(self, name), size)
        except IndexError as fault:
            raise self.outside(name, size) from fault
        except (TypeError, ValueError) as fault:
            advice = "Give a number, a forward slice or a list of numbers;  of a mask: mask.nonzero().flatten()"
            raise EditError(repr(self), f"{name}: {fault}", advice) from fault

    def outside(self, name: str, size: int) -> EditError:
        """The refusal of a choice of which none, or not all, exist."""
        return EditError(repr(self), f"'{self.site}' has {size} of them", f"{name} is 0 to {size - 1}")

    def parts(
        self, shape: tuple[int, ...], axes: tuple[str, ...], *, prompt: int, start: int, growing: bool
    ) -> list[Part] | None:
        """The selection within an activation whose first position is `start`; None if none of it is here.

        Raises: EditError if the site has no such axis, or a number does not exist.
        """
        found = []
        for name, words in AXIS_OF.items():
            if getattr(self, name) is None:
                continue
            axis = next((axes.index(word) for word in words if word in axes), None)
            if axis is None:
                raise EditError(repr(self), f"'{self.site}' has no {name}", f"its axes: {' '.join(axes)}")
            moving = name == "position" and growing
            size = prompt if moving else shape[axis]
            part = narrow(axis, self.settled(name, size), start=start if moving else 0, size=shape[axis])
            if not moving and (part is None or part.kept is not None):
                raise self.outside(name, size)
            if part is None:
                return None
            found.append(part)
        return found

    def apply(
        self, value: Tensor, axes: tuple[str, ...], *, prompt: int = 0, start: int = 0, growing: bool = False
    ) -> Tensor | None:
        """The activation with the edit made, the original left alone; None if nothing selected is in this pass.

        Raises: EditError if the selection or the new value does not fit.
        """
        parts = self.parts(tuple(value.shape), axes, prompt=prompt, start=start, growing=growing)
        if parts is None:
            return None
        seen: list[tuple[int, ...]] = []
        try:
            return edit_part(value, parts, partial(self.new_part, value, axes, start, parts, seen))
        except (RuntimeError, IndexError) as fault:
            advice = f"the selected part of '{self.site}' has shape {seen[0] if seen else tuple(value.shape)}"
            raise EditError(repr(self), str(fault).splitlines()[0], advice) from fault

    def new_part(
        self,
        value: Tensor,
        axes: tuple[str, ...],
        start: int,
        parts: list[Part],
        seen: list[tuple[int, ...]],
        part: Tensor,
    ) -> Tensor | float:
        """What one selected part becomes; its shape is noted for the error message."""
        seen.append(tuple(part.shape))
        if isinstance(self, FromReference):
            return pick(self.source(value, axes, start), parts)
        return self.changed(part, lambda given: self.fitted(narrowed(given, parts, part.ndim), part))


def position_axis(axes: tuple[str, ...]) -> int | None:
    """Which axis has the positions of the text."""
    return next((at for at, axis in enumerate(axes) if axis in AXIS_OF["position"]), None)


def short(value: Any) -> str:
    """A value as an error message shows it: a large tensor by its shape."""
    if isinstance(value, Tensor) and value.numel() > SHOWN:
        return f"tensor of shape {tuple(value.shape)}"
    return str(value) if isinstance(value, Site) else repr(value)


@dataclass(frozen=True, repr=False)
class Zero(Edit):
    """Set to zero."""

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> float:  # noqa: ARG002
        return 0.0


@dataclass(frozen=True, repr=False)
class Replace(Edit):
    """Set to `value`: activation patching."""

    value: Tensor | float

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:
        value = self.value if isinstance(self.value, Tensor) else torch.tensor(self.value, dtype=torch.float64)
        return fit(value).expand_as(part)


@dataclass(frozen=True, repr=False)
class Add(Edit):
    """Add `value`: steering."""

    value: Tensor | float

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:
        return part + (fit(self.value).expand_as(part) if isinstance(self.value, Tensor) else self.value)


@dataclass(frozen=True, repr=False)
class Scale(Edit):
    """Multiply by `factor`."""

    factor: Tensor | float

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:
        return part * (fit(self.factor).expand_as(part) if isinstance(self.factor, Tensor) else self.factor)


@dataclass(frozen=True, repr=False)
class FromReference(Edit):
    """Set to something made of `reference`, activations [batch, pos, ...] of this site on other prompts."""

    reference: Tensor

    def apply(
        self, value: Tensor, axes: tuple[str, ...], *, prompt: int = 0, start: int = 0, growing: bool = False
    ) -> Tensor | None:
        at = position_axis(axes)
        length = None if growing or at is None else value.shape[at]  # a text may yet grow to that of the reference
        self.check_reference(axes, value.ndim, length)
        return super().apply(value, axes, prompt=prompt, start=start, growing=growing)

    def check_reference(self, axes: tuple[str, ...], ndim: int, length: int | None) -> None:
        """Refuse what is no activation of this site, or of prompts of another length; one position is for all.

        Raises: EditError for another number of axes or, where the length is given, of positions.
        """
        at, shape = position_axis(axes), tuple(self.reference.shape)
        if len(shape) != ndim:
            named = f" {' '.join(axes)}" if len(axes) == ndim else ""
            advice = f"Give activations of '{self.site}' as a run reads them;  for one value: cutaway.Replace"
            raise EditError(repr(self), f"its reference has shape {shape}, the site {ndim} axes{named}", advice)
        if length is not None and at is not None and at not in self.averaged(axes) and shape[at] not in (1, length):
            advice = "Give prompts of one length;  for a mean over all of their positions: cutaway.Mean"
            raise EditError(repr(self), f"its reference has {shape[at]} positions, the run {length}", advice)

    def averaged(self, axes: tuple[str, ...]) -> list[int]:  # noqa: ARG002
        """The axes of the reference of which only the mean is used."""
        return []

    @abstractmethod
    def source(self, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        """What the whole activation would become, in its shape."""

    @staticmethod
    def here(given: Tensor, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        """Of something with every position, those of this pass; of one mean over all, that."""
        at = position_axis(axes)
        if at is None or given.shape[at] == 1:
            return given
        return given.narrow(at, start, min(value.shape[at], max(given.shape[at] - start, 0)))

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:  # noqa: ARG002
        return part


@dataclass(frozen=True, repr=False)
class Mean(FromReference):
    """Set to the mean of `reference`: mean ablation.

    The mean is over rows and positions, or with `per_position` over rows alone, for prompts that line up. Over rows
    alone too for scores, patterns and the sites of modules, whose other axes are no positions.
    """

    per_position: bool = field(default=False, kw_only=True)

    def averaged(self, axes: tuple[str, ...]) -> list[int]:
        return [at for at, axis in enumerate(axes) if axis == "batch" or (axis == "pos" and not self.per_position)]

    def source(self, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        mean = self.here(self.reference.mean(self.averaged(axes), keepdim=True), value, axes, start)
        return self.fitted(mean, value).expand_as(value)


@dataclass(frozen=True, repr=False)
class Resample(FromReference):
    """Set each row to another row of `reference`, drawn by `seed`: resample ablation.

    Where there are as many reference rows as rows, none gets the reference row of its own number.
    """

    seed: int = field(default=0, kw_only=True)

    def source(self, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        rows, have = value.shape[0], self.reference.shape[0]
        order = torch.randperm(have, generator=torch.Generator().manual_seed(self.seed))
        drawn = torch.empty_like(order)
        drawn[order] = order.roll(1)
        drawn = drawn[torch.arange(rows) % have]
        return self.fitted(self.here(self.reference[drawn], value, axes, start), value).expand_as(value)


@dataclass(frozen=True, repr=False)
class Patch(FromReference):
    """Set to `reference` at the same place: activation patching, from the plain run of another prompt.

    With the `tokens` of that prompt, -1 at padding, a sweep knows where it cannot differ from its own: as long as both
    read alike.
    """

    tokens: Tensor | None = field(default=None, kw_only=True)

    def source(self, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        return self.fitted(self.here(self.reference, value, axes, start), value)


@dataclass(frozen=True, repr=False)
class ProjectOut(Edit):
    """Remove the component along `directions`, [feature] or [direction, feature], of any lengths and angles."""

    directions: Tensor

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:  # noqa: ARG002
        rows = self.directions.to(torch.promote_types(part.dtype, torch.float32))
        rows = rows[None] if rows.ndim == 1 else rows
        if rows.shape[-1] != part.shape[-1]:
            raise RuntimeError(f"directions have {rows.shape[-1]} features")
        basis = basis_of(rows)
        if not basis.shape[1]:
            raise EditError(repr(self), "its directions are all zero", "Where do they come from? value.norm(dim=-1)")
        basis, wide = basis.to(part.device), part.to(basis.dtype)
        kept: Tensor = wide - (wide @ basis) @ basis.T
        return kept.to(part.dtype)


@dataclass(frozen=True, repr=False)
class Apply(Edit):
    """Set to `function` of the selected part."""

    function: Callable[[Tensor], Tensor]

    def changed(self, part: Tensor, fit: Callable[[Tensor], Tensor]) -> Tensor:  # noqa: ARG002
        new = self.function(part)
        if not isinstance(new, Tensor) or new.shape != part.shape:
            given = tuple(new.shape) if isinstance(new, Tensor) else type(new).__name__
            raise RuntimeError(f"the function made {given} of {tuple(part.shape)}")
        return new
