"""centre, on a small model of every family: the same logits from a stream without a mean.

Which families are refused is worked out by hand: an RMSNorm sees the mean, a norm that writes into the stream puts one
there, and a half without a norm would miss it.
"""

import pytest
import torch
import transformers as hf

import cutaway
from cutaway.errors.transforms import TransformRefusedError
from cutaway.models import centre, fold_layer_norm, wrap
from cutaway.models.load import load_folder
from tests.conformance.families import BUILDERS, SMALL, VOCAB, build, redraw

RMS = "an RMSNorm sees the mean"
REFUSED = {
    "toy-rotary-gelu-no-norm": "attention reads the stream without a norm",
    "opt-norm-after": "norms after a half",
    "olmo2": "norms after a half",
    "bloom": "keeps a mean",  # its embedding is normed, and that norm's weight and bias write a mean into the stream
} | dict.fromkeys(
    (
        *("llama", "mistral-sliding", "mixtral", "qwen2", "qwen3", "gemma2", "gemma3", "gpt_oss"),
        *("deepseek_v3", "deepseek_v3-full-queries"),
    ),
    RMS,
)
CENTRED = [name for name in BUILDERS if name not in REFUSED]
TOKENS = torch.randint(VOCAB, (3, 20), generator=torch.Generator().manual_seed(7))
STREAM = ("resid_pre", "resid_mid", "resid_post")


def assert_no_mean(value):
    value = value.detach()
    mean = value.mean(-1)
    torch.testing.assert_close(mean, torch.zeros_like(mean), atol=2e-6 * max(1.0, float(value.abs().max())), rtol=0)


@pytest.mark.parametrize("name", CENTRED)
def test_logits_are_the_originals_and_nothing_writes_a_mean(name):
    model = build(name)
    before = {key: value.clone() for key, value in model.module.state_dict().items()}
    centred = centre(model)
    assert all(torch.equal(value, before[key]) for key, value in model.module.state_dict().items())
    logits = model.run(TOKENS).logits
    allowed = 1e-4 * float(logits.max() - logits.min())
    torch.testing.assert_close(centred.run(TOKENS).logits, logits, atol=allowed, rtol=0)
    assert_no_mean(centred.W_E)
    for site, weight in centred.layout.weights.items():
        if site.name in ("W_O", "b_O", "W_out", "b_out"):
            assert_no_mean(weight())
    for value in centred.run(TOKENS, read=[site for site in centred.sites if site.name in STREAM]).values():
        assert_no_mean(value)


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_with_the_reason(name):
    with pytest.raises(TransformRefusedError, match=REFUSED[name]):
        centre(build(name))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_coarse_numbers_hide_no_mean(dtype):
    opt, bloom = (wrap(build(name).module.to(dtype), name=name) for name in ("opt", "bloom"))
    centre(opt)
    with pytest.raises(TransformRefusedError, match="keeps a mean"):
        centre(bloom)


def test_gpt2_by_hand():
    model = build("gpt2")
    centred = centre(model)
    old, new = model.module.transformer, centred.module.transformer
    out = torch.eye(32) - torch.full((32, 32), 1 / 32)  # takes the mean over d_model away
    torch.testing.assert_close(new.wte.weight, old.wte.weight @ out)
    torch.testing.assert_close(new.wpe.weight, old.wpe.weight @ out)
    torch.testing.assert_close(new.h[1].attn.c_proj.weight, old.h[1].attn.c_proj.weight @ out)
    torch.testing.assert_close(new.h[1].attn.c_proj.bias, old.h[1].attn.c_proj.bias @ out)
    torch.testing.assert_close(new.h[2].mlp.c_proj.weight, old.h[2].mlp.c_proj.weight @ out)
    torch.testing.assert_close(new.h[2].mlp.c_proj.bias, old.h[2].mlp.c_proj.bias @ out)
    assert torch.equal(new.h[1].attn.c_attn.weight, old.h[1].attn.c_attn.weight)


def test_positions_that_never_enter_the_stream_stay():
    model = build("toy-shortformer-solu")
    assert torch.equal(centre(model).W_pos, model.W_pos)
    learned = build("toy-attention-only-learned")
    assert_no_mean(centre(learned).W_pos)


def test_a_shared_unembedding_keeps_its_mean():
    model = build("gpt2")
    centred = centre(model)
    assert torch.equal(centred.W_U, model.W_U)
    assert not torch.equal(centred.W_U.T, centred.W_E)


def test_a_centred_model_survives_saving(tmp_path):
    centred = centre(build("gpt2"))
    centred.module.save_pretrained(tmp_path)
    again = load_folder(tmp_path)
    assert torch.equal(again.W_E, centred.W_E)
    assert torch.equal(again.run(TOKENS).logits, centred.run(TOKENS).logits)


def test_centring_and_folding_do_not_mind_each_other():
    model = build("gpt_neox-sequential")
    both = centre(fold_layer_norm(model))
    logits = model.run(TOKENS).logits
    torch.testing.assert_close(both.run(TOKENS).logits, logits, atol=1e-4 * float(logits.max() - logits.min()), rtol=0)
    assert_no_mean(both.W_O)


def test_refuses_a_norm_whose_output_is_also_the_stream():
    module = hf.BloomForCausalLM(
        hf.BloomConfig(**SMALL, hidden_size=32, n_head=4, n_layer=2, apply_residual_connection_post_layernorm=True)
    )
    redraw(module)
    with pytest.raises(TransformRefusedError, match="keeps a mean"):
        centre(wrap(module, name="bloom"))


def test_refuses_a_reader_that_sees_the_mean_with_the_difference():
    model = build("gpt2")
    model.module.transformer.h[1].ln_2.register_forward_hook(
        lambda _, given, output: output + given[0].mean(-1, keepdim=True)
    )
    with pytest.raises(TransformRefusedError, match=r"a logit changed by \d.* is allowed"):
        centre(model)


def test_it_is_to_be_had_from_the_package():
    assert cutaway.centre is centre
