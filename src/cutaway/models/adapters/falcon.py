"""Falcon: queries that share a key are kept with it in one projection; halves in parallel or in sequence."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, PARALLEL, Attention, Block, Projection
from cutaway.models.anatomy.heads import grouped, own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import ALIBI, DECODER_INPUTS, ROTARY, SELF_COUNTING, Stack, layout_of, root

FAMILIES = ("falcon",)


def layout(module: Any) -> Layout:
    """The layout of a `FalconForCausalLM`."""
    config, at = module.config, root(module)
    heads, size = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    groups = config.num_kv_heads if config.new_decoder_architecture else 1 if config.multi_query else heads
    q, k, v = (Projection("self_attention.query_key_value", grouped(n, groups, heads, size)) for n in range(3))
    parallel = config.new_decoder_architecture or config.parallel_attn
    two_norms = config.new_decoder_architecture and config.num_ln_in_parallel_attn == 2
    block = Block(
        ln1="ln_attn" if two_norms else "input_layernorm",
        attention=Attention(
            module="self_attention",
            q=q,
            k=k,
            v=v,
            out="self_attention.dense",
            heads=own(heads, size),
            rotary=not config.alibi,
            rotated=ALIBI,
        ),
        ln2="ln_mlp" if two_norms else None if parallel else "post_attention_layernorm",
        mlp=MLP(into="mlp.dense_h_to_4h", out="mlp.dense_4h_to_h", fleeting=parallel),
        mid=PARALLEL if parallel else lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
    )
    stack = Stack(
        blocks=f"{at}h",
        block=block,
        embed=f"{at}word_embeddings",
        pos_embed=ALIBI if config.alibi else ROTARY,
        final_norm=f"{at}ln_f",
        unembed="lm_head",
        n_ctx=config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=SELF_COUNTING if config.alibi else DECODER_INPUTS, softmax="own")
