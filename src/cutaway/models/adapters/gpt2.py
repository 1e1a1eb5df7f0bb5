"""GPT-2: joint q, k, v projection as a Conv1D, whose weight is [in, out]."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own, stacked
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, Stack, layout_of, root

FAMILIES = ("gpt2",)


def layout(module: Any) -> Layout:
    """The layout of a `GPT2LMHeadModel` or a `GPT2Model`."""
    config, at = module.config, root(module)
    heads, size = config.n_head, config.n_embd // config.n_head
    q, k, v = (Projection("attn.c_attn", stacked(number, heads, size)) for number in range(3))
    block = Block(
        ln1="ln_1",
        attention=Attention(module="attn", q=q, k=k, v=v, out="attn.c_proj", heads=own(heads, size)),
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
        n_ctx=config.n_positions,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS)
