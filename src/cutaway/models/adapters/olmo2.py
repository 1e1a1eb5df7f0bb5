"""OLMo 2: no norm before a half, one after it, and norms over all queries and all keys at once."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Block
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import attention, rotary_decoder

FAMILIES = ("olmo2",)


def layout(module: Any) -> Layout:
    """The layout of an `Olmo2ForCausalLM`."""
    block = Block(
        ln1="post_attention_layernorm",
        attention=attention(module, normed="flat", adds="post_attention_layernorm"),
        mid=lambda path: tap.stream_before(f"{path}.mlp"),
        ln2="post_feedforward_layernorm",
        mlp=MLP(into="mlp.up_proj", gate="mlp.gate_proj", out="mlp.down_proj", adds="post_feedforward_layernorm"),
    )
    return rotary_decoder(module, block)
