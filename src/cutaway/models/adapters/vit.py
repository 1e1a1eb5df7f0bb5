"""ViT: positions are the class token and the patches; embed is all that enters the blocks, positions included."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.images import CLASSES, PIXELS, PLACED
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import Stack, layout_of, root

FAMILIES = ("vit",)


def layout(module: Any) -> Layout:
    """The layout of a `ViTForImageClassification` or a `ViTModel`."""
    config, at = module.config, root(module)
    heads = own(config.num_attention_heads, module.get_submodule(f"{at}layers.0.attention").head_dim)
    q, k, v = (Projection(f"attention.{letter}_proj", heads) for letter in "qkv")
    block = Block(
        ln1="layernorm_before",
        attention=Attention(module="attention", q=q, k=k, v=v, out="attention.o_proj", heads=heads),
        mid=lambda path: tap.stream_before(f"{path}.layernorm_after"),
        ln2="layernorm_after",
        mlp=MLP(into="mlp.fc1", out="mlp.fc2"),
    )
    stack = Stack(
        blocks=f"{at}layers",
        block=block,
        embed=f"{at}embeddings",
        pos_embed=PLACED,
        final_norm=f"{at}layernorm",
        unembed="classifier",
        n_ctx=module.get_submodule(f"{at}embeddings").position_embeddings.shape[1],
        axes={"logits": CLASSES},
    )
    return layout_of(module, stack, inputs=PIXELS)
