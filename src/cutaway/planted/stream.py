"""Where each space of a circuit lies in the residual stream."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.planted import DescriptionError
from cutaway.planted.description import ANY, BUILT_IN, Circuit, Space

CROWDED = 0.9  # largest cosine that is allowed between two axes of one space


@dataclass(frozen=True, eq=False)
class Stream:
    """Directions of every space in the turned residual stream."""

    d_model: int
    directions: dict[str, Float[Tensor, "axis d_model"]]

    def reads(self, space: str, constant: str) -> Float[Tensor, "d_model axis"]:
        """The map out of a space; ANY reads the constant 1 that a built-in space carries."""
        if space == ANY:
            return self.directions[constant].sum(dim=0)[:, None]
        return self.directions[space].T


def placed(circuit: Circuit, generator: torch.Generator) -> Stream:
    """Give every space its dimensions, side by side or shared, and turn the whole stream at random.

    Raises: DescriptionError where spaces do not fit.
    """
    spaces = [Space(name, circuit.sizes[name]) for name in BUILT_IN if circuit.has(name)]
    spaces += list(circuit.spaces)
    starts: dict[str, tuple[int, int]] = {}
    used = 0
    for space in spaces:
        if space.inside is None:
            dims = space.size if space.dims is None else space.dims
            starts[space.name] = used, dims
            used += dims
        else:
            starts[space.name] = starts[space.inside]
    wanted = used if circuit.d_model is None else circuit.d_model
    if wanted < used:
        needs = ", ".join(f"{space.name} {starts[space.name][1]}" for space in spaces if space.inside is None)
        raise DescriptionError(
            circuit.name,
            circuit.line,
            f"its spaces need {used} dimensions ({needs}) and d_model is {wanted}",
            f"d_model={used}, or let spaces share: Space(name, size, dims=...), Space(name, size, inside=...)",
        )
    turned = random_rotation(wanted, generator)
    found = {}
    for space in spaces:
        start, dims = starts[space.name]
        found[space.name] = axes_of(circuit, space, dims, generator) @ turned[start : start + dims]
    return Stream(wanted, found)


def axes_of(circuit: Circuit, space: Space, dims: int, generator: torch.Generator) -> Float[Tensor, "axis dims"]:
    """The axes of a space in its own dimensions: unit vectors, turned or crowded at random.

    Raises: DescriptionError where so many axes cannot be told apart.
    """
    if space.size <= dims:
        return torch.eye(space.size, dims) if space.inside is None else random_rotation(dims, generator)[: space.size]
    axes = torch.nn.functional.normalize(torch.randn(space.size, dims, generator=generator), dim=1)
    for _ in range(200):  # push the closest axes apart a little, as trained superposition does
        near = axes @ axes.T - torch.eye(space.size)
        axes = torch.nn.functional.normalize(axes - 0.1 * near.pow(3) @ axes, dim=1)
    worst = float((axes @ axes.T - torch.eye(space.size)).max())
    if worst > CROWDED:
        fault = (
            f"the {space.size} axes of '{space.name}' cannot be told apart in {dims} dimensions (cosine {worst:.2f})"
        )
        raise DescriptionError(circuit.name, space.line, fault, f"more dims, up to {space.size}, or fewer axes")
    return axes


def random_rotation(size: int, generator: torch.Generator) -> Float[Tensor, "d_model d_model"]:
    """An orthogonal matrix drawn uniformly: QR of a Gaussian, signs fixed (Mezzadri 2007, arXiv:math-ph/0609050)."""
    q, r = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    rotation: Tensor = q * r.diagonal().sign()
    return rotation.float()
