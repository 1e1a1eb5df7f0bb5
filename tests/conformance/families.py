"""A small random model of every family, with the features that break careless adapters switched on."""

import torch
import transformers as hf

from cutaway.models import Model, wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM

VOCAB = 61
SMALL = {"vocab_size": VOCAB, "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": None}
ROTARY = SMALL | {
    "hidden_size": 32,
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "intermediate_size": 48,
    "max_position_embeddings": 32,
    "initializer_range": 0.3,
}
SHARED_KEYS = ROTARY | {"num_key_value_heads": 2}
TOY = {"vocab_size": VOCAB, "n_ctx": 32, "d_model": 32, "d_head": 8, "initializer_range": 0.3}


def build(name: str) -> Model:
    """The small model of one family, the same at every call."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return wrap(BUILDERS[name]().eval(), name=name)


BUILDERS = {
    "toy-attention-only-learned": lambda: ToyForCausalLM(ToyConfig(**TOY, positions="learned")),
    "toy-shortformer-solu": lambda: ToyForCausalLM(ToyConfig(**TOY, d_mlp=24, activation="solu_ln")),
    "toy-rotary-gelu-no-norm": lambda: ToyForCausalLM(ToyConfig(**TOY, positions="rotary", d_mlp=24, layer_norm=False)),
    "gpt2": lambda: hf.GPT2LMHeadModel(
        hf.GPT2Config(**SMALL, n_embd=32, n_head=4, n_layer=3, n_positions=32, initializer_range=0.3)
    ),
    "llama": lambda: hf.LlamaForCausalLM(hf.LlamaConfig(**SHARED_KEYS)),
    "mistral-sliding": lambda: hf.MistralForCausalLM(hf.MistralConfig(**SHARED_KEYS, sliding_window=4)),
    "qwen2": lambda: hf.Qwen2ForCausalLM(hf.Qwen2Config(**SHARED_KEYS)),
    "qwen3": lambda: hf.Qwen3ForCausalLM(hf.Qwen3Config(**SHARED_KEYS, head_dim=8)),
    "gpt_neox-parallel": lambda: hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**ROTARY)),
    "gpt_neox-sequential": lambda: hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**ROTARY, use_parallel_residual=False)),
}
