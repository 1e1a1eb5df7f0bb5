"""Phi: attention and MLP in parallel after one norm, rotary positions on part of each head."""

from typing import Any

from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, ROTARY, Stack, layout_of, root

FAMILIES = ("phi",)


def layout(module: Any) -> Layout:
    """The layout of a `PhiForCausalLM`."""
    config, at = module.config, root(module)
    size = config.hidden_size // config.num_attention_heads
    heads, shared = own(config.num_attention_heads, size), own(config.num_key_value_heads, size)
    normed = config.qk_layernorm
    block = Block(
        ln1="input_layernorm",
        attention=Attention(
            module="self_attn",
            q=Projection("self_attn.q_proj", heads, "self_attn.q_layernorm" if normed else None, "heads first"),
            k=Projection("self_attn.k_proj", shared, "self_attn.k_layernorm" if normed else None, "heads first"),
            v=Projection("self_attn.v_proj", shared),
            out="self_attn.dense",
            heads=heads,
            rotary=True,
        ),
        mlp=MLP(into="mlp.fc1", out="mlp.fc2"),
    )
    stack = Stack(
        blocks=f"{at}layers",
        block=block,
        embed=f"{at}embed_tokens",
        pos_embed=ROTARY,
        final_norm=f"{at}final_layernorm",
        unembed="lm_head",
        n_ctx=config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS)
