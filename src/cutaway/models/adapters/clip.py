"""CLIP: a text tower, causal, and a vision tower; groups `text` and `vision`, or none for one tower alone.

vision.embed is the class token and the patches with their positions, before the tower's first norm. The last
norm of the vision tower sees only the class token, once for each image.
"""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.images import PIXELS
from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.stack import Stack, counted_positions, layout_of

FAMILIES = ("clip", "clip_text_model", "clip_vision_model")
PAIRS = "its scores compare whole texts with whole images, outside both towers: trace.logits [image, text]"
TOWER = "one tower scores nothing: see trace.output"
TEXT = Inputs(names=("input_ids",), positions=counted_positions)
BOTH = Inputs(names=("input_ids", "pixel_values"), positions=counted_positions)


def layout(module: Any) -> Layout:
    """The layout of a `CLIPModel`, a `CLIPTextModel` or a `CLIPVisionModel`, the last two with a projection or not."""
    config = module.config
    if config.model_type == "clip_text_model":
        return layout_of(module, text(config, inside(module, "text_model"), TOWER), inputs=TEXT)
    if config.model_type == "clip_vision_model":
        return layout_of(module, vision(config, inside(module, "vision_model"), TOWER), inputs=PIXELS)
    towers = (
        vision(config.vision_config, "vision_model.", PAIRS, group="vision"),
        text(config.text_config, "text_model.", PAIRS, group="text"),
    )
    return layout_of(module, *towers, inputs=BOTH, main="text", output="logits_per_image")


def inside(module: Any, tower: str) -> str:
    """Where a tower is: the module itself, or a part of one with a projection."""
    return f"{tower}." if tower in dict(module.named_children()) else ""


def text(config: Any, at: str, no_logits: str, *, group: str = "") -> Stack:
    """The text tower."""
    return Stack(
        blocks=f"{at}encoder.layers",
        block=block(config),
        embed=f"{at}embeddings.token_embedding",
        pos_embed=f"{at}embeddings.position_embedding",
        final_norm=f"{at}final_layer_norm",
        unembed=no_logits,
        n_ctx=config.max_position_embeddings,
        group=group,
    )


def vision(config: Any, at: str, no_logits: str, *, group: str = "") -> Stack:
    """The vision tower."""
    return Stack(
        blocks=f"{at}encoder.layers",
        block=block(config),
        embed=f"{at}embeddings",
        pos_embed=f"{at}embeddings.position_embedding",
        final_norm=f"{at}post_layernorm",
        unembed=no_logits,
        n_ctx=(config.image_size // config.patch_size) ** 2 + 1,
        group=group,
        axes={"ln_final_scale": ("batch", "one")},
    )


def block(config: Any) -> Block:
    """A layer of either tower."""
    heads = own(config.num_attention_heads, config.hidden_size // config.num_attention_heads)
    q, k, v = (Projection(f"self_attn.{letter}_proj", heads) for letter in "qkv")
    return Block(
        ln1="layer_norm1",
        attention=Attention(module="self_attn", q=q, k=k, v=v, out="self_attn.out_proj", heads=heads),
        mid=lambda path: tap.stream_before(f"{path}.layer_norm2"),
        ln2="layer_norm2",
        mlp=MLP(into="mlp.fc1", out="mlp.fc2"),
    )
