"""The toy transformer, against attention written out again with loops, and as a citizen of Hugging Face."""

import math

import pytest
import torch
from huggingface_hub.errors import StrictDataclassError

from cutaway.models import wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM, rotate

SHAPE = {"vocab_size": 31, "n_ctx": 16, "d_model": 12, "d_head": 4, "n_heads": 2, "initializer_range": 0.4}
KINDS = [("learned", 0, "gelu"), ("shortformer", 20, "solu_ln"), ("rotary", 20, "relu"), ("shortformer", 20, "solu")]
TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])


def toy(positions, d_mlp, activation, **more):
    torch.manual_seed(0)
    config = ToyConfig(**SHAPE, positions=positions, d_mlp=d_mlp, activation=activation, **more)
    return ToyForCausalLM(config).eval()


def turned(vector, position):
    """Rotary by complex numbers: pair j turns by position * base^(-j / half)."""
    half = len(vector) // 2
    pairs = [complex(vector[j], vector[j + half]) for j in range(half)]
    out = [
        p * complex(math.cos(a), math.sin(a)) for j, p in enumerate(pairs) for a in [position * 10000 ** (-j / half)]
    ]
    return [c.real for c in out] + [c.imag for c in out]


def norm(x):
    return (x - x.mean()) / (x.var(unbiased=False) + 1e-5).sqrt()


def by_loops(model, tokens):
    """The same forward pass, one query, one head, one key at a time (weights of the norms are ones at the start)."""
    config, stream = model.config, [model.embed.weight[t] for t in tokens]
    places = None if config.positions == "rotary" else [model.pos_embed.weight[p] for p in range(len(tokens))]
    if config.positions == "learned":
        stream = [x + p for x, p in zip(stream, places, strict=True)]
    for block in model.blocks:
        normed = [norm(x) for x in stream]
        placed = [x + p for x, p in zip(normed, places, strict=True)] if config.positions == "shortformer" else normed
        added = [torch.zeros(config.d_model) for _ in tokens]
        for head in range(config.n_heads):
            rows = slice(head * config.d_head, (head + 1) * config.d_head)
            q = [block.attn.q_proj.weight[rows] @ x for x in placed]
            k = [block.attn.k_proj.weight[rows] @ x for x in placed]
            v = [block.attn.v_proj.weight[rows] @ x for x in normed]
            if config.positions == "rotary":
                q = [torch.tensor(turned(x.tolist(), p)) for p, x in enumerate(q)]
                k = [torch.tensor(turned(x.tolist(), p)) for p, x in enumerate(k)]
            for query in range(len(tokens)):
                scores = torch.stack([q[query] @ k[key] for key in range(query + 1)]) / math.sqrt(config.d_head)
                weights = scores.exp() / scores.exp().sum()
                z = sum(w * x for w, x in zip(weights, v, strict=False))
                added[query] = added[query] + block.attn.o_proj.weight[:, rows] @ z
        stream = [x + a for x, a in zip(stream, added, strict=True)]
        if config.d_mlp:
            hidden = [block.mlp.up.weight @ norm(x) + block.mlp.up.bias for x in stream]
            if config.activation == "relu":
                hidden = [h.clamp(min=0) for h in hidden]
            else:
                hidden = [h * (h.exp() / h.exp().sum()) for h in hidden]
            if config.activation == "solu_ln":
                hidden = [norm(h) for h in hidden]
            stream = [x + block.mlp.down.weight @ h + block.mlp.down.bias for x, h in zip(stream, hidden, strict=True)]
    return torch.stack([model.unembed.weight @ norm(x) for x in stream])


@pytest.mark.parametrize(
    ("positions", "d_mlp", "activation"), [kind for kind in KINDS if kind[2] != "gelu"] + KINDS[:1]
)
def test_forward_equals_the_sum_written_out_with_loops(positions, d_mlp, activation):
    model = toy(positions, d_mlp, activation)
    with torch.no_grad():
        torch.testing.assert_close(model(TOKENS).logits[0], by_loops(model, TOKENS[0].tolist()), rtol=1e-4, atol=1e-5)


def test_rotation_keeps_lengths_and_depends_on_the_distance_only():
    x, y = torch.randn(1, 1, 1, 8), torch.randn(1, 1, 1, 8)
    torch.testing.assert_close(rotate(x, torch.tensor([[5]])).norm(), x.norm())
    near = (rotate(x, torch.tensor([[7]])) * rotate(y, torch.tensor([[4]]))).sum()
    far = (rotate(x, torch.tensor([[13]])) * rotate(y, torch.tensor([[10]]))).sum()
    torch.testing.assert_close(near, far)


@pytest.mark.parametrize(("positions", "d_mlp", "activation"), KINDS)
def test_saved_and_loaded_again_it_gives_the_same_logits(tmp_path, positions, d_mlp, activation):
    from cutaway.models.load import load_folder, quietly

    model = toy(positions, d_mlp, activation)
    with quietly():
        model.save_pretrained(tmp_path)
    assert list(tmp_path.glob("*.safetensors"))
    again = load_folder(tmp_path)
    torch.testing.assert_close(again.run(TOKENS).logits, model(TOKENS).logits, rtol=0, atol=0, check_stride=False)


@pytest.mark.parametrize(("positions", "d_mlp", "activation"), KINDS)
def test_generation_with_a_cache_picks_what_full_passes_pick(positions, d_mlp, activation):
    model = toy(positions, d_mlp, activation, bos_token_id=None, eos_token_id=None)
    mask = torch.ones_like(TOKENS[:, :4])
    written = model.generate(TOKENS[:, :4], attention_mask=mask, max_new_tokens=6, do_sample=False, pad_token_id=0)
    step_by_step = TOKENS[:, :4]
    for _ in range(6):
        step_by_step = torch.cat([step_by_step, model(step_by_step).logits[:, -1:].argmax(-1)], dim=1)
    assert written.tolist() == step_by_step.tolist()


def test_loss_is_the_mean_surprise_of_the_next_token():
    model = toy("rotary", 0, "gelu")
    out = model(TOKENS, labels=TOKENS)
    surprise = [-out.logits[0, at].log_softmax(-1)[TOKENS[0, at + 1]] for at in range(7)]
    torch.testing.assert_close(out.loss, torch.stack(surprise).mean())


@pytest.mark.parametrize("wrong", [{"positions": "sinus"}, {"activation": "swish"}])
def test_config_that_nobody_implements_is_refused(wrong):
    with pytest.raises(StrictDataclassError, match="must be"):
        ToyConfig(**SHAPE, **wrong)


def test_attention_of_scale_zero_looks_at_all_alike_and_learns_without_nan():
    config = ToyConfig(vocab_size=9, n_ctx=6, n_layers=1, d_model=8, n_heads=2, d_head=4, attention_scale=0.0)
    module = ToyForCausalLM(config).train()
    tokens = torch.arange(6)[None]
    module(tokens, use_cache=False).logits.sum().backward()
    assert all(weight.grad.isfinite().all() for weight in module.parameters() if weight.grad is not None)
    pattern = wrap(module.eval(), name="even").run(tokens, read=["pattern"])["pattern.0"]
    torch.testing.assert_close(pattern[0, 0, -1], torch.full((6,), 1 / 6))
