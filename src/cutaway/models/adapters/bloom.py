"""BLOOM: positions as biases on the scores; both halves add the stream themselves, inside."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import grouped, own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import ALIBI, SELF_COUNTING, Stack, layout_of, root

FAMILIES = ("bloom",)
UNBOUNDED = 2048  # tokens it was trained with; its positions have no end


def layout(module: Any) -> Layout:
    """The layout of a `BloomForCausalLM`."""
    config, at = module.config, root(module)
    heads, size = config.n_head, config.hidden_size // config.n_head
    q, k, v = (Projection("self_attention.query_key_value", grouped(n, heads, heads, size)) for n in range(3))
    block = Block(
        ln1="input_layernorm",
        attention=Attention(
            module="self_attention",
            q=q,
            k=k,
            v=v,
            out="self_attention.dense",
            heads=own(heads, size),
            rotated=ALIBI,
            adds="self_attention.dense",
        ),
        mid=lambda path: tap.output_of(f"{path}.self_attention"),
        ln2="post_attention_layernorm",
        mlp=MLP(into="mlp.dense_h_to_4h", out="mlp.dense_4h_to_h", adds="mlp.dense_4h_to_h"),
    )
    stack = Stack(
        blocks=f"{at}h",
        block=block,
        embed=f"{at}word_embeddings",
        pos_embed=ALIBI,
        final_norm=f"{at}ln_f",
        unembed="lm_head",
        n_ctx=UNBOUNDED,
    )
    return layout_of(module, stack, inputs=SELF_COUNTING, softmax="own")
