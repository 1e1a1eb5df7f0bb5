"""See and change attention scores and patterns of any architecture, with no arithmetic of our own.

Transformers lets a model's attention function be chosen by name. The one registered here calls the model
file's own eager attention and watches the softmax inside it: what goes in are the scores, what comes out is
the pattern. The watch is a mode of the calling thread, so models in other threads do not notice.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedConfig
from transformers.masking_utils import eager_mask

NAME = "cutaway"
SOFTMAXES = frozenset({torch.softmax, torch.Tensor.softmax, torch.nn.functional.softmax})

Watch = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Watched:
    """What to do with the scores and the pattern of one attention module; each returns what goes on."""

    scores: Watch
    pattern: Watch


watched: ContextVar[dict[nn.Module, Watched] | None] = ContextVar("watched", default=None)


class SoftmaxWatch(TorchFunctionMode):
    """Show every softmax of the block to one `Watched`."""

    def __init__(self, watch: Watched) -> None:
        super().__init__()
        self.watch = watch

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func not in SOFTMAXES:
            return func(*args, **(kwargs or {}))
        given = dict(kwargs or {})
        scores = args[0] if args else given.pop("input")
        return self.watch.pattern(func(self.watch.scores(scores), *args[1:], **given))


def attend(module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **kwargs: Any) -> Any:
    """The attention function named `cutaway`: the model's own eager attention, watched where asked."""
    eager = sys.modules[type(module).__module__].eager_attention_forward
    watch = (watched.get() or {}).get(module)
    if watch is None:
        return eager(module, query, key, value, mask, **kwargs)
    with SoftmaxWatch(watch):
        return eager(module, query, key, value, mask, **kwargs)


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, eager_mask)


@contextmanager
def watching(config: PreTrainedConfig, watches: dict[nn.Module, Watched]) -> Iterator[None]:
    """Within the block, attention of this model runs eagerly under the given watches; without any, untouched."""
    if not watches:
        yield
        return
    chosen = config._attn_implementation
    token = watched.set(watches)
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = chosen
        watched.reset(token)
