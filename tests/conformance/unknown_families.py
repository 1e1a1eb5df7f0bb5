"""Small random decoders of families without an adapter; no size is that of the small copies of verification."""

import torch
import transformers as hf

from tests.conformance.families import SMALL, redraw

SIZES = SMALL | {"hidden_size": 48, "num_attention_heads": 6, "num_hidden_layers": 3, "intermediate_size": 72}
SHARED = SIZES | {"num_key_value_heads": 3, "max_position_embeddings": 64}


def built(module):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        redraw(module)
    return module.eval()


UNKNOWN = {
    "stablelm": lambda: hf.StableLmForCausalLM(hf.StableLmConfig(**SHARED, use_parallel_residual=True)),
    "starcoder2": lambda: hf.Starcoder2ForCausalLM(hf.Starcoder2Config(**SHARED)),
    "gemma": lambda: hf.GemmaForCausalLM(hf.GemmaConfig(**SHARED, head_dim=16)),
    "phi3": lambda: hf.Phi3ForCausalLM(hf.Phi3Config(**SHARED)),
    "granite": lambda: hf.GraniteForCausalLM(hf.GraniteConfig(**SHARED, residual_multiplier=0.5)),
    "smollm3": lambda: hf.SmolLM3ForCausalLM(hf.SmolLM3Config(**SHARED, no_rope_layer_interval=2)),
    "qwen3_moe": lambda: hf.Qwen3MoeForCausalLM(
        hf.Qwen3MoeConfig(**SHARED, head_dim=8, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=24)
    ),
}
