"""Gemma 2 and 3: norms before and after each half; what a half adds is what leaves the norm after it."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Block
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import attention, rotary_decoder

FAMILIES = ("gemma2", "gemma3_text")


def layout(module: Any) -> Layout:
    """The layout of a `Gemma2ForCausalLM` or a `Gemma3ForCausalLM`."""
    normed = "heads first" if module.config.model_type == "gemma3_text" else None
    block = Block(
        ln1="input_layernorm",
        attention=attention(module, normed=normed, adds="post_attention_layernorm"),
        mid=lambda path: tap.stream_before(f"{path}.pre_feedforward_layernorm"),
        ln2="pre_feedforward_layernorm",
        mlp=MLP(into="mlp.up_proj", gate="mlp.gate_proj", out="mlp.down_proj", adds="post_feedforward_layernorm"),
    )
    return rotary_decoder(module, block)
