"""gpt-oss: attention with a sink, which is the last column of scores and pattern; experts, their weights [in, out]."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import Block, Experts
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import attention, rotary_decoder

FAMILIES = ("gpt_oss",)

EXPERTS = Experts(
    module="mlp",
    weights={  # gate and up projection alternate along the last axis
        "W_gate": lambda block: block.mlp.experts.gate_up_proj[..., ::2],
        "W_in": lambda block: block.mlp.experts.gate_up_proj[..., 1::2],
        "W_out": lambda block: block.mlp.experts.down_proj,
        "b_gate": lambda block: block.mlp.experts.gate_up_proj_bias[..., ::2],
        "b_in": lambda block: block.mlp.experts.gate_up_proj_bias[..., 1::2],
        "b_out": lambda block: block.mlp.experts.down_proj_bias,
    },
)


def layout(module: Any) -> Layout:
    """The layout of a `GptOssForCausalLM`."""
    block = Block(
        ln1="input_layernorm",
        attention=attention(module),
        mid=lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
        ln2="post_attention_layernorm",
        mlp=EXPERTS,
    )
    return rotary_decoder(module, block)
