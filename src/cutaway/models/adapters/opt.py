"""OPT: learned positions, ReLU, and an MLP half that sees batch and position as one axis; the 350m norms afterwards."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import SELF_COUNTING, Stack, layout_of

FAMILIES = ("opt",)


def layout(module: Any) -> Layout:
    """The layout of an `OPTForCausalLM`."""
    config, at = module.config, "decoder." if module.base_model is module else "model.decoder."
    heads = own(config.num_attention_heads, config.hidden_size // config.num_attention_heads)
    q, k, v = (Projection(f"self_attn.{letter}_proj", heads) for letter in "qkv")
    before = config.do_layer_norm_before

    def mid(path: str) -> tap.Tap:
        if before:
            return tap.unflattened(tap.stream_before(f"{path}.final_layer_norm"))
        return tap.output_of(f"{path}.self_attn_layer_norm")

    block = Block(
        ln1="self_attn_layer_norm",
        attention=Attention(module="self_attn", q=q, k=k, v=v, out="self_attn.out_proj", heads=heads),
        mid=mid,
        ln2="final_layer_norm",
        mlp=MLP(module="fc2", into="fc1", out="fc2"),
        flat=True,
        flat_norm=before,
    )
    stack = Stack(
        blocks=f"{at}layers",
        block=block,
        embed=f"{at}embed_tokens",
        pos_embed=f"{at}embed_positions",
        final_norm=f"{at}final_layer_norm" if before and not config._remove_final_layer_norm else None,
        unembed="lm_head",
        n_ctx=config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=SELF_COUNTING)
