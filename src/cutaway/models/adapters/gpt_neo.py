"""GPT-Neo: every other layer attends locally, scores are not scaled, and the softmax is the attention module's own."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, Stack, layout_of, root

FAMILIES = ("gpt_neo",)


def layout(module: Any) -> Layout:
    """The layout of a `GPTNeoForCausalLM`."""
    config, at = module.config, root(module)
    heads = own(config.num_heads, config.hidden_size // config.num_heads)
    q, k, v = (Projection(f"attn.attention.{letter}_proj", heads) for letter in "qkv")
    block = Block(
        ln1="ln_1",
        attention=Attention(
            module="attn.attention", q=q, k=k, v=v, out="attn.attention.out_proj", heads=heads, adds="attn"
        ),
        mid=lambda path: tap.stream_before(f"{path}.ln_2"),
        ln2="ln_2",
        mlp=MLP(into="mlp.c_fc", out="mlp.c_proj"),
    )
    stack = Stack(
        blocks=f"{at}h",
        block=block,
        embed=f"{at}wte",
        pos_embed=f"{at}wpe",
        final_norm=f"{at}ln_f",
        unembed="lm_head",
        n_ctx=config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS, softmax="own")
