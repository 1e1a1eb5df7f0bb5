"""Mixtral: Llama's attention, an MLP of experts."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import Block
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import attention, experts, rotary_decoder

FAMILIES = ("mixtral",)


def layout(module: Any) -> Layout:
    """The layout of a `MixtralForCausalLM`."""
    block = Block(
        ln1="input_layernorm",
        attention=attention(module),
        mid=lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
        ln2="post_attention_layernorm",
        mlp=experts(),
    )
    return rotary_decoder(module, block)
