"""Where a site lives in a module tree, and how to read and write it there.

Most sites are the input or the output of a module, or a part of one in another shape. A `Tap` says which
module, when to look, and holds a getter and a setter for that part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

When = Literal["before", "after", "scores", "pattern"]


@dataclass(frozen=True)
class Call:
    """One call of a module while it happens; before the call there is no output yet."""

    module: nn.Module
    input: Tensor
    output: Tensor | None = None

    @property
    def result(self) -> Tensor:
        if self.output is None:
            raise AssertionError("read before the module has run")
        return self.output


@dataclass(frozen=True)
class Tap:
    """`get` shows the site; `put` returns the input (before) or output (after) with the site replaced."""

    path: str
    when: When
    get: Callable[[Call], Tensor]
    put: Callable[[Call, Tensor], Tensor]


def split_heads(value: Tensor, *sizes: int) -> Tensor:
    """The last axis as several, the last of them what is left; a view."""
    return value.view(*value.shape[:-1], *sizes, -1)


def input_of(path: str) -> Tap:
    """The whole first input of a module."""
    return Tap(path, "before", lambda call: call.input, lambda _, new: new)


def output_of(path: str) -> Tap:
    """The whole output of a module; the first entry where that is a tuple."""
    return Tap(path, "after", lambda call: call.result, lambda _, new: new)


def stream_before(path: str) -> Tap:
    """The residual stream where a module branches off it: written in place, because the skip reads the same tensor."""
    return Tap(path, "before", lambda call: call.input, lambda call, new: call.input.copy_(new))


def scores_of(path: str) -> Tap:
    """What enters the softmax of an attention module."""
    return Tap(path, "scores", lambda call: call.input, lambda _, new: new)


def pattern_of(path: str) -> Tap:
    """What leaves the softmax of an attention module."""
    return Tap(path, "pattern", lambda call: call.result, lambda _, new: new)


def heads_before(path: str, n_heads: int) -> Tap:
    """A module's input, its last axis split into heads: z, at the output projection."""
    return Tap(
        path,
        "before",
        lambda call: split_heads(call.input, n_heads),
        lambda call, new: new.reshape(call.input.shape),
    )


def heads_after(path: str, n_heads: int, *, part: slice = slice(None)) -> Tap:
    """A slice of a module's output, split into heads: q, k or v, alone or out of a joint projection."""

    def put(call: Call, new: Tensor) -> Tensor:
        whole = call.result.clone()
        whole[..., part] = new.flatten(-2)
        return whole

    return Tap(path, "after", lambda call: split_heads(call.result[..., part], n_heads), put)


def interleaved_heads(path: str, n_heads: int, index: int) -> Tap:
    """Number `index` of three in a joint projection that keeps q, k and v of a head together."""

    def put(call: Call, new: Tensor) -> Tensor:
        whole = call.result.clone()
        split_heads(whole, n_heads, 3)[..., index, :] = new
        return whole

    return Tap(path, "after", lambda call: split_heads(call.result, n_heads, 3)[..., index, :], put)


def head_results(path: str, weight: Callable[[], Tensor]) -> Tap:
    """Each head's own share of the output projection; `weight` gives W_O [head, d_head, d_model]."""

    def get(call: Call) -> Tensor:
        out = weight()
        return torch.einsum("bphd,hdm->bphm", split_heads(call.input, out.shape[0]), out)

    def put(call: Call, new: Tensor) -> Tensor:
        return call.result + (new - get(call)).sum(dim=2)

    return Tap(path, "after", get, put)


def layer_norm_scale(path: str) -> Tap:
    """The divisor of a LayerNorm: sqrt(variance + eps)."""

    def get(call: Call) -> Tensor:
        eps = float(call.module.eps)  # type: ignore[arg-type]
        return (call.input.var(-1, unbiased=False, keepdim=True) + eps).sqrt()

    return Tap(path, "after", get, rescaled(get))


def rms_norm_scale(path: str, eps: float) -> Tap:
    """The divisor of an RMSNorm: sqrt(mean square + eps)."""

    def get(call: Call) -> Tensor:
        return (call.input.float().pow(2).mean(-1, keepdim=True) + eps).sqrt().to(call.input.dtype)

    return Tap(path, "after", get, rescaled(get))


def rescaled(get: Callable[[Call], Tensor]) -> Callable[[Call, Tensor], Tensor]:
    """Write a norm's divisor: the output as if it had divided by the new one."""

    def put(call: Call, new: Tensor) -> Tensor:
        bias = getattr(call.module, "bias", None)
        shift = 0.0 if bias is None else bias
        return (call.result - shift) * (get(call) / new) + shift

    return put
