"""What an adapter says of an architecture: its shape, where its sites live, and its weights by convention."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from cutaway.models.sites import VOCABULARY, Site
from cutaway.models.tap import Tap

LayerWeight = Callable[[int], Tensor]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The sizes of a decoder; `n_key_value_heads` is smaller than `n_heads` where queries share keys."""

    n_layers: int
    n_heads: int
    n_key_value_heads: int
    d_model: int
    d_head: int
    d_mlp: int
    d_vocab: int
    n_ctx: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Sites and weights of one loaded module.

    `layers` and `whole` give taps by site name; `absent` gives the reason for every site that is not there.
    `weights` are functions of the layer: W_Q, W_K, W_V [head, d_model, d_head], W_O [head, d_head, d_model],
    W_in [d_model, d_mlp], W_out [d_mlp, d_model]. `W_E` is [d_vocab, d_model], `W_U` [d_model, d_vocab].
    """

    shape: Shape
    whole: Mapping[str, Tap]
    layers: Mapping[str, Callable[[int], Tap]]
    weights: Mapping[str, LayerWeight]
    W_E: Tensor
    W_U: Tensor
    absent: Mapping[str, str] = field(default_factory=dict)

    def taps(self) -> dict[Site, Tap]:
        """Every site of the model and where it lives, in the order of the computation."""
        found: dict[Site, Tap] = {}
        in_layers = [name for name in VOCABULARY if name in self.layers]
        for name in ("embed", "pos_embed"):
            if name in self.whole:
                found[Site(name)] = self.whole[name]
        for layer in range(self.shape.n_layers):
            found.update({Site(name, layer): self.layers[name](layer) for name in in_layers})
        for name in ("ln_final_scale", "logits"):
            if name in self.whole:
                found[Site(name)] = self.whole[name]
        return found
