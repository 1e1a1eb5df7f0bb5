"""Our own toy transformer, with or without MLPs, norms and a position embedding."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, ROTARY, Stack, layout_of

FAMILIES = ("cutaway_toy",)
ATTENTION_ONLY = "this model is attention only"


def layout(module: Any) -> Layout:
    """The layout of a `ToyForCausalLM`."""
    config = module.config
    heads, rotary, norm = own(config.n_heads, config.d_head), config.positions == "rotary", config.layer_norm
    q, k, v = (Projection(f"attn.{letter}_proj", heads) for letter in "qkv")
    block = Block(
        ln1="ln1" if norm else None,
        attention=Attention(module="attn", q=q, k=k, v=v, out="attn.o_proj", heads=heads, rotary=rotary),
        mid=(lambda path: tap.stream_before(f"{path}.{'ln2' if norm else 'mlp'}")) if config.d_mlp else ATTENTION_ONLY,
        ln2="ln2" if norm else None,
        mlp=MLP(into="mlp.up", post="mlp.act", out="mlp.down") if config.d_mlp else ATTENTION_ONLY,
    )
    stack = Stack(
        blocks="blocks",
        block=block,
        embed="embed",
        pos_embed=ROTARY if rotary else "pos_embed",
        final_norm="ln_final" if norm else None,
        unembed="unembed",
        n_ctx=config.n_ctx,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS)
