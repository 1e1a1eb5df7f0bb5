"""What convolutional networks share: feature maps for a stream, and blocks numbered through all stages.

The stream has the axes batch, channel, height and width, and changes its size between stages, so that
resid_pre.3 need not be resid_post.2. What is inside a block beyond the sites named here is a `module:` site.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP_SITES, MLP_WEIGHTS, mlp_weights
from cutaway.models.anatomy.heads import matrix
from cutaway.models.anatomy.images import CLASSES, PIXELS
from cutaway.models.anatomy.layout import Layout, Shape
from cutaway.models.anatomy.tap import Tap
from cutaway.models.sites import Site

MAP = ("batch", "channel", "height", "width")
ATTENTION = ("q", "k", "v", "q_rot", "k_rot", "scores", "pattern", "z", "result", "attn_out", "ln1_scale")
ATTENTION_WEIGHTS = ("W_Q", "W_K", "W_V", "W_O")
NO_ATTENTION = "a convolutional network has no attention"
NO_MLP = "its blocks are convolutions without an MLP; each inner convolution is a site of its own, module:<path>"
NO_MIDDLE = "a block adds to its stream once, so there is no middle"
NO_POSITIONS = "a convolution needs no position embedding"
MLP_NAMES = (*MLP_SITES, *MLP_WEIGHTS)


def on_map(made: Tap) -> Tap:
    """The same, of a feature map."""
    return replace(made, axes=MAP)


def block_paths(module: nn.Module, stages: str) -> list[str]:
    """The blocks of every stage, in order."""
    count = [len(list(stage.layers.children())) for stage in module.get_submodule(stages).children()]  # type: ignore[union-attr]
    return [f"{stages}.{stage}.layers.{block}" for stage, blocks in enumerate(count) for block in range(blocks)]


def convolutional(
    module: Any,
    *,
    stem: str,
    blocks: list[str],
    classifier: str,
    inside: Callable[[str], Mapping[str, Tap]] | None = None,
    mlp: tuple[str, str] | None = None,
    final_norm: str | None = None,
) -> Layout:
    """The layout of a network of such blocks; `inside` gives further sites of one, `mlp` its two linear maps."""
    taps = {Site("embed"): on_map(tap.output_of(stem))}
    weights: dict[Site, Callable[[], Tensor]] = {}
    absent = dict.fromkeys((*ATTENTION, *ATTENTION_WEIGHTS), NO_ATTENTION)
    absent |= {"resid_mid": NO_MIDDLE, "pos_embed": NO_POSITIONS}
    for layer, path in enumerate(blocks):
        taps[Site("resid_pre", layer)] = on_map(tap.input_of(path))
        taps |= {Site(name, layer): made for name, made in (inside(path) if inside else {}).items()}
        taps[Site("resid_post", layer)] = on_map(tap.output_of(path))
        for name, part in zip(("in", "out"), mlp or (), strict=False):
            linear = module.get_submodule(f"{path}.{part}")
            weights |= mlp_weights(lambda word, layer=layer: Site(word, layer), name, linear)  # type: ignore[misc]
    if mlp:
        absent |= dict.fromkeys(("mlp_linear", "W_gate"), "its MLP has no gate")
    else:
        absent |= dict.fromkeys(MLP_NAMES, NO_MLP)
    if final_norm:
        scale = tap.norm_scale(final_norm, module.get_submodule(final_norm))
        taps[Site("ln_final_scale")] = replace(scale, axes=("batch", "one"))
    else:
        absent["ln_final_scale"] = "it has no last norm"
    head = dict(module.named_modules()).get(classifier)
    if isinstance(head, nn.Linear):
        taps[Site("logits")] = replace(tap.output_of(classifier), axes=CLASSES)
        weights |= {Site("W_U"): lambda: matrix(head), Site("b_U"): lambda: head.bias}
    else:
        absent["logits"] = "this model has no classifier"
    shape = shape_of(module, blocks, head, mlp)
    return Layout(shapes={"": shape}, taps=taps, weights=weights, absent=absent, inputs=PIXELS)


def shape_of(module: Any, blocks: list[str], head: Any, mlp: tuple[str, str] | None) -> Shape:
    """Sizes; those of the stream and the neurons are of the last stage."""
    return Shape(
        n_layers=len(blocks),
        n_heads=0,
        n_key_value_heads=0,
        d_model=module.config.hidden_sizes[-1],
        d_head=0,
        d_mlp=module.get_submodule(f"{blocks[-1]}.{mlp[0]}").out_features if mlp else 0,
        d_vocab=head.out_features if isinstance(head, nn.Linear) else 0,
        n_ctx=0,
    )
