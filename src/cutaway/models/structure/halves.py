"""The two halves of a block: what each adds to the stream, through which norms, and where the neurons are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from cutaway.models.anatomy.tap import Call, norm_scale
from cutaway.models.structure.recording import RELATIVE, Part, factor, proportional, same

ACTIVATIONS: tuple[Callable[[Tensor], Tensor], ...] = (
    functional.silu,
    functional.gelu,
    lambda value: functional.gelu(value, approximate="tanh"),
    functional.relu,
    lambda value: functional.relu(value).square(),
    lambda value: value * torch.sigmoid(1.702 * value),
)
STEADY = 1e-3  # of a norm's weights, found again at every position


def is_norm(part: Part) -> bool:
    """Whether it divides by what the instrument takes for its divisor: the rest is one factor a feature."""
    named = "Norm" in type(part.module).__name__ and part.input.shape == part.output.shape
    if not named or not any(hasattr(part.module, name) for name in ("eps", "variance_epsilon")):
        return False
    scale = norm_scale(part.path, part.module).get(Call(part.module, part.input, part.output))
    bias = getattr(part.module, "bias", None)
    centred = part.input - part.input.mean(-1, keepdim=True) if isinstance(part.module, nn.LayerNorm) else part.input
    whole = (part.output if bias is None else part.output - bias) * scale
    weight = (whole * centred).sum((0, 1)) / centred.pow(2).sum((0, 1))  # per feature, over all positions
    return torch.allclose(whole, weight * centred, rtol=STEADY, atol=STEADY)


def shallowest(parts: Iterable[Part]) -> Part | None:
    """Of modules with the same output, the one that holds the others."""
    return min(parts, key=lambda part: part.path.count("."), default=None)


@dataclass(frozen=True)
class Adds:
    """What the attention half and the MLP half put out; the block adds it, times `factor`, to the stream."""

    attention: Part
    mlp: Part
    factor: Tensor

    @property
    def exact(self) -> bool:
        """Whether the block adds what they put out as it is."""
        return abs(float(self.factor) - 1) <= RELATIVE

    def middle(self, block: Part) -> Tensor:
        """The stream between the halves, where the one follows the other."""
        return block.input + self.factor * self.attention.output


def what_is_added(block: Part, out: Part, parts: list[Part], inside: str) -> Adds | None:
    """The two parts whose outputs add up to what the block adds; the first ends with the output projection."""
    change = block.output - block.input
    first = [part for part in parts if same(part.output, out.output)]
    first += [part for part in parts if same(part.input, out.output) and part.output.shape == change.shape]
    rest = [part for part in parts if part not in first and not part.path.startswith(f"{inside}.")]
    for one in sorted(first, key=lambda part: part.path.count(".")):
        fit = [part for part in rest if part.output.shape == change.shape]
        found = shallowest(part for part in fit if proportional(one.output + part.output, change))
        if found is not None:
            return Adds(one, found, factor(one.output + found.output, change))
    return None


@dataclass(frozen=True)
class Neurons:
    """Paths of the maps around the neurons; `gate` where there is one."""

    into: Part
    out: Part
    gate: Part | None = None

    def inside(self, block: str) -> tuple[str, str, str | None]:
        """The same three as paths in their block."""
        into, out = (part.path.removeprefix(f"{block}.") for part in (self.into, self.out))
        return into, out, None if self.gate is None else self.gate.path.removeprefix(f"{block}.")


def neurons_of(mlp: Part, parts: list[Part], width: int) -> Neurons | None:
    """The map whose output the MLP half adds (or norms and adds), and the maps whose outputs make what it reads."""
    linear = [part for part in parts if part.is_linear and part.input.ndim == 3]
    ends = [part for part in linear if same(part.output, mlp.output) or same(part.output, mlp.input)]
    for out in ends:
        wide = [part for part in linear if part.output.shape == out.input.shape and part.input.shape[-1] == width]
        for one in wide:
            if any(same(active, out.input) for active in activated(one, parts)):
                return Neurons(one, out)
            for other in wide:
                if other is not one and any(same(active * other.output, out.input) for active in activated(one, parts)):
                    return Neurons(other, out, gate=one)
    return None


def activated(linear: Part, parts: list[Part]) -> list[Tensor]:
    """What a map's output may be after an activation: a module that read it, or a common function."""
    modules = [part.output for part in parts if same(part.input, linear.output) and not list(part.module.parameters())]
    return modules + [function(linear.output) for function in ACTIVATIONS]
