"""A small random copy of an architecture: switches of its config as they are, sizes shrunk, weights redrawn."""

import copy
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import nn

HEADS, D_HEAD, LAYERS, VOCAB, CONTEXT, WINDOW = 4, 8, 2, 61, 64, 4
WIDTH = HEADS * D_HEAD

SIZES: dict[str, float] = {
    "hidden_size": WIDTH,
    "n_embd": WIDTH,
    "d_model": WIDTH,
    "word_embed_proj_dim": WIDTH,
    "head_dim": D_HEAD,
    "d_head": D_HEAD,
    "d_kv": D_HEAD,
    "num_attention_heads": HEADS,
    "num_heads": HEADS,
    "n_head": HEADS,
    "n_heads": HEADS,
    "vocab_size": VOCAB,
    "max_position_embeddings": CONTEXT,
    "n_positions": CONTEXT,
    "n_ctx": CONTEXT,
    "sliding_window": WINDOW,
    "window_size": WINDOW,
    "intermediate_size": 48,
    "ffn_dim": 48,
    "ffn_hidden_size": 48,
    "n_inner": 48,
    "d_ff": 48,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "encoder_attention_heads": HEADS,
    "decoder_attention_heads": HEADS,
    "d_mlp": 48,
    "moe_intermediate_size": 16,
    "num_local_experts": 4,
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "n_group": 1,
    "topk_group": 1,
    "q_lora_rank": 16,
    "kv_lora_rank": 16,
    "qk_rope_head_dim": 4,
    "qk_nope_head_dim": D_HEAD,
    "v_head_dim": D_HEAD,
    "rotary_dim": 4,
    "query_pre_attn_scalar": D_HEAD,
    "image_size": 16,
    "patch_size": 4,
    "embedding_size": D_HEAD,
    "projection_dim": 16,
}
DEPTHS = (
    "num_hidden_layers",
    "n_layer",
    "n_layers",
    "num_layers",
    "num_decoder_layers",
    "encoder_layers",
    "decoder_layers",
)
KEY_VALUE_HEADS = ("num_key_value_heads", "num_kv_heads")
SPREAD = 0.2  # of redrawn weights: wide enough that every site matters, and no softmax is saturated
SCALARS = {"attn_logit_softcapping": 2.0, "final_logit_softcapping": 5.0, "attention_scale": 0.35}  # all of them felt


def small_config(config: Any) -> Any:
    """The config with every size shrunk. Two layers, or as many as show every kind of layer."""
    small = copy.deepcopy(config)
    for name in ("text_config", "vision_config"):
        if getattr(small, name, None) is not None:
            setattr(small, name, small_config(getattr(small, name)))
    fields = {name for name, value in small.to_dict().items() if value is not None}
    kinds = list(getattr(config, "layer_types", None) or [])
    depth = max(LAYERS, len(dict.fromkeys(kinds)))
    new = SIZES | SCALARS | dict.fromkeys(KEY_VALUE_HEADS, shares_keys(config)) | dict.fromkeys(DEPTHS, depth)
    new |= dict.fromkeys(("bos_token_id", "eos_token_id", "decoder_start_token_id"), 0)
    if "qk_rope_head_dim" in fields:
        new["head_dim"] = new["qk_rope_head_dim"]  # latent attention rotates only a part of each head
    for name in fields & new.keys():
        setattr(small, name, new[name])
    if "pad_token_id" in fields:
        small.pad_token_id = min(small.pad_token_id, 1)
    shorten_lists(small, config, kinds, depth)
    return small


def shorten_lists(small: Any, config: Any, kinds: list[str], depth: int) -> None:
    """Settings that list their layers or stages."""
    if kinds:
        order = list(dict.fromkeys(kinds))
        small.layer_types = [order[layer % len(order)] for layer in range(depth)]
    if getattr(config, "attention_types", None) is not None:  # GPT-Neo: [[kinds], repeats] and the list made of it
        order = list(dict.fromkeys(config.attention_layers))
        small.attention_types = [[[order[layer % len(order)]], 1] for layer in range(depth)]
        small.attention_layers = [order[layer % len(order)] for layer in range(depth)]
    if getattr(config, "first_k_dense_replace", None):
        small.first_k_dense_replace = 1
    if getattr(config, "depths", None) is not None:
        small.depths, small.hidden_sizes = [1, 2], [D_HEAD, 2 * D_HEAD]
        small.num_stages = 2
    rope = getattr(config, "rope_parameters", None)
    if isinstance(rope, dict) and rope.get("rope_type", "default") not in ("default", None) and "factor" in rope:
        small.rope_parameters = {"rope_type": "default", "rope_theta": rope.get("rope_theta", 10_000.0)}


def shares_keys(config: Any) -> int:
    """Key-value heads of the copy: as many as heads, one, or half of them, as in the original."""
    heads = getattr(config, "num_attention_heads", HEADS)
    shared = next((getattr(config, name) for name in KEY_VALUE_HEADS if getattr(config, name, None)), heads)
    return HEADS if shared == heads else 1 if shared == 1 else HEADS // 2


def as_it_is() -> AbstractContextManager[Any]:
    """Small copies run in their own precision, whatever precision the caller has asked torch for."""
    return torch.autocast("cpu", enabled=False)


def small_copy(module: Any, *, seed: int = 0) -> nn.Module:
    """A module of the same class on the shrunk config, weights drawn by `seed`; the random state is left as it was."""
    config = small_config(module.config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made: nn.Module = type(module)(config).eval()
        for weight in made.parameters():
            drawn = torch.randn_like(weight)
            with torch.no_grad():
                weight.copy_(drawn * SPREAD if weight.ndim > 1 else weight + SPREAD * drawn)
    return made.float()
