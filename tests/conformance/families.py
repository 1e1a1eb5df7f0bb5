"""A small random model of every family, with the features that break careless adapters switched on.

Grouped-query heads, sliding windows shorter than the prompt, soft caps, sinks, partial rotations, norms of
queries and keys: each is on where its family has it. Every weight is redrawn, so that biases, norm weights and
sinks are not the zeros and ones of a fresh model.
"""

from collections.abc import Callable

import torch
import transformers as hf
from torch import nn

from cutaway.models import Model, wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM

VOCAB = 61
SMALL = {"vocab_size": VOCAB, "bos_token_id": 0, "eos_token_id": None, "pad_token_id": None}
SIZES = {"hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 3, "intermediate_size": 48}
ROTARY = SMALL | SIZES | {"max_position_embeddings": 32}
SHARED_KEYS = ROTARY | {"num_key_value_heads": 2}
SLIDING = SHARED_KEYS | {"head_dim": 8, "sliding_window": 4}
TOY = {"vocab_size": VOCAB, "eos_token_id": None, "n_layers": 3, "n_ctx": 32, "d_model": 32, "d_head": 8}
GPT2 = {"n_embd": 32, "n_head": 4, "n_layer": 3, "n_positions": 32}
LATENT = {"kv_lora_rank": 16, "qk_rope_head_dim": 4, "qk_nope_head_dim": 8, "v_head_dim": 8}
ROUTED = {"n_routed_experts": 4, "n_group": 1, "topk_group": 1, "num_experts_per_tok": 2, "moe_intermediate_size": 16}


def redraw(module: nn.Module, *, spread: float = 0.3) -> None:
    """Random weights everywhere; those of norms around their start."""
    for weight in module.parameters():
        drawn = torch.randn_like(weight)
        with torch.no_grad():
            weight.copy_(drawn * spread if weight.ndim > 1 else weight + 0.3 * drawn)


def build(name: str) -> Model:
    """The small model of one family, the same at every call."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = BUILDERS[name]().eval()
        redraw(module, spread=0.15 if "no-norm" in name else 0.3)  # without norms, activations would explode
    return wrap(module, name=name)


BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "toy-attention-only-learned": lambda: ToyForCausalLM(ToyConfig(**TOY, positions="learned")),
    "toy-shortformer-solu": lambda: ToyForCausalLM(ToyConfig(**TOY, d_mlp=24, activation="solu_ln")),
    "toy-rotary-gelu-no-norm": lambda: ToyForCausalLM(ToyConfig(**TOY, positions="rotary", d_mlp=24, layer_norm=False)),
    "gpt2": lambda: hf.GPT2LMHeadModel(hf.GPT2Config(**SMALL, **GPT2)),
    "gpt_neo-local": lambda: hf.GPTNeoForCausalLM(
        hf.GPTNeoConfig(
            **SMALL,
            hidden_size=32,
            num_heads=4,
            num_layers=3,
            attention_types=[[["global", "local", "local"], 1]],
            window_size=4,
            max_position_embeddings=32,
        )
    ),
    "gptj": lambda: hf.GPTJForCausalLM(hf.GPTJConfig(**SMALL, **GPT2, rotary_dim=4)),
    "gpt_neox-parallel": lambda: hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**ROTARY)),
    "gpt_neox-sequential": lambda: hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**ROTARY, use_parallel_residual=False)),
    "opt": lambda: hf.OPTForCausalLM(opt_config()),
    "opt-norm-after": lambda: hf.OPTForCausalLM(opt_config(do_layer_norm_before=False)),
    "bloom": lambda: hf.BloomForCausalLM(hf.BloomConfig(**SMALL, hidden_size=32, n_head=4, n_layer=3)),
    "falcon-multi-query": lambda: hf.FalconForCausalLM(falcon_config(new_decoder_architecture=False)),
    "falcon-grouped": lambda: hf.FalconForCausalLM(falcon_config(new_decoder_architecture=True, num_kv_heads=2)),
    "falcon-alibi-sequential": lambda: hf.FalconForCausalLM(
        falcon_config(new_decoder_architecture=False, multi_query=False, alibi=True, parallel_attn=False)
    ),
    "phi": lambda: hf.PhiForCausalLM(hf.PhiConfig(**SHARED_KEYS)),
    "phi-qk-norm": lambda: hf.PhiForCausalLM(hf.PhiConfig(**SHARED_KEYS, qk_layernorm=True)),
    "llama": lambda: hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED_KEYS)),
    "mistral-sliding": lambda: hf.MistralForCausalLM(hf.MistralConfig(**SLIDING)),
    "mixtral": lambda: hf.MixtralForCausalLM(hf.MixtralConfig(**SLIDING, num_local_experts=4)),
    "qwen2": lambda: hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED_KEYS)),
    "qwen3": lambda: hf.Qwen3ForCausalLM(hf.Qwen3Config(**SHARED_KEYS, head_dim=8)),
    "gemma2": lambda: hf.Gemma2ForCausalLM(
        hf.Gemma2Config(**SLIDING, attn_logit_softcapping=2.0, final_logit_softcapping=5.0)
    ),
    "gemma3": lambda: hf.Gemma3ForCausalLM(hf.Gemma3TextConfig(**SLIDING, sliding_window_pattern=2)),
    "olmo2": lambda: hf.Olmo2ForCausalLM(hf.Olmo2Config(**SHARED_KEYS)),
    "gpt_oss": lambda: hf.GptOssForCausalLM(
        hf.GptOssConfig(
            **SLIDING,
            num_local_experts=4,
            num_experts_per_tok=2,
            rope_parameters={"rope_type": "default", "rope_theta": 1e4},
        )
    ),
    "deepseek_v3": lambda: hf.DeepseekV3ForCausalLM(
        hf.DeepseekV3Config(
            **ROTARY, num_key_value_heads=4, q_lora_rank=16, first_k_dense_replace=1, **LATENT, **ROUTED
        )
    ),
    "deepseek_v3-full-queries": lambda: hf.DeepseekV3ForCausalLM(
        hf.DeepseekV3Config(
            **ROTARY, num_key_value_heads=4, q_lora_rank=None, first_k_dense_replace=1, **LATENT, **ROUTED
        )
    ),
}


def opt_config(**given):
    settings = SMALL | {"pad_token_id": 1, "ffn_dim": 48, "word_embed_proj_dim": 32, "max_position_embeddings": 32}
    sizes = {"hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 3}
    return hf.OPTConfig(**settings, **sizes, **given)


def falcon_config(**given):
    sizes = {"hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 3, "max_position_embeddings": 32}
    return hf.FalconConfig(**SMALL, **sizes, **given)
