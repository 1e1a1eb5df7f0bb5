"""DINOv2: what each half adds is scaled, feature by feature, on its way to the stream.

attn_out and mlp_out are after that scale, result before it. embed is all that enters the blocks, positions
included; the classifier reads the class token beside the mean of the patches, so W_U is [2 * d_model, class].
"""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.images import CLASSES, PIXELS, PLACED
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import Stack, layout_of, root

FAMILIES = ("dinov2",)
PLAIN = MLP(into="mlp.fc1", out="mlp.fc2", adds="layer_scale2")
SWIGLU = MLP(into="mlp.up_proj", gate="mlp.gate_proj", out="mlp.down_proj", adds="layer_scale2")


def layout(module: Any) -> Layout:
    """The layout of a `Dinov2ForImageClassification` or a `Dinov2Model`."""
    config, at = module.config, root(module)
    heads = own(config.num_attention_heads, module.get_submodule(f"{at}encoder.layer.0.attention").head_dim)
    q, k, v = (Projection(f"attention.{letter}_proj", heads) for letter in "qkv")
    block = Block(
        ln1="norm1",
        attention=Attention(
            module="attention", q=q, k=k, v=v, out="attention.o_proj", heads=heads, adds="layer_scale1"
        ),
        mid=lambda path: tap.stream_before(f"{path}.norm2"),
        ln2="norm2",
        mlp=SWIGLU if config.use_swiglu_ffn else PLAIN,
    )
    stack = Stack(
        blocks=f"{at}encoder.layer",
        block=block,
        embed=f"{at}embeddings",
        pos_embed=PLACED,
        final_norm=f"{at}layernorm",
        unembed="classifier",
        n_ctx=module.get_submodule(f"{at}embeddings").position_embeddings.shape[1],
        axes={"logits": CLASSES},
    )
    return layout_of(module, stack, inputs=PIXELS)
