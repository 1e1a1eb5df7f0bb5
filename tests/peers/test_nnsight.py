"""nnsight on the same random module: what it saves at a module, what it writes there, and its slopes.

nnsight runs the module as it is, and so does Cutaway: the same sums in the same order, so the numbers are the same
bit for bit. Patterns are compared with a module that is given eager attention; slopes may be summed in another order
on the way back, which costs the last bits of float32.
"""

import copy

import pytest
import torch

import cutaway
from tests.conformance.families import build

nnsight = pytest.importorskip("nnsight", reason="nnsight is not installed: make peers")

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
SAME = {"rtol": 0, "atol": 0}
PLACES = {
    "gpt2": {
        "embed": "transformer.wte",
        "attn_out.1": "transformer.h.1.attn",
        "mlp_pre.1": "transformer.h.1.mlp.c_fc",
        "mlp_out.1": "transformer.h.1.mlp",
        "resid_post.1": "transformer.h.1",
        "logits": "lm_head",
    },
    "gpt_neox-parallel": {
        "attn_out.1": "gpt_neox.layers.1.attention",
        "mlp_out.1": "gpt_neox.layers.1.mlp",
        "resid_post.1": "gpt_neox.layers.1",
    },
    "llama": {
        "attn_out.1": "model.layers.1.self_attn",
        "mlp_pre.1": "model.layers.1.mlp.gate_proj",
        "mlp_linear.1": "model.layers.1.mlp.up_proj",
        "mlp_out.1": "model.layers.1.mlp",
        "resid_post.1": "model.layers.1",
    },
}
HEADS = {"llama": "model.layers.1.self_attn.o_proj", "gpt2": "transformer.h.1.attn.c_proj"}


@pytest.fixture(params=sorted(PLACES))
def name(request):
    return request.param


def pair(name):
    """Our model, and nnsight around a copy of its module."""
    model = build(name)
    return model, nnsight.NNsight(copy.deepcopy(model.module))


def score(logits):
    return logits[:, -1, 7] - logits[:, -1, 20]


def first(output):
    return output[0] if isinstance(output, tuple) else output


def test_outputs_of_modules_are_our_sites(name):
    model, peer = pair(name)
    trace = model.run(TOKENS, read=list(PLACES[name]))
    for site, path in PLACES[name].items():
        part = peer.get(path)
        with peer.trace(TOKENS, use_cache=False):
            saved = part.output.save()
        torch.testing.assert_close(first(saved), trace[site], **SAME, msg=site)


def test_inputs_of_the_output_projection_are_our_z():
    for name, path in HEADS.items():
        model, peer = pair(name)
        part = peer.get(path)
        with peer.trace(TOKENS, use_cache=False):
            saved = part.input.save()
        torch.testing.assert_close(saved, model.run(TOKENS, read="z.1")["z.1"].flatten(-2), **SAME)


def test_any_module_is_the_same_by_its_path(name):
    """Theirs is `peer.<path>.output`, ours `module:<path>`."""
    model, peer = pair(name)
    for path in PLACES[name].values():
        part = peer.get(path)
        with peer.trace(TOKENS, use_cache=False):
            saved = part.output.save()
        found = model.run(TOKENS, read=f"module:{path}")[f"module:{path}"]
        torch.testing.assert_close(found, first(saved), **SAME, msg=path)


def test_what_is_written_at_a_module_gives_the_logits_of_our_edit(name):
    model, peer = pair(name)
    path = PLACES[name]["mlp_out.1"]
    part, head = peer.get(path), peer.get("lm_head")
    noise = torch.randn(TOKENS.shape[0], 32, generator=torch.Generator().manual_seed(1))
    with peer.trace(TOKENS, use_cache=False):
        part.output[:, 4] = noise
        saved = head.output.save()

    def put(value):
        return torch.cat([value[:, :4], noise[:, None], value[:, 5:]], dim=1)

    for edit in (cutaway.Replace("mlp_out.1", noise, position=4), cutaway.Apply(f"module:{path}", put)):
        torch.testing.assert_close(model.run(TOKENS, edit=edit).logits, saved, **SAME)
    assert not torch.equal(saved, model.run(TOKENS).logits)


def test_slopes_of_a_score_are_the_same(name):
    model, peer = pair(name)
    trace = model.run(TOKENS, read=["mlp_out.1", "resid_post.0"], gradient_of=score)
    part, head = peer.get(PLACES[name]["mlp_out.1"]), peer.get("lm_head")
    with peer.trace(TOKENS, use_cache=False):
        value = part.output
        total = score(head.output).sum()
        with total.backward():
            slope = value.grad.save()
    torch.testing.assert_close(slope, trace.grad["mlp_out.1"], rtol=0, atol=1e-6 * float(slope.abs().max()))
    assert slope.abs().max() > 0


def test_patterns_that_eager_attention_returns_are_ours():
    model = build("llama")
    module = copy.deepcopy(model.module)
    module.set_attn_implementation("eager")
    peer = nnsight.NNsight(module)
    with peer.trace(TOKENS, use_cache=False):
        saved = peer.model.layers[1].self_attn.output.save()
    torch.testing.assert_close(saved[1], model.run(TOKENS, read="pattern.1")["pattern.1"], **SAME)
