"""A circuit in words: subspaces of the residual stream, heads that compare and move, neurons that add up and compare.

The stream is a sum of spaces, each with one axis for every value of a variable. Tokens are written to `token`,
positions to `position`, and `logits` is what the unembedding reads; all other spaces are the circuit's own. A head
scores each pair of positions by comparing spaces, and moves what it finds from one space to another. Every line
knows where it was written, so that a mistake in it can be pointed at.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

Axis = tuple[str, int]  # a space, and one of its axes
Table = Callable[[int, int], Float[Tensor, "n m"]]  # from the sizes of two spaces to a map between them

ANY = "any"  # stands for a constant 1, whatever is there
BUILT_IN = ("token", "position", "logits")
HERE = Path(__file__).parent
BUILDERS = {"description", "looks", "heads", "gates", "rotary"}  # a line in these is its caller's
CHECKERS = {"jaxtyping", "beartype", "dataclasses"}  # so is one that only checks or copies


def line_of_caller() -> str:
    """Where in a description somebody stands."""
    depth = 1
    while True:
        frame = sys._getframe(depth)
        path, module = Path(frame.f_code.co_filename), str(frame.f_globals.get("__name__")).split(".")[0]
        builder = path.parent == HERE and path.stem in BUILDERS
        hidden = module in CHECKERS or "__tracebackhide__" in frame.f_code.co_varnames  # as wrappers say of themselves
        if path.suffix == ".py" and not builder and not hidden:
            return f"{path.name}:{frame.f_lineno}"
        depth += 1


@dataclass(frozen=True)
class Line:
    """A line of a description, with its place."""

    line: str = field(init=False, compare=False, repr=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", line_of_caller())


@dataclass(frozen=True)
class Space(Line):
    """A subspace with `size` axes.

    They are orthogonal, unless there are fewer `dims` than axes: then each axis is a random direction of unit length,
    and axes interfere. `inside` puts the axes into the dimensions of another space, turned at random.
    """

    name: str
    size: int
    dims: int | None = None
    inside: str | None = None


@dataclass(frozen=True)
class Look(Line):
    """One way in which a query and a key are compared: `table[a, b]` is scored if the query has `a` and the key `b`.

    An `idle` look only says where to rest when nothing else scores; the task does not go through it.
    """

    query: str
    key: str
    table: Table
    idle: bool = False


@dataclass(frozen=True)
class Move(Line):
    """What a head carries: from axis a of the source to axis b of the target by `table[a, b]`.

    The first token and the first position are never carried, so that a head that rests there moves nothing.
    """

    source: str
    target: str
    table: Table = lambda n, m: torch.eye(n, m)


@dataclass(frozen=True)
class Head(Line):
    """One head. Scores add up over `looks` and are multiplied by `sharpness`, or by the circuit's.

    A head that does not `matter` is a decoy. `shuffled` puts the entries of its maps into random places, for a decoy
    of the same norms.
    """

    name: str
    looks: tuple[Look, ...]
    moves: tuple[Move, ...]
    role: str = ""
    does: str = ""
    sharpness: float | None = None
    matters: bool = True
    shuffled: bool = False


@dataclass(frozen=True)
class Neuron(Line):
    """One neuron: adds up what it reads, compares with a threshold, and writes what is over it."""

    reads: Mapping[Axis, float]
    threshold: float
    writes: Mapping[Axis, float]


@dataclass(frozen=True)
class Neurons(Line):
    """Neurons that do one job together, or, if they do not `matter`, look as if."""

    name: str
    neurons: tuple[Neuron, ...]
    role: str = ""
    does: str = ""
    matters: bool = True


@dataclass(frozen=True)
class Layer(Line):
    """Heads side by side, then neurons side by side; neurons read what the heads wrote."""

    heads: tuple[Head, ...] = ()
    neurons: tuple[Neurons, ...] = ()


@dataclass(frozen=True)
class Circuit(Line):
    """A whole description.

    `sharpness` is the score of a match before the softmax: 12 and more is saturated, 3 to 6 soft. `slope` multiplies
    the inside of every neuron and divides what it writes, which changes nothing with ReLU and makes GELU as sharp as
    one likes. `noise` is the standard deviation of what is added to every weight. `d_model` leaves room that nobody
    reads; None takes what the spaces need.
    """

    name: str
    vocab: int
    context: int
    spaces: tuple[Space, ...]
    layers: tuple[Layer, ...]
    sharpness: float = 12.0
    positions: str = "learned"
    activation: str = "relu"
    slope: float = 1.0
    noise: float = 0.0
    d_model: int | None = None

    @property
    def sizes(self) -> dict[str, int]:
        """Axes of every space, built in or not."""
        built_in = {"token": self.vocab, "position": self.context, "logits": self.vocab}
        own = {space.name: space.size for space in self.spaces}
        return {**{name: size for name, size in built_in.items() if self.has(name)}, **own, ANY: 1}

    def has(self, name: str) -> bool:
        """Whether a built-in space is there: rotary models write no positions."""
        return name != "position" or self.positions != "rotary"
