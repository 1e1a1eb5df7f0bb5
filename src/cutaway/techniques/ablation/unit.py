"""What can be taken out of a model: a head, an MLP, neurons, or a direction; and the edits that do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import DirectionError, NoUnitsError, OverlapError
from cutaway.models import Add, Edit, Model, ProjectOut, Replace
from cutaway.models.span import basis_of

ORTHOGONAL = 1e-4  # the largest cosine of two directions that can be ablated together


@dataclass(frozen=True)
class Unit:
    """A part of one activation, at all positions or at some.

    `head`, `neurons`: which of the site's; none where it has no such axis, or for all of them. `along`: only what
    lies in the span of these directions, whose `name` tells them apart. Equal units have equal names and places.
    """

    site: str
    head: int | None = None
    neurons: tuple[int, ...] | None = None
    position: tuple[int, ...] | None = None
    name: str = ""
    along: Float[Tensor, "direction feature"] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        kind, _, layer = self.site.partition(".")
        word = {"z": f"{layer}.{self.head}", "mlp_out": f"mlp {layer}"}.get(kind, self.site)
        if kind == "z" and self.head is None:
            word = self.site
        if self.neurons is not None:
            word = f"neurons {layer}." + ",".join(map(str, self.neurons))
        word = f"{word} {self.name}" if self.name else word
        return word if self.position is None else f"{word} @{','.join(map(str, self.position))}"

    @property
    def layer(self) -> int | None:
        """Of its site; None for the few sites that are in no layer."""
        number = self.site.rpartition(".")[2]
        return int(number) if number.isdigit() else None

    @property
    def row(self) -> dict[str, object]:
        """Where it is, as columns of a table; what is selected whole is missing."""
        only = self.neurons[0] if self.neurons is not None and len(self.neurons) == 1 else None
        place = self.position[0] if self.position is not None and len(self.position) == 1 else None
        where = {"layer": self.layer, "head": self.head, "neuron": only, "position": place}
        return {"component": str(self), "site": self.site, **where}

    def at(self, *positions: int) -> "Unit":
        """The same at some positions only, counted from the start, or from the end where negative."""
        return replace(self, position=positions)

    def part_of(self, whole: Float[Tensor, "batch pos *rest"]) -> Float[Tensor, "batch pos feature"]:
        """Its part of an activation of its site, at every position."""
        if self.head is not None:
            return whole[:, :, self.head]
        return whole if self.neurons is None else whole[:, :, list(self.neurons)]

    def edits(self, value: Float[Tensor, "#batch #pos #feature"]) -> list[Edit]:
        """What puts a value, of all positions or the same for all, in its place.

        Raises: DirectionError.
        """
        if self.position is not None and value.shape[1] != 1:
            value = value[:, list(self.position)]
        at = {"head": self.head, "neuron": None if self.neurons is None else list(self.neurons)}
        where = {**at, "position": None if self.position is None else list(self.position)}
        if self.along is None:
            return [Replace(self.site, value, **where)]
        basis = self.basis.to(value.device, value.dtype)
        if value.shape[-1] != len(basis):
            raise DirectionError(str(self), f"it has {len(basis)} features where the site has {value.shape[-1]}")
        inside = (value @ basis) @ basis.T
        return [ProjectOut(self.site, self.along, **where), Add(self.site, inside, **where)]

    @property
    def basis(self) -> Float[Tensor, "feature rank"]:
        """An orthonormal basis of what its directions span.

        Raises: DirectionError if they are all zero.
        """
        assert self.along is not None
        basis = basis_of(self.along.float())
        if not basis.shape[1]:
            raise DirectionError(str(self), "its directions have no length")
        return basis

    def overlaps(self, other: "Unit") -> bool:
        """Whether ablating one changes what the other replaces."""
        if self.site != other.site or not shared(self.position, other.position):
            return False
        if self.along is not None and other.along is not None and self.head == other.head:
            return bool(((self.basis.T @ other.basis).abs() > ORTHOGONAL).any())
        return shared(single(self.head), single(other.head)) and shared(self.neurons, other.neurons)


def head_at(layer: int, head: int) -> Unit:
    """What one head reads together, before its output matrix: its z."""
    return Unit(f"z.{layer}", head=head)


def mlp_at(layer: int) -> Unit:
    """What the MLP of a layer adds to the stream."""
    return Unit(f"mlp_out.{layer}")


def neurons_at(layer: int, neurons: Sequence[int]) -> Unit:
    """Some neurons of a layer, together, as its output matrix reads them."""
    return Unit(f"mlp_post.{layer}", neurons=tuple(neurons))


def direction_at(site: str, along: Float[Tensor, "*direction feature"], name: str) -> Unit:
    """What lies along one or several directions of a site.

    Raises: DirectionError for directions of another shape, or of no length.
    """
    rows = along[None] if along.ndim == 1 else along
    if rows.ndim != 2 or not name:
        raise DirectionError(name or site, f"its directions have shape {tuple(along.shape)} and the name '{name}'")
    if bool((rows.norm(dim=-1) == 0).any()):
        raise DirectionError(name, "one of its directions has no length")
    return Unit(site, name=name, along=rows)


def every_head(model: Model) -> tuple[Unit, ...]:
    """All heads, layer by layer."""
    shape = model.shape
    return tuple(head_at(layer, head) for layer in range(shape.n_layers) for head in range(shape.n_heads))


def every_mlp(model: Model) -> tuple[Unit, ...]:
    """All MLPs; none where the model is attention only."""
    return tuple(mlp_at(site.layer) for site in model.sites if site.name == "mlp_out" and site.layer is not None)


def checked(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Units that can be ablated together.

    Raises: NoUnitsError, OverlapError.
    """
    if not units:
        raise NoUnitsError
    for at, one in enumerate(units):
        for other in units[:at]:
            if one.overlaps(other):
                raise OverlapError(str(other), str(one))
    return tuple(units)


def single(number: int | None) -> tuple[int, ...] | None:
    """A choice of one as a choice of some."""
    return None if number is None else (number,)


def shared(one: tuple[int, ...] | None, other: tuple[int, ...] | None) -> bool:
    """Whether two choices, None for all, have a number in common; one from the end may be any."""
    if one is None or other is None:
        return True
    mixed = (min(one) < 0) != (min(other) < 0)
    return mixed or bool(set(one) & set(other))
