"""One edit for every layer, head, position or neuron: sequences of edits that are made as they are needed.

A product holds no list, so that the edits of a long sweep are never in memory all at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol, overload, runtime_checkable

from jaxtyping import Int
from torch import Tensor

from cutaway.errors.sweep import NoSuchAxisError
from cutaway.models.edits import AXIS_OF, Edit, Patch
from cutaway.models.model import Model, Sites
from cutaway.models.sites import Site
from cutaway.models.sweep.reach import marked

AXES = ("layer", "head", "position", "neuron")


@runtime_checkable
class Make(Protocol):
    """Makes an edit of a site, at the selected position, head or neuron: `cutaway.Zero` is one."""

    def __call__(self, site: Site, /, **at: int) -> Edit: ...


@dataclass(frozen=True, repr=False)
class Product(Sequence[tuple[Edit, ...]]):
    """Sets of edits, one for every combination of `axes`, the last of which runs fastest.

    `axes`: names and their values. An axis of layers picks the site; without one, an edit is made at every layer.
    """

    sites: tuple[Site, ...]
    axes: Mapping[str, Sequence[int]]
    make: Make

    def __len__(self) -> int:
        return prod(len(values) for values in self.axes.values())

    def __repr__(self) -> str:
        sizes = " x ".join(f"{len(values)} {name}s" for name, values in self.axes.items())
        return f"Product({', '.join(map(str, self.sites[:4]))}{' ...' if len(self.sites) > 4 else ''}: {sizes})"

    def label(self, number: int) -> dict[str, int]:
        """Where in the product a number is: `{"layer": 3, "position": 7}`."""
        found: dict[str, int] = {}
        for name, values in reversed(list(self.axes.items())):
            number, at = divmod(number, len(values))
            found[name] = values[at]
        return dict(reversed(list(found.items())))

    @property
    def labels(self) -> Iterator[dict[str, int]]:
        """Those of all, in order."""
        return (self.label(number) for number in range(len(self)))

    @overload
    def __getitem__(self, number: int) -> tuple[Edit, ...]: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[tuple[Edit, ...]]: ...

    def __getitem__(self, number: int | slice) -> tuple[Edit, ...] | Sequence[tuple[Edit, ...]]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        at = self.label(number % len(self))
        layer = at.pop("layer", None)
        return tuple(self.make(site, **at) for site in self.sites if layer is None or self.covers(layer, site))

    def covers(self, layer: int, site: Site) -> bool:
        """Whether a site is edited where the product says this layer."""
        return site.layer == layer


def each(
    model: Model,
    site: Sites,
    make: Make,
    *,
    per: Sequence[str],
    length: int | None = None,
    only: Mapping[str, Sequence[int]] | None = None,
) -> Product:
    """One edit for every layer, head, position or neuron: `each(model, "z", cutaway.Zero, per=("layer", "head"))`.

    `length`: how many positions the prompt has, where `per` names the position. `only` keeps some values of an axis.
    Raises: NoSuchAxisError for an axis that the site does not have; UnknownSiteError, AbsentSiteError.
    """
    sites = tuple(model.resolve(site))
    sizes = {name: size_of(model, sites, name, length) for name in per}
    axes: dict[str, Sequence[int]] = {}
    for name, size in sizes.items():
        every: Sequence[int] = (
            sorted({one.layer for one in sites if one.layer is not None}) if name == "layer" else range(size)
        )
        asked = (only or {}).get(name)
        if asked is not None and (wrong := [value for value in asked if value not in every]):
            raise NoSuchAxisError(name, str(sites[0]), f"{wrong[0]} is not among its {len(every)}")
        axes[name] = every if asked is None else tuple(asked)
    return Product(sites, axes, make)


def patches(
    model: Model,
    source: Int[Tensor, "batch pos"],
    site: Sites,
    *,
    per: Sequence[str],
    mask: Int[Tensor, "batch pos"] | None = None,
    only: Mapping[str, Sequence[int]] | None = None,
) -> Product:
    """What a site was on another prompt, to be put into a prompt's run piece by piece: activation patching.

    Cost: one forward pass over `source`, and the memory of what it read.
    Raises: as `each`; PromptError.
    """
    sites = model.resolve(site)
    trace = model.run(source, read=sites, mask=mask, logits=False)
    tokens = marked(source, mask)

    def make(where: Site, /, **at: Any) -> Patch:
        return Patch(where, trace[where], tokens=tokens, **at)

    return each(model, sites, make, per=per, length=source.shape[1], only=only)


def size_of(model: Model, sites: Sequence[Site], name: str, length: int | None) -> int:
    """How many values an axis has at all of these sites.

    Raises: NoSuchAxisError.
    """
    if name not in AXES:
        raise NoSuchAxisError(name, str(sites[0]), "it is none of " + ", ".join(AXES))
    if name == "layer":
        if any(site.layer is None for site in sites):
            raise NoSuchAxisError(name, str(sites[0]), "it is in no layer")
        return len(sites)
    for site in sites:
        if not any(word in model.axes(site) for word in AXIS_OF[name]):
            axes = " ".join(model.axes(site)) or "unknown"
            raise NoSuchAxisError(name, str(site), f"its axes are {axes}")
    if name == "position":
        if length is None:
            raise NoSuchAxisError(name, str(sites[0]), "how many there are is not said: length=tokens.shape[1]")
        return length
    shape = model.layout.shapes.get(sites[0].group, model.shape)
    if name == "neuron":
        return shape.d_mlp
    shared = all(site.name in ("k", "v", "k_rot") for site in sites)
    return shape.n_key_value_heads if shared else shape.n_heads
