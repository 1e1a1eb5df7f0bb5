"""A feed-forward network of numbered layers, for circuits outside language: a linear map and ReLU each.

Layer 0 is the input itself, the last layer's map gives the class scores. What layer n computes is at
`module:layers.n`, before the ReLU at `module:layers.n.map`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear

from cutaway.models import wrap
from cutaway.models.graph import LOGITS, Edge
from cutaway.planted.planted import Corrupted, Planted
from cutaway.planted.truth import Exceptions, Part, Truth, stated

Gather = Literal[
    "as it is", "every place", "largest"
]  # what a layer makes of a map: nothing, one row of all, or maxima


@dataclass(frozen=True, eq=False)
class Weights:
    """One layer: a matrix [out, in], or kernels [out, in, height, width], and a bias."""

    weight: Float[Tensor, "out ..."]
    bias: Float[Tensor, "out"]
    gather: Gather = "as it is"


class StackLayer(nn.Module):
    """What it makes of the layer before, a linear map, and ReLU."""

    def __init__(self, shape: Sequence[int], gather: Gather, *, rectified: bool) -> None:
        super().__init__()
        outputs, inputs, *kernel = shape
        if kernel:
            self.map: nn.Module = nn.Conv2d(inputs, outputs, (kernel[0], kernel[1]), padding="same")
        else:
            self.map = nn.Linear(inputs, outputs)
        self.gather, self.rectified = gather, rectified

    def gathered(self, x: Tensor) -> Tensor:
        """The layer before, as the map reads it."""
        if self.gather == "as it is":
            return x
        return x.flatten(1) if self.gather == "every place" else x.flatten(2).amax(dim=-1)

    def change(self, old: Tensor, new: Tensor, rows: list[int]) -> Tensor:
        """What some channels or units get more, before the ReLU, from one state of the layer before than from another.

        It goes without the bias, so that it is linear.
        """
        weight, difference = self.map.get_parameter("weight")[rows], self.gathered(new) - self.gathered(old)
        return conv2d(difference, weight, padding="same") if weight.ndim == 4 else linear(difference, weight)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.map(self.gathered(x))
        return out.relu() if self.rectified else out


class Stack(nn.Module):
    """The network; its scores [batch, 1, class] have one position, so that whatever reads logits reads them."""

    def __init__(self, config: Sequence[tuple[Sequence[int], Gather]]) -> None:
        super().__init__()
        self.config = tuple(config)
        made = [
            StackLayer(shape, gather, rectified=number < len(self.config))
            for number, (shape, gather) in enumerate(self.config, start=1)
        ]
        self.layers = nn.ModuleList([nn.Identity(), *made])

    def layer(self, number: int) -> StackLayer:
        """A layer with a map."""
        found = self.layers[number]
        assert isinstance(found, StackLayer)
        return found

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x[:, None]


def compile_stack(layers: Sequence[Weights]) -> Stack:
    """The network with these weights."""
    stack = Stack([(tuple(one.weight.shape), one.gather) for one in layers])
    with torch.no_grad():
        for number, one in enumerate(layers, start=1):
            stack.layer(number).map.get_parameter("weight").copy_(one.weight)
            stack.layer(number).map.get_parameter("bias").copy_(one.bias)
    return stack


def connected(layer: StackLayer, inputs: int) -> Bool[Tensor, "out in"]:
    """Which outputs of a layer read which channels or units of the one before at all."""
    weight = layer.map.get_parameter("weight")
    return (weight.reshape(len(weight), inputs, -1) != 0).any(dim=-1)


def edges_in(stack: Stack, parts: Sequence[Part]) -> tuple[Edge, ...]:
    """Every pair of parts in neighbouring layers between which a weight leads."""
    last = len(stack.layers) - 1
    found = []
    for number in range(1, last + 1):
        senders = [part for part in parts if part.layer == number - 1]
        whole = sorted(index for part in senders for index in part.indices)
        assert whole == list(range(len(whole))), f"layer {number - 1} is not all told in parts"
        reads = connected(stack.layer(number), len(whole))
        for sender in senders:
            reached = reads[:, list(sender.indices)].any(dim=1)
            if number == last:
                found += [Edge(sender.name, LOGITS, "logits")] if bool(reached.any()) else []
                continue
            receivers = [part for part in parts if part.layer == number]
            found += [Edge(sender.name, one.name, "in") for one in receivers if bool(reached[list(one.indices)].any())]
    return tuple(found)


def told_stack(
    name: str,
    layers: Sequence[Weights],
    parts: Sequence[Part],
    *corruptions: Corrupted,
    exceptions: Exceptions | None = None,
) -> Planted:
    """A network with the statements of `stated`, and its task; `parts` cover every layer and the input."""
    stack = compile_stack(layers)
    edges = edges_in(stack, parts)
    same: Mapping[str, tuple[str | Edge, ...]] = {one.name: one.same for one in corruptions}
    statements = stated(parts, edges, frozenset(), same=same, exceptions=exceptions)
    truth = Truth(tuple(parts), edges, frozenset(), statements)
    return Planted(wrap(stack, name=name), truth, corruptions)
