"""GPT-J: attention and MLP in parallel after one norm, rotary positions on part of each head, its own softmax."""

from typing import Any

from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, ROTARY, Stack, layout_of, root

FAMILIES = ("gptj",)


def layout(module: Any) -> Layout:
    """The layout of a `GPTJForCausalLM`."""
    config, at = module.config, root(module)
    heads = own(config.n_head, config.n_embd // config.n_head)
    q, k, v = (Projection(f"attn.{letter}_proj", heads) for letter in "qkv")
    block = Block(
        ln1="ln_1",
        attention=Attention(module="attn", q=q, k=k, v=v, out="attn.out_proj", heads=heads, rotary=True),
        mlp=MLP(into="mlp.fc_in", out="mlp.fc_out"),
    )
    stack = Stack(
        blocks=f"{at}h",
        block=block,
        embed=f"{at}wte",
        pos_embed=ROTARY,
        final_norm=f"{at}ln_f",
        unembed="lm_head",
        n_ctx=config.n_positions,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS, softmax="own")
