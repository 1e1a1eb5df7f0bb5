"""GPT-NeoX and Pythia: q, k and v of a head side by side in one projection; attention and MLP often in parallel."""

from typing import Any

from cutaway.models import tap
from cutaway.models.layout import Layout, Shape

FAMILIES = ("gpt_neox",)


def layout(module: Any) -> Layout:
    """The layout of a `GPTNeoXForCausalLM`."""
    config, blocks, at = module.config, module.gpt_neox.layers, "gpt_neox.layers"
    heads = config.num_attention_heads
    absent = {"pos_embed": "its positions are rotations of queries and keys"}

    def projection(index: int) -> Any:
        return lambda layer: tap.interleaved_heads(f"{at}.{layer}.attention.query_key_value", heads, index)

    def into_heads(index: int) -> Any:
        def weight(layer: int) -> Any:
            joint = blocks[layer].attention.query_key_value.weight.unflatten(0, (heads, 3, -1))
            return joint[:, index].transpose(1, 2)

        return weight

    def w_o(layer: int) -> Any:
        return blocks[layer].attention.dense.weight.T.unflatten(0, (heads, -1))

    layers: dict[str, Any] = {
        "resid_pre": lambda layer: tap.input_of(f"{at}.{layer}"),
        "ln1_scale": lambda layer: tap.layer_norm_scale(f"{at}.{layer}.input_layernorm"),
        "q": projection(0),
        "k": projection(1),
        "v": projection(2),
        "scores": lambda layer: tap.scores_of(f"{at}.{layer}.attention"),
        "pattern": lambda layer: tap.pattern_of(f"{at}.{layer}.attention"),
        "z": lambda layer: tap.heads_before(f"{at}.{layer}.attention.dense", heads),
        "result": lambda layer: tap.head_results(f"{at}.{layer}.attention.dense", lambda: w_o(layer)),
        "attn_out": lambda layer: tap.output_of(f"{at}.{layer}.attention"),
        "ln2_scale": lambda layer: tap.layer_norm_scale(f"{at}.{layer}.post_attention_layernorm"),
        "mlp_pre": lambda layer: tap.output_of(f"{at}.{layer}.mlp.dense_h_to_4h"),
        "mlp_post": lambda layer: tap.input_of(f"{at}.{layer}.mlp.dense_4h_to_h"),
        "mlp_out": lambda layer: tap.output_of(f"{at}.{layer}.mlp"),
        "resid_post": lambda layer: tap.output_of(f"{at}.{layer}"),
    }
    if config.use_parallel_residual:
        absent["resid_mid"] = "attention and MLP read the same residual stream, in parallel"
    else:
        layers["resid_mid"] = lambda layer: tap.stream_before(f"{at}.{layer}.post_attention_layernorm")
    return Layout(
        shape=Shape(
            n_layers=config.num_hidden_layers,
            n_heads=heads,
            n_key_value_heads=heads,
            d_model=config.hidden_size,
            d_head=config.hidden_size // heads,
            d_mlp=config.intermediate_size,
            d_vocab=config.vocab_size,
            n_ctx=config.max_position_embeddings,
        ),
        whole={
            "embed": tap.output_of("gpt_neox.embed_in"),
            "ln_final_scale": tap.layer_norm_scale("gpt_neox.final_layer_norm"),
            "logits": tap.output_of("lm_head"),
        },
        layers=layers,
        weights={
            "W_Q": into_heads(0),
            "W_K": into_heads(1),
            "W_V": into_heads(2),
            "W_O": w_o,
            "W_in": lambda layer: blocks[layer].mlp.dense_h_to_4h.weight.T,
            "W_out": lambda layer: blocks[layer].mlp.dense_4h_to_h.weight.T,
        },
        W_E=module.gpt_neox.embed_in.weight,
        W_U=module.lm_head.weight.T,
        absent=absent,
    )
