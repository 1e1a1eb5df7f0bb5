"""Llama and its kin: rotary positions, RMSNorm, gated MLPs, and queries that may share keys and values."""

from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import Block
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.rotary import GATED, attention, rotary_decoder

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")


def layout(module: Any) -> Layout:
    """The layout of a `LlamaForCausalLM` or one built like it."""
    normed = "cut" if module.config.model_type == "qwen3" else None
    return rotary_decoder(
        module,
        Block(
            ln1="input_layernorm",
            attention=attention(module, normed=normed),
            mid=lambda path: tap.stream_before(f"{path}.post_attention_layernorm"),
            ln2="post_attention_layernorm",
            mlp=GATED,
        ),
    )
