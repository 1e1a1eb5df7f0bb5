"""GPT-2: joint q, k, v projection as a Conv1D, whose weight is [in, out]."""

from typing import Any

from cutaway.models import tap
from cutaway.models.layout import Layout, Shape

FAMILIES = ("gpt2",)


def layout(module: Any) -> Layout:
    """The layout of a `GPT2LMHeadModel`."""
    config, blocks, at = module.config, module.transformer.h, "transformer.h"
    heads, width = config.n_head, config.n_embd

    def part(index: int) -> slice:
        return slice(index * width, (index + 1) * width)

    def projection(index: int) -> Any:
        return lambda layer: tap.heads_after(f"{at}.{layer}.attn.c_attn", heads, part=part(index))

    def into_heads(index: int) -> Any:
        return lambda layer: blocks[layer].attn.c_attn.weight[:, part(index)].unflatten(1, (heads, -1)).transpose(0, 1)

    def w_o(layer: int) -> Any:
        return blocks[layer].attn.c_proj.weight.unflatten(0, (heads, -1))

    return Layout(
        shape=Shape(
            n_layers=config.n_layer,
            n_heads=heads,
            n_key_value_heads=heads,
            d_model=width,
            d_head=width // heads,
            d_mlp=config.n_inner or 4 * width,
            d_vocab=config.vocab_size,
            n_ctx=config.n_positions,
        ),
        whole={
            "embed": tap.output_of("transformer.wte"),
            "pos_embed": tap.output_of("transformer.wpe"),
            "ln_final_scale": tap.layer_norm_scale("transformer.ln_f"),
            "logits": tap.output_of("lm_head"),
        },
        layers={
            "resid_pre": lambda layer: tap.input_of(f"{at}.{layer}"),
            "ln1_scale": lambda layer: tap.layer_norm_scale(f"{at}.{layer}.ln_1"),
            "q": projection(0),
            "k": projection(1),
            "v": projection(2),
            "scores": lambda layer: tap.scores_of(f"{at}.{layer}.attn"),
            "pattern": lambda layer: tap.pattern_of(f"{at}.{layer}.attn"),
            "z": lambda layer: tap.heads_before(f"{at}.{layer}.attn.c_proj", heads),
            "result": lambda layer: tap.head_results(f"{at}.{layer}.attn.c_proj", lambda: w_o(layer)),
            "attn_out": lambda layer: tap.output_of(f"{at}.{layer}.attn"),
            "resid_mid": lambda layer: tap.stream_before(f"{at}.{layer}.ln_2"),
            "ln2_scale": lambda layer: tap.layer_norm_scale(f"{at}.{layer}.ln_2"),
            "mlp_pre": lambda layer: tap.output_of(f"{at}.{layer}.mlp.c_fc"),
            "mlp_post": lambda layer: tap.input_of(f"{at}.{layer}.mlp.c_proj"),
            "mlp_out": lambda layer: tap.output_of(f"{at}.{layer}.mlp"),
            "resid_post": lambda layer: tap.output_of(f"{at}.{layer}"),
        },
        weights={
            "W_Q": into_heads(0),
            "W_K": into_heads(1),
            "W_V": into_heads(2),
            "W_O": w_o,
            "W_in": lambda layer: blocks[layer].mlp.c_fc.weight,
            "W_out": lambda layer: blocks[layer].mlp.c_proj.weight,
        },
        W_E=module.transformer.wte.weight,
        W_U=module.lm_head.weight.T,
    )
