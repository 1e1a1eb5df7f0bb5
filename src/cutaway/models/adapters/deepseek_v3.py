"""DeepSeek-V3: latent attention, its queries and keys put together from two parts; experts after some layers."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import Attention, Block, Projection
from cutaway.models.anatomy.heads import EVERY, Heads, own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import GATED, experts, rotary_decoder

FAMILIES = ("deepseek_v3",)
TWO_PARTS = "its keys are put together inside attention, from a compressed part and a rotated one; see k_rot"
LOW_RANK = "its projection is of low rank with a norm inside, so it is not one linear map"


def layout(module: Any) -> Layout:
    """The layout of a `DeepseekV3ForCausalLM`."""
    config = module.config
    heads = config.num_attention_heads
    compressed = config.q_lora_rank is not None
    values = Heads((heads, config.qk_nope_head_dim + config.v_head_dim), (EVERY, slice(config.qk_nope_head_dim, None)))
    linear = ("q",) if not compressed else ()
    attention = Attention(
        module="self_attn",
        q=Projection(
            "self_attn.q_b_proj" if compressed else "self_attn.q_proj",
            own(heads, config.qk_nope_head_dim + config.qk_rope_head_dim),
        ),
        k=TWO_PARTS,
        v=Projection("self_attn.kv_b_proj", values, compressed=True),
        out="self_attn.o_proj",
        heads=own(heads, config.v_head_dim),
        rotary=True,
        not_linear=dict.fromkeys({"q", "k", "v"} - set(linear), LOW_RANK),
    )

    def block(layer: int) -> Block:
        return Block(
            ln1="input_layernorm",
            attention=attention,
            mid=lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
            ln2="post_attention_layernorm",
            mlp=GATED if layer < config.first_k_dense_replace else experts(),
        )

    return rotary_decoder(module, block)
