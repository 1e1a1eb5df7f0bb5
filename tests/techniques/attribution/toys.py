"""Small models for attribution: of every kind of norm and position, and some whose scores are known by hand."""

import torch
import transformers as hf

from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig, ToyForCausalLM

VOCAB = 23


def jittered(module, *, by=0.3):
    """Weights drawn large enough that nothing is nearly linear, biases and gains of norms among them."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for weight in module.parameters():
            weight.add_(by * torch.randn(weight.shape, generator=generator))
    return module.eval()


def gpt2():
    config = hf.GPT2Config(
        vocab_size=VOCAB, n_embd=16, n_head=2, n_layer=3, n_positions=16, bos_token_id=0, eos_token_id=0
    )
    return wrap(jittered(hf.GPT2LMHeadModel(config)), name="gpt2-toy")


def llama():
    config = hf.LlamaConfig(
        vocab_size=VOCAB,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=16,
    )
    return wrap(jittered(hf.LlamaForCausalLM(config)), name="llama-toy")


def neox():
    config = hf.GPTNeoXConfig(
        vocab_size=VOCAB,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16,
    )
    return wrap(jittered(hf.GPTNeoXForCausalLM(config)), name="neox-toy")


def gemma():
    config = hf.Gemma2Config(
        vocab_size=VOCAB,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=16,
    )
    return wrap(jittered(hf.Gemma2ForCausalLM(config)), name="gemma-toy")


def toy(**given):
    """Ours; by default without a norm and with attention only."""
    asked = {"n_layers": 1, "d_mlp": 0, "layer_norm": False, "positions": "rotary"} | given
    config = ToyConfig(vocab_size=VOCAB, n_ctx=16, d_model=16, d_head=8, n_heads=2, **asked)
    return wrap(jittered(ToyForCausalLM(config), by=0.4), name="toy")


def tokens(rows=3, length=6, seed=0):
    return torch.randint(1, VOCAB, (rows, length), generator=torch.Generator().manual_seed(seed))


def pairs(rows=3, length=6, mask=None):
    """Two random prompts of one length, scored by two tokens at the end of each."""
    ids = tokens(rows, 2, seed=5)
    ids[:, 1] = (ids[:, 0] + 1) % VOCAB
    at = torch.full((rows, 1), length - 1)
    answers = Answers(at, ids[:, :1, None], ids[:, 1:, None])
    return Pairs(tokens(rows, length, seed=1), tokens(rows, length, seed=2), answers, mask)


def saturating(*, strength, undone=False):
    """One number s = `strength` * token runs into an MLP that writes min(s, 1), and logit 1 is what it writes.

    With `undone`, a second MLP writes the first one's answer with the other sign, for as long as both pass its gate.
    """
    config = ToyConfig(
        vocab_size=4, n_ctx=8, d_model=4, d_head=4, n_heads=1, n_layers=2, d_mlp=2, activation="relu",
        layer_norm=False, positions="rotary",
    )  # fmt: skip
    module = ToyForCausalLM(config).eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
        module.embed.weight[:, 0] = strength * torch.arange(4.0)
        first, second = module.blocks[0].mlp, module.blocks[1].mlp
        first.up.weight[:, 0], first.up.bias[1] = 1.0, -1.0
        first.down.weight[1] = torch.tensor([1.0, -1.0])
        if undone:
            second.up.weight[0, 1], second.down.weight[1, 0] = 1.0, -1.0
        module.unembed.weight[1, 1] = 1.0
    return wrap(module, name="saturating")
