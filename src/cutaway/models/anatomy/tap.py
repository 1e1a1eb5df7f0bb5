"""Where a site lives in a module tree, and how to read and write it there.

Most sites are the input or the output of a module, or a part of one in another shape. A `Tap` says which
module, when to look, and holds a getter and a setter for that part.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn

from cutaway.errors.models import OffloadedSiteError
from cutaway.models.anatomy.heads import Heads, split_axis

When = Literal["before", "after", "query", "key", "scores", "pattern"]


@dataclass(slots=True)
class Call:
    """One call of a module while it happens; before the call there is no output yet."""

    module: nn.Module
    input: Tensor
    output: Tensor | None = None
    batch: int = 1

    @property
    def result(self) -> Tensor:
        if self.output is None:
            raise AssertionError("read before the module has run")
        return self.output


@dataclass(frozen=True, kw_only=True)
class Tap:
    """`get` shows the site; `put` returns the input (before) or output (after) with the site replaced.

    `whole`: the site is the tensor itself, so that reading needs no view. `fleeting`: the model writes over the
    tensor later, so that a read must copy. `axes` where they differ from those of the vocabulary. `number` and
    `entry` serve any-module sites: which call of the module in one pass, and which entry of a nested output.
    """

    path: str
    when: When
    get: Callable[[Call], Tensor]
    put: Callable[[Call, Tensor], Tensor]
    whole: bool = False
    fleeting: bool = False
    axes: tuple[str, ...] | None = None
    number: int | None = None
    entry: tuple[int, ...] = ()
    once: bool = False  # a second call in one pass is an error unless `number` says which one is meant

    @property
    def in_attention(self) -> bool:
        """Whether the tensor only exists inside the attention function."""
        return self.when in ("query", "key", "scores", "pattern")


def the_input(call: Call) -> Tensor:
    """What enters."""
    return call.input


def the_output(call: Call) -> Tensor:
    """What leaves."""
    return call.result


def as_given(call: Call, new: Tensor) -> Tensor:  # noqa: ARG001
    """The new value as it is."""
    return new


def input_of(path: str) -> Tap:
    """The whole first input of a module."""
    return Tap(path=path, when="before", get=the_input, put=as_given, whole=True)


def output_of(path: str) -> Tap:
    """The whole output of a module; the first entry where that is a tuple."""
    return Tap(path=path, when="after", get=the_output, put=as_given, whole=True)


def stream_before(path: str) -> Tap:
    """The residual stream where a module branches off it: written in place, because the skip reads the same tensor."""
    return Tap(path=path, when="before", get=the_input, put=lambda call, new: call.input.copy_(new), whole=True)


def unflattened(tap: Tap) -> Tap:
    """The same where the model has merged batch and position into one axis."""

    def get(call: Call) -> Tensor:
        return split_axis(tap.get(call), 0, (call.batch, -1))

    return replace(tap, get=get, put=lambda call, new: tap.put(call, new.flatten(0, 1)), whole=False)


def without_axis(tap: Tap) -> Tap:
    """The same where the model keeps an axis of one head between batch and position."""
    return replace(tap, get=lambda call: tap.get(call)[:, 0], put=lambda call, new: tap.put(call, new[:, None]))


def inside_attention(path: str, when: When) -> Tap:
    """Query, key, scores or pattern, which are no module's input or output.

    Queries and keys come as [batch, head, pos, d_head] and are shown as [batch, pos, head, d_head].
    """
    if when in ("scores", "pattern"):
        return Tap(path=path, when=when, get=the_input, put=as_given, whole=True)
    return Tap(
        path=path, when=when, get=lambda call: call.input.transpose(1, 2), put=lambda _, new: new.transpose(1, 2)
    )


def heads_before(path: str, heads: Heads) -> Tap:
    """A module's input, cut into heads: z, at the output projection."""
    return Tap(
        path=path,
        when="before",
        get=lambda call: heads.cut(call.input),
        put=lambda call, new: heads.paste(call.input, new),
    )


def heads_after(path: str, heads: Heads) -> Tap:
    """A module's output, cut into heads: q, k or v, alone or out of a joint projection."""
    return Tap(
        path=path,
        when="after",
        get=lambda call: heads.cut(call.result),
        put=lambda call, new: heads.paste(call.result, new),
    )


def heads_first(path: str) -> Tap:
    """A module's output [batch, head, pos, d_head], shown as [batch, pos, head, d_head]."""
    return Tap(
        path=path,
        when="after",
        get=lambda call: call.result.transpose(1, 2),
        put=lambda _, new: new.transpose(1, 2),
    )


def head_results(path: str, weight: Callable[[], Tensor]) -> Tap:
    """Each head's own share of the output projection; `weight` gives W_O [head, d_head, d_model]."""

    def get(call: Call) -> Tensor:
        out = in_memory(weight(), path)
        z = split_axis(call.input, -1, tuple(out.shape[:2]))
        return torch.einsum("bphd,hdm->bphm", z, out)

    def put(call: Call, new: Tensor) -> Tensor:
        return call.result + (new - get(call)).sum(dim=2)

    return Tap(path=path, when="after", get=get, put=put)


def norm_scale(path: str, norm: nn.Module) -> Tap:
    """The divisor of a norm: sqrt(variance + eps) of a LayerNorm, sqrt(mean square + eps) of an RMSNorm.

    Writing it gives the output as if the norm had divided by the new one.
    """
    eps = epsilon(norm)

    def get(call: Call) -> Tensor:
        centred = isinstance(norm, nn.LayerNorm)
        return (deviation if centred else root_mean_square)(call.input, eps).to(call.input.dtype)

    def put(call: Call, new: Tensor) -> Tensor:
        bias = getattr(call.module, "bias", None)
        shift = 0.0 if bias is None else in_memory(bias, path)
        return (call.result - shift) * (get(call) / new) + shift

    return Tap(path=path, when="after", get=get, put=put)


def deviation(value: Tensor, eps: float) -> Tensor:
    """sqrt(variance + eps) over the last axis; `torch.var` takes thirty times as long."""
    if not torch.is_grad_enabled():  # the kernel of LayerNorm has it, but not its derivative
        return torch.native_layer_norm(value, value.shape[-1:], None, None, eps)[2].reciprocal()
    value = at_least_float32(value)
    return root_mean_square(value - value.mean(-1, keepdim=True), eps)


def root_mean_square(value: Tensor, eps: float) -> Tensor:
    """sqrt(mean square + eps) over the last axis."""
    return at_least_float32(value).square().mean(-1, keepdim=True).add_(eps).sqrt_()


def at_least_float32(value: Tensor) -> Tensor:
    """Squares of float16 soon pass its largest number."""
    return value.to(torch.promote_types(value.dtype, torch.float32))


def in_memory(weight: Tensor, path: str) -> Tensor:
    """The weight that a site needs.

    Raises: OffloadedSiteError if its numbers are elsewhere.
    """
    if weight.is_meta:
        raise OffloadedSiteError(path)
    return weight


def epsilon(norm: nn.Module) -> float:
    """What a norm adds under its root; families spell it in two ways."""
    found = getattr(norm, "eps", None)
    return float(norm.variance_epsilon if found is None else found)  # type: ignore[arg-type]


def fleeting(tap: Tap) -> Tap:
    """The same where the model goes on to write over the tensor: a read copies it."""
    return replace(tap, fleeting=True)
