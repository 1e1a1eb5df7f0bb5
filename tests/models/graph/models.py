"""Small models of the shapes that edges are cut in: with and without MLPs and norms, parallel, gated, rotary."""

import torch
from transformers import GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM, LlamaConfig, LlamaForCausalLM

from cutaway.models import Model, wrap
from cutaway.models.toy import ToyConfig
from cutaway.zoo.start import fresh

SIZES = {"vocab_size": 40, "n_layers": 3, "n_heads": 2, "d_head": 8, "d_model": 16, "n_ctx": 12}


def toy(spread: float = 0.4, **more: object) -> Model:
    config = ToyConfig(**SIZES, initializer_range=spread, **more)
    return wrap(fresh(config, seed=0).eval(), name="toy")


def gpt2() -> Model:
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=40, n_positions=12, n_embd=16, n_layer=3, n_head=2, initializer_range=0.4)
    return wrap(GPT2LMHeadModel(config).eval(), name="gpt2")


def neox() -> Model:
    torch.manual_seed(0)
    sizes = {"vocab_size": 40, "max_position_embeddings": 12, "hidden_size": 16, "intermediate_size": 32}
    config = GPTNeoXConfig(**sizes, num_hidden_layers=3, num_attention_heads=2, initializer_range=0.4)
    return wrap(GPTNeoXForCausalLM(config).eval(), name="neox")


def llama(*, keys: int = 2) -> Model:
    torch.manual_seed(0)
    sizes = {"vocab_size": 40, "max_position_embeddings": 12, "hidden_size": 16, "intermediate_size": 32}
    heads = {"num_attention_heads": 2, "num_key_value_heads": keys}
    config = LlamaConfig(**sizes, **heads, num_hidden_layers=3, initializer_range=0.4)
    return wrap(LlamaForCausalLM(config).eval(), name="llama")


MODELS = {
    "attention only": lambda: toy(),
    "rotary with MLPs": lambda: toy(positions="rotary", d_mlp=24),
    "no norms": lambda: toy(0.2, positions="learned", d_mlp=24, layer_norm=False),
    "gpt2": gpt2,
    "parallel": neox,
    "gated": llama,
}
