"""The result of an adapter: shapes, sites and weights of one loaded module, and why the missing ones are missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from cutaway.models.anatomy.tap import Tap
from cutaway.models.sites import Site


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The sizes of one stack of blocks; `n_key_value_heads` is smaller than `n_heads` where queries share keys."""

    n_layers: int
    n_heads: int
    n_key_value_heads: int
    d_model: int
    d_head: int
    d_mlp: int
    d_vocab: int
    n_ctx: int


NOTHING = Shape(n_layers=0, n_heads=0, n_key_value_heads=0, d_model=0, d_head=0, d_mlp=0, d_vocab=0, n_ctx=0)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the module's forward takes.

    `names`: its tensors, the first of them what a bare tensor means; `always`: arguments of every run;
    `positions`: position ids from a mask [batch, pos], where the family does not count them itself; `no_padding`:
    why a mask is refused.
    """

    names: tuple[str, ...] = ()
    always: Mapping[str, Any] = field(default_factory=dict)
    positions: Callable[[Tensor], Tensor] | None = None
    no_padding: str = ""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Sites and weights of one loaded module.

    `taps` in the order of the computation; `absent` gives the reason for every site (`mlp_pre`, or `mlp_pre.3`)
    and weight that is not there. `weights` are functions: W_Q, W_K, W_V [head, d_model, d_head], W_O [head,
    d_head, d_model], W_in, W_gate [d_model, d_mlp], W_out [d_mlp, d_model], with an axis of experts before
    these where there are experts; W_E [d_vocab, d_model], W_U [d_model, d_vocab]; b_Q ... likewise.
    `shapes` by group; the group of a model with one stack is "".
    """

    shapes: Mapping[str, Shape]
    taps: Mapping[Site, Tap]
    weights: Mapping[Site, Callable[[], Tensor]] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=Inputs)
    softmax: str = "interface"  # or "own": the attention module works out its softmax itself
    output: str = "logits"  # the field of the module's output that holds them

    @property
    def shape(self) -> Shape:
        """Of the first stack: the decoder, where there is one."""
        return next(iter(self.shapes.values()), NOTHING)

    def logits(self, output: Any) -> Tensor | None:
        """The scores in what the module returned; None if it has no head to make any."""
        if isinstance(output, Tensor):
            return output
        return output.get(self.output) if isinstance(output, dict) else getattr(output, self.output, None)
