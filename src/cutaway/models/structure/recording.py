"""One pass of a small copy, with what every module took and gave, and what every attention saw."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.models.attention_tap import Watched, watching

ROWS, LENGTH, FIRST_ID = 2, 9, 2  # small ids are often the padding
RELATIVE, ABSOLUTE = 1e-4, 1e-5  # of two ways to compute the same float32 numbers


@dataclass(frozen=True, eq=False)
class Part:
    """One module of the copy in one pass, with its first input and its first output."""

    path: str
    module: nn.Module
    input: Tensor
    output: Tensor

    @property
    def is_linear(self) -> bool:
        """Whether it is a matrix, applied to the last axis."""
        weight = getattr(self.module, "weight", None)
        return isinstance(weight, Tensor) and weight.ndim == 2 and not isinstance(self.module, nn.Embedding)


@dataclass
class Seen:
    """What one attention module had inside: queries and keys [batch, head, pos, d], pattern with a sink at most."""

    query: Tensor | None = None
    key: Tensor | None = None
    pattern: Tensor | None = None


@dataclass
class Recording:
    """Parts in the order in which they finished; a module that runs twice in a pass is none."""

    module: nn.Module
    softmax: str
    parts: dict[str, Part] = field(default_factory=dict)
    attention: dict[str, Seen] = field(default_factory=dict)

    def beneath(self, path: str) -> list[Part]:
        """The parts of one module, without itself."""
        return [part for part in self.parts.values() if part.path.startswith(f"{path}.")]


def same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors hold the same numbers, as far as float32 tells."""
    return one.shape == other.shape and torch.allclose(one.float(), other.float(), rtol=RELATIVE, atol=ABSOLUTE)


def proportional(one: Tensor, other: Tensor) -> bool:
    """The same up to one factor: some families scale their queries before the product."""
    if one.shape != other.shape or not bool(one.any()):
        return False
    times = factor(one, other)
    return float(times) > 0 and same(one * times, other)


def factor(one: Tensor, other: Tensor) -> Tensor:
    """What the first must be multiplied by to come nearest to the second."""
    return (one * other).sum() / one.pow(2).sum()


def record(small: Any, ids: str) -> Recording:
    """Run a small copy on random tokens. Attention through the interface is watched, else around its own forward."""
    found = attempt(small, ids, "interface")
    return found if found.attention else attempt(small, ids, "own")


def attempt(small: Any, ids: str, softmax: str) -> Recording:
    """The recording under one way of watching; without attention where that way sees none."""
    found = Recording(small, softmax)
    draw = torch.Generator().manual_seed(1)
    high = small.get_input_embeddings().num_embeddings
    tokens = torch.randint(FIRST_ID, high, (ROWS, LENGTH), generator=draw)
    names = dict(small.named_modules())
    watches = {
        part: look_inside(found, path) for path, part in names.items() if softmax == "interface" or is_attention(part)
    }
    with ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        stack.enter_context(watching(small, watches, softmax=softmax))
        stack.enter_context(listening(names, found))
        try:
            small(**{ids: tokens}, use_cache=False)
        except KeyError:  # a family with a closed list of attention functions: not through the interface
            if softmax == "own":
                raise
    return found


def is_attention(part: nn.Module) -> bool:
    """By its name, and innermost: for families that do not say so by calling the interface."""
    inner = [type(other).__name__ for other in part.modules() if other is not part]
    return "Attention" in type(part).__name__ and not any("Attention" in name for name in inner)


def look_inside(found: Recording, path: str) -> Watched:
    """Keep what one attention module shows."""

    def keeper(name: str) -> Callable[[Tensor], Tensor]:
        def keep(value: Tensor) -> Tensor:
            setattr(found.attention.setdefault(path, Seen()), name, value.clone())
            return value

        return keep

    return Watched(query=keeper("query"), key=keeper("key"), pattern=keeper("pattern"))


@contextmanager
def listening(names: Mapping[str, nn.Module], found: Recording) -> Iterator[None]:
    """Keep what every module takes and gives."""
    taken: dict[str, Tensor] = {}
    twice: set[str] = set()

    def take(path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = next((value for value in (*args, *kwargs.values()) if isinstance(value, Tensor)), None)
        if given is not None:
            taken[path] = given.clone()  # before the model writes over it

    def keep(path: str, module: nn.Module, output: Any) -> None:
        made = leading(output)
        if path in found.parts:
            twice.add(path)
        if path in taken and made is not None:
            found.parts[path] = Part(path, module, taken.pop(path), made.clone())

    with ExitStack() as stack:
        for path, part in names.items():
            if path:
                before = partial(lambda path, _, args, kwargs: take(path, args, kwargs), path)
                after = partial(lambda path, module, _, __, output: keep(path, module, output), path)
                stack.callback(part.register_forward_pre_hook(before, with_kwargs=True).remove)
                stack.callback(part.register_forward_hook(after, with_kwargs=True).remove)
        yield
    for path in twice:
        del found.parts[path]


def leading(output: Any) -> Tensor | None:
    """The first tensor of a module's output, if it begins with one."""
    while isinstance(output, (tuple, list)) and output:
        output = output[0]
    return output if isinstance(output, Tensor) else None
