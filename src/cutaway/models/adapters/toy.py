"""Our own toy transformer, with or without MLPs, norms and a position embedding."""

from typing import Any

from cutaway.models import tap
from cutaway.models.layout import Layout, Shape

FAMILIES = ("cutaway_toy",)


def layout(module: Any) -> Layout:
    """The layout of a `ToyForCausalLM`."""
    config, blocks = module.config, module.blocks
    heads = config.n_heads
    attention_only = "this model is attention only"
    no_norm = "this model has no LayerNorm"

    def w_o(layer: int) -> Any:
        return blocks[layer].attn.o_proj.weight.T.unflatten(0, (heads, -1))

    def into_heads(name: str) -> Any:
        return lambda layer: getattr(blocks[layer].attn, name).weight.unflatten(0, (heads, -1)).transpose(1, 2)

    layers = {
        "resid_pre": lambda layer: tap.input_of(f"blocks.{layer}"),
        "q": lambda layer: tap.heads_after(f"blocks.{layer}.attn.q_proj", heads),
        "k": lambda layer: tap.heads_after(f"blocks.{layer}.attn.k_proj", heads),
        "v": lambda layer: tap.heads_after(f"blocks.{layer}.attn.v_proj", heads),
        "scores": lambda layer: tap.scores_of(f"blocks.{layer}.attn"),
        "pattern": lambda layer: tap.pattern_of(f"blocks.{layer}.attn"),
        "z": lambda layer: tap.heads_before(f"blocks.{layer}.attn.o_proj", heads),
        "result": lambda layer: tap.head_results(f"blocks.{layer}.attn.o_proj", lambda: w_o(layer)),
        "attn_out": lambda layer: tap.output_of(f"blocks.{layer}.attn"),
        "resid_post": lambda layer: tap.output_of(f"blocks.{layer}"),
    }
    whole = {"embed": tap.output_of("embed"), "logits": tap.output_of("unembed")}
    weights = {"W_Q": into_heads("q_proj"), "W_K": into_heads("k_proj"), "W_V": into_heads("v_proj"), "W_O": w_o}
    absent: dict[str, str] = {}
    if config.positions == "rotary":
        absent["pos_embed"] = "its positions are rotations of queries and keys"
    else:
        whole["pos_embed"] = tap.output_of("pos_embed")
    if config.layer_norm:
        layers["ln1_scale"] = lambda layer: tap.layer_norm_scale(f"blocks.{layer}.ln1")
        whole["ln_final_scale"] = tap.layer_norm_scale("ln_final")
    else:
        absent |= dict.fromkeys(("ln1_scale", "ln2_scale", "ln_final_scale"), no_norm)
    if config.d_mlp:
        before = "ln2" if config.layer_norm else "mlp"
        layers |= {
            "resid_mid": lambda layer: tap.stream_before(f"blocks.{layer}.{before}"),
            "mlp_pre": lambda layer: tap.output_of(f"blocks.{layer}.mlp.up"),
            "mlp_post": lambda layer: tap.output_of(f"blocks.{layer}.mlp.act"),
            "mlp_out": lambda layer: tap.output_of(f"blocks.{layer}.mlp"),
        }
        if config.layer_norm:
            layers["ln2_scale"] = lambda layer: tap.layer_norm_scale(f"blocks.{layer}.ln2")
        weights["W_in"] = lambda layer: blocks[layer].mlp.up.weight.T
        weights["W_out"] = lambda layer: blocks[layer].mlp.down.weight.T
    else:
        absent |= dict.fromkeys(("resid_mid", "ln2_scale", "mlp_pre", "mlp_post", "mlp_out"), attention_only)
    return Layout(
        shape=Shape(
            n_layers=config.n_layers,
            n_heads=heads,
            n_key_value_heads=heads,
            d_model=config.d_model,
            d_head=config.d_head,
            d_mlp=config.d_mlp,
            d_vocab=config.vocab_size,
            n_ctx=config.n_ctx,
        ),
        whole=whole,
        layers=layers,
        weights=weights,
        W_E=module.embed.weight,
        W_U=module.unembed.weight.T,
        absent=absent,
    )
