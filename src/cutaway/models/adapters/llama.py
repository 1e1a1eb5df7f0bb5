"""Llama and its kin: rotary positions, RMSNorm, gated MLPs, and queries that may share keys and values."""

from typing import Any

from cutaway.models import tap
from cutaway.models.layout import Layout, Shape

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")


def layout(module: Any) -> Layout:
    """The layout of a `LlamaForCausalLM` or one built like it."""
    config, blocks, at = module.config, module.model.layers, "model.layers"
    heads, shared, eps = config.num_attention_heads, config.num_key_value_heads, config.rms_norm_eps

    def into_heads(name: str, count: int) -> Any:
        def weight(layer: int) -> Any:
            kept = getattr(blocks[layer].self_attn, name).weight.unflatten(0, (count, -1)).transpose(1, 2)
            return kept.repeat_interleave(heads // count, dim=0) if count < heads else kept

        return weight

    def w_o(layer: int) -> Any:
        return blocks[layer].self_attn.o_proj.weight.T.unflatten(0, (heads, -1))

    return Layout(
        shape=Shape(
            n_layers=config.num_hidden_layers,
            n_heads=heads,
            n_key_value_heads=shared,
            d_model=config.hidden_size,
            d_head=blocks[0].self_attn.head_dim,
            d_mlp=config.intermediate_size,
            d_vocab=config.vocab_size,
            n_ctx=config.max_position_embeddings,
        ),
        whole={
            "embed": tap.output_of("model.embed_tokens"),
            "ln_final_scale": tap.rms_norm_scale("model.norm", eps),
            "logits": tap.output_of("lm_head"),
        },
        layers={
            "resid_pre": lambda layer: tap.input_of(f"{at}.{layer}"),
            "ln1_scale": lambda layer: tap.rms_norm_scale(f"{at}.{layer}.input_layernorm", eps),
            "q": lambda layer: tap.heads_after(f"{at}.{layer}.self_attn.q_proj", heads),
            "k": lambda layer: tap.heads_after(f"{at}.{layer}.self_attn.k_proj", shared),
            "v": lambda layer: tap.heads_after(f"{at}.{layer}.self_attn.v_proj", shared),
            "scores": lambda layer: tap.scores_of(f"{at}.{layer}.self_attn"),
            "pattern": lambda layer: tap.pattern_of(f"{at}.{layer}.self_attn"),
            "z": lambda layer: tap.heads_before(f"{at}.{layer}.self_attn.o_proj", heads),
            "result": lambda layer: tap.head_results(f"{at}.{layer}.self_attn.o_proj", lambda: w_o(layer)),
            "attn_out": lambda layer: tap.output_of(f"{at}.{layer}.self_attn"),
            "resid_mid": lambda layer: tap.stream_before(f"{at}.{layer}.post_attention_layernorm"),
            "ln2_scale": lambda layer: tap.rms_norm_scale(f"{at}.{layer}.post_attention_layernorm", eps),
            "mlp_pre": lambda layer: tap.output_of(f"{at}.{layer}.mlp.gate_proj"),
            "mlp_post": lambda layer: tap.input_of(f"{at}.{layer}.mlp.down_proj"),
            "mlp_out": lambda layer: tap.output_of(f"{at}.{layer}.mlp"),
            "resid_post": lambda layer: tap.output_of(f"{at}.{layer}"),
        },
        weights={
            "W_Q": into_heads("q_proj", heads),
            "W_K": into_heads("k_proj", shared),
            "W_V": into_heads("v_proj", shared),
            "W_O": w_o,
            "W_in": lambda layer: blocks[layer].mlp.up_proj.weight.T,
            "W_gate": lambda layer: blocks[layer].mlp.gate_proj.weight.T,
            "W_out": lambda layer: blocks[layer].mlp.down_proj.weight.T,
        },
        W_E=module.model.embed_tokens.weight,
        W_U=module.lm_head.weight.T,
        absent={"pos_embed": "its positions are rotations of queries and keys"},
    )
