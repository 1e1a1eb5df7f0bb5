"""See and change what happens inside attention, for any architecture, with no arithmetic of our own.

Transformers lets a model's attention function be chosen by name. The one registered here calls the model
file's own eager attention and watches the softmax inside it: what goes in are the scores, what comes out is
the pattern. Families whose attention module works out its own softmax are watched around that module's
forward, where torch's fused kernel is written out. The watch is a mode of the calling thread, so models in
other threads do not notice.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

NAME = "cutaway"
LOCK = Lock()
BORROWED: dict[int, tuple[str | None, int]] = {}  # configs, by identity: what they had chosen, and how many use them
HEADED = 4  # axes of queries and keys; a projection that is written as a product has fewer
SOFTMAXES = frozenset({torch.softmax, torch.Tensor.softmax, torch.nn.functional.softmax})
PRODUCTS = frozenset({torch.matmul, torch.Tensor.matmul, torch.Tensor.__matmul__, torch.bmm})

Watch = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Watched:
    """What to do inside one attention module; each returns what goes on, and None watches nothing.

    Queries and keys are [batch, head, pos, d_head]; scores and pattern [batch, head, query, key].
    """

    query: Watch | None = None
    key: Watch | None = None
    scores: Watch | None = None
    pattern: Watch | None = None

    @property
    def in_softmax(self) -> bool:
        return self.scores is not None or self.pattern is not None


def through(watch: Watch | None, value: Tensor) -> Tensor:
    """What goes on."""
    return value if watch is None else watch(value)


watched: ContextVar[Mapping[nn.Module, Watched] | None] = ContextVar("watched", default=None)


class SoftmaxWatch(TorchFunctionMode):
    """Show the softmax of the block, and with `rotated` the first product before it, to one `Watched`."""

    def __init__(self, watch: Watched, *, rotated: bool = False) -> None:
        super().__init__()
        self.watch, self.rotated = watch, rotated

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if self.rotated and func in PRODUCTS and args[0].ndim == HEADED:
            self.rotated = False
            key = through(self.watch.key, args[1].transpose(-1, -2)).transpose(-1, -2)
            return func(through(self.watch.query, args[0]), key)
        if func is torch.nn.functional.scaled_dot_product_attention:
            return written_out(self.watch, *args, **(kwargs or {}))
        if func not in SOFTMAXES:
            return func(*args, **(kwargs or {}))
        given = dict(kwargs or {})
        scores = args[0] if args else given.pop("input")
        return through(self.watch.pattern, func(through(self.watch.scores, scores), *args[1:], **given))


def written_out(  # noqa: PLR0913
    watch: Watched,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,  # noqa: ARG001
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """The fused kernel of torch, by its own definition, so that scores and pattern exist as tensors.

    Dropout is not applied: models are in evaluation mode.
    """
    query, key = through(watch.query, query), through(watch.key, key)
    if enable_gqa:
        key, value = (part.repeat_interleave(query.shape[1] // part.shape[1], dim=1) for part in (key, value))
    scores = query @ key.transpose(-1, -2) * (query.shape[-1] ** -0.5 if scale is None else scale)
    if is_causal:
        seen = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
        scores = scores.masked_fill(~seen, float("-inf"))
    if attn_mask is not None:
        hidden = attn_mask.dtype == torch.bool
        scores = scores.masked_fill(~attn_mask, float("-inf")) if hidden else scores + attn_mask
    scores = through(watch.scores, scores)
    sees_nothing = (scores == float("-inf")).all(dim=-1, keepdim=True)  # padding on the left: the kernel gives zero
    pattern = through(watch.pattern, torch.softmax(scores, dim=-1).masked_fill(sees_nothing, 0.0))
    return pattern.to(value.dtype) @ value


def attend(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None = None, **kwargs: Any
) -> Any:
    """The attention function named `cutaway`: the model's own eager attention, watched where asked."""
    eager = sys.modules[type(module).__module__].eager_attention_forward
    watch = (watched.get() or {}).get(module)
    if watch is None:
        return eager(module, query, key, value, attention_mask, **kwargs)
    query, key = through(watch.query, query), through(watch.key, key)
    if not watch.in_softmax:
        return eager(module, query, key, value, attention_mask, **kwargs)
    with SoftmaxWatch(watch):
        return eager(module, query, key, value, attention_mask, **kwargs)


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, eager_mask)


def configs(module: nn.Module) -> list[Any]:
    """Every config in a module tree that chooses an attention function: a model of two towers has several."""
    found = {id(part.config): part.config for part in module.modules() if hasattr(part, "config")}
    return [config for config in found.values() if hasattr(config, "_attn_implementation")]


def borrow(chosen: Sequence[Any]) -> None:
    """Choose our attention function. Threads may share a config: the first of them remembers what it had."""
    with LOCK:
        for config in chosen:  # all before any is set, because setting one sets those inside it
            before, users = BORROWED.get(id(config), (config._attn_implementation, 0))
            BORROWED[id(config)] = (before, users + 1)
        for config in chosen:
            config._attn_implementation = NAME


def give_back(chosen: Sequence[Any]) -> None:
    """The last to do so puts back what each config had."""
    with LOCK:
        for config in chosen:
            before, users = BORROWED.pop(id(config))
            if users > 1:
                BORROWED[id(config)] = (before, users - 1)
            else:
                config._attn_implementation = before


def watch_forward(module: nn.Module, watch: Watched) -> Callable[[], None]:
    """Watch the softmax inside a module's own forward; the returned call ends it."""
    forward, own = module.forward, module.__dict__.get("forward")

    def watching_forward(*args: Any, **kwargs: Any) -> Any:
        with SoftmaxWatch(watch, rotated=watch.query is not None or watch.key is not None):
            return forward(*args, **kwargs)

    def end() -> None:
        module.__dict__.pop("forward")
        if own is not None:  # of a library that wraps forward too, such as accelerate
            module.forward = own

    module.forward = watching_forward
    return end


@contextmanager
def watching(module: nn.Module, watches: Mapping[nn.Module, Watched], *, softmax: str) -> Iterator[None]:
    """Within the block, attention of this model runs eagerly under the given watches; without any, untouched."""
    if not watches:
        yield
        return
    chosen = configs(module) if softmax == "interface" else []
    token = watched.set(watches)
    endings = []
    borrow(chosen)
    try:
        if softmax == "own":
            endings = [watch_forward(part, watch) for part, watch in watches.items()]
        yield
    finally:
        for end in endings:
            end()
        give_back(chosen)
        watched.reset(token)
