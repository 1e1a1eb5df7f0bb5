"""GPT-NeoX and Pythia: q, k and v of a head side by side in one projection; attention and MLP often in parallel."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, PARALLEL, Attention, Block, Projection
from cutaway.models.anatomy.heads import grouped, own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, ROTARY, Stack, layout_of, root

FAMILIES = ("gpt_neox",)


def layout(module: Any) -> Layout:
    """The layout of a `GPTNeoXForCausalLM`."""
    config, at = module.config, root(module)
    heads, size = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    q, k, v = (Projection("attention.query_key_value", grouped(number, heads, heads, size)) for number in range(3))
    block = Block(
        ln1="input_layernorm",
        attention=Attention(
            module="attention", q=q, k=k, v=v, out="attention.dense", heads=own(heads, size), rotary=True
        ),
        ln2="post_attention_layernorm",
        mlp=MLP(into="mlp.dense_h_to_4h", out="mlp.dense_4h_to_h"),
        mid=PARALLEL
        if config.use_parallel_residual
        else lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
    )
    stack = Stack(
        blocks=f"{at}layers",
        block=block,
        embed=f"{at}embed_in",
        pos_embed=ROTARY,
        final_norm=f"{at}final_layer_norm",
        unembed=unembedding(module),
        n_ctx=config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS)


def unembedding(module: Any) -> str:
    """Called `embed_out` in older releases of transformers and `lm_head` in newer ones."""
    return "embed_out" if "embed_out" in dict(module.named_children()) else "lm_head"
