"""What encoders after the manner of BERT share: a norm after each half, so that no stream runs past the norms.

resid_mid and resid_post are what leaves the norm of a half; attn_out and mlp_out are what enters it beside the
stream, so that resid_mid is the norm of resid_pre + attn_out.
"""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.stack import Stack, is_path, layout_of, root

IN_BLOCK = "its last norm is that of the last block: ln2_scale"


def norm_after_encoder(module: Any, *, head: str, head_norm: str, n_ctx: int, inputs: Inputs) -> Layout:
    """The layout of such an encoder; `head` and `head_norm` are the paths of a masked language model's head."""
    config, at = module.config, root(module)
    heads = own(config.num_attention_heads, config.hidden_size // config.num_attention_heads)
    q, k, v = (Projection(f"attention.self.{name}", heads) for name in ("query", "key", "value"))
    block = Block(
        attention=Attention(
            module="attention.self",
            q=q,
            k=k,
            v=v,
            out="attention.output.dense",
            heads=heads,
            adds="attention.output.dense",
        ),
        ln1="attention.output.LayerNorm",
        mid=lambda path: tap.output_of(f"{path}.attention"),
        mlp=MLP(into="intermediate.dense", out="output.dense", adds="output.dense"),
        ln2="output.LayerNorm",
    )
    stack = Stack(
        blocks=f"{at}encoder.layer",
        block=block,
        embed=f"{at}embeddings.word_embeddings",
        pos_embed=f"{at}embeddings.position_embeddings",
        final_norm=head_norm if is_path(module, head_norm) else IN_BLOCK,
        unembed=head,
        n_ctx=n_ctx,
    )
    return layout_of(module, stack, inputs=inputs)
