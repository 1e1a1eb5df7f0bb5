"""fold_layer_norm, on a small model of every family: the same logits from norms that only centre and divide.

Which norms are folded, and which families are refused, is worked out by hand from the architectures.
"""

import pytest
import torch
import transformers as hf
from torch import nn

import cutaway
from cutaway.errors.models import ModelFolderError
from cutaway.errors.transforms import TransformRefusedError
from cutaway.models import fold_layer_norm, wrap
from cutaway.models.load import load_folder, quietly
from tests.conformance.families import BUILDERS, SMALL, VOCAB, build, opt_config, redraw

REFUSED = {
    "toy-shortformer-solu": "also enters a sum",  # positions are added between the norm and the queries
    "toy-rotary-gelu-no-norm": "attention reads the stream without a norm",
    "opt-norm-after": "norms after a half",
    "olmo2": "norms after a half",
}
FOLDED = [name for name in BUILDERS if name not in REFUSED]

# norms that the stream is not read through: of queries and keys, of latents, after the embedding
KEPT = {
    "q_norm",
    "k_norm",
    "q_layernorm",
    "k_layernorm",
    "q_a_layernorm",
    "kv_a_layernorm",
    "word_embeddings_layernorm",
}
KEPT_IN_GEMMA = {"post_attention_layernorm", "post_feedforward_layernorm"}  # norms after a half
TOKENS = torch.randint(VOCAB, (3, 20), generator=torch.Generator().manual_seed(7))  # longer than any window


def frozen(module):
    return {name: value.clone() for name, value in module.state_dict().items()}


def assert_same_logits(left, right, *, share=1e-4):
    logits = left.run(TOKENS).logits.double()
    allowed = share * float(logits.max() - logits.min())
    torch.testing.assert_close(right.run(TOKENS).logits.double(), logits, atol=allowed, rtol=0)


@pytest.mark.parametrize("name", FOLDED)
def test_logits_are_the_originals_and_the_norms_only_centre_and_divide(name):
    model = build(name)
    folded, gemma = fold_layer_norm(model), name.startswith("gemma")
    assert_same_logits(model, folded)
    read = [
        part
        for path, part in folded.module.named_modules()
        if "Norm" in type(part).__name__ and path.rpartition(".")[2] not in KEPT | (KEPT_IN_GEMMA if gemma else set())
    ]
    assert len(read) > model.shape.n_layers
    for norm in read:
        assert torch.equal(norm.weight, torch.full_like(norm.weight, 0.0 if gemma else 1.0))
        if getattr(norm, "bias", None) is not None:
            assert torch.equal(norm.bias, torch.zeros_like(norm.bias))


@pytest.mark.parametrize("name", ["bloom", "gemma2", "gemma3", "qwen3", "phi-qk-norm", "deepseek_v3"])
def test_norms_that_the_stream_is_not_read_through_stay(name):
    model = build(name)
    kept = KEPT | (KEPT_IN_GEMMA if name.startswith("gemma") else set())
    after = fold_layer_norm(model).module.state_dict()
    names = [key for key in model.module.state_dict() if key.split(".")[-2] in kept]
    assert names
    for key in names:
        assert torch.equal(after[key], model.module.state_dict()[key])


@pytest.mark.parametrize("name", BUILDERS)
def test_the_original_is_unchanged_to_the_bit_and_left_without_hooks(name):
    model = build(name)
    before, random = frozen(model.module), torch.get_rng_state()
    if name in REFUSED:
        with pytest.raises(TransformRefusedError, match=REFUSED[name]):
            fold_layer_norm(model)
    else:
        fold_layer_norm(model)
    after = model.module.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[key]) for key, value in before.items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in model.module.modules())
    assert torch.equal(random, torch.get_rng_state())


def test_gpt2_queries_by_hand():
    model = build("gpt2")
    block = model.module.transformer.h[1]
    gain, shift = block.ln_1.weight, block.ln_1.bias
    joint, bias = block.attn.c_attn.weight[:, :32], block.attn.c_attn.bias[:32]  # of [d_model, 3 * d_model]
    folded = fold_layer_norm(model)
    by_hand = (torch.diag(gain) @ joint).view(32, 4, 8).transpose(0, 1)
    torch.testing.assert_close(folded.weight("W_Q", 1), by_hand)
    torch.testing.assert_close(folded.weight("b_Q", 1), (bias + shift @ joint).view(4, 8))


def test_llama_queries_by_hand():
    model = build("llama")
    block = model.module.model.layers[2]
    folded = fold_layer_norm(model)
    by_hand = (
        (torch.diag(block.input_layernorm.weight) @ block.self_attn.q_proj.weight.T).view(32, 4, 8).transpose(0, 1)
    )
    torch.testing.assert_close(folded.weight("W_Q", 2), by_hand)


def test_gemma_multiplies_by_one_more_than_its_weight():
    model = build("gemma2")
    block = model.module.model.layers[1]
    by_hand = (1 + block.pre_feedforward_layernorm.weight)[:, None] * block.mlp.up_proj.weight.T
    torch.testing.assert_close(fold_layer_norm(model).weight("W_in", 1), by_hand)


def test_a_parallel_mlp_gets_the_norm_of_attention_and_maps_without_a_bias_get_one():
    model = build("gptj")
    block = model.module.transformer.h[0]
    assert block.attn.k_proj.bias is None
    folded = fold_layer_norm(model)
    torch.testing.assert_close(folded.weight("W_in", 0), block.ln_1.weight[:, None] * block.mlp.fc_in.weight.T)
    torch.testing.assert_close(folded.weight("b_K", 0), (block.attn.k_proj.weight @ block.ln_1.bias).view(4, 8))


def test_router_and_every_expert_get_the_norm():
    model = build("mixtral")
    block = model.module.model.layers[0]
    gain = block.post_attention_layernorm.weight
    folded = fold_layer_norm(model).module.model.layers[0]
    torch.testing.assert_close(folded.mlp.gate.weight, block.mlp.gate.weight * gain)
    torch.testing.assert_close(folded.mlp.experts.gate_up_proj, block.mlp.experts.gate_up_proj * gain)
    assert torch.equal(folded.mlp.experts.down_proj, block.mlp.experts.down_proj)


@pytest.mark.parametrize(("name", "norm"), [("gpt2", "transformer.ln_f"), ("gemma2", "model.norm")])
def test_a_shared_unembedding_becomes_one_of_its_own(name, norm):
    model = build(name)
    assert model.module.get_output_embeddings().weight is model.module.get_input_embeddings().weight
    folded = fold_layer_norm(model)
    assert torch.equal(folded.W_E, model.W_E)
    gain = model.module.get_submodule(norm).weight + (1 if name == "gemma2" else 0)
    torch.testing.assert_close(folded.W_U, gain[:, None] * model.W_U)
    folded.module.tie_weights()
    assert torch.equal(folded.W_E, model.W_E)
    assert folded.module.get_output_embeddings().weight is not folded.module.get_input_embeddings().weight
    assert folded.module.config.tie_word_embeddings is False
    assert model.module.config.tie_word_embeddings is True


def test_a_folded_model_that_needed_no_new_bias_survives_saving(tmp_path):
    folded = fold_layer_norm(build("gemma2"))
    folded.module.save_pretrained(tmp_path)
    assert torch.equal(load_folder(tmp_path).run(TOKENS).logits, folded.run(TOKENS).logits)


def test_a_folder_whose_biases_would_be_dropped_is_refused(tmp_path):
    with quietly():
        fold_layer_norm(build("gpt2")).module.save_pretrained(tmp_path)
    with pytest.raises(ModelFolderError, match=r"lm_head\.bias.*no place"):
        load_folder(tmp_path)


def test_a_bias_of_zeros_needs_no_place():
    model = build("gptj")
    for name, weight in model.module.named_parameters():
        if "ln_" in name and name.endswith("bias"):
            nn.init.zeros_(weight)
    assert fold_layer_norm(model).module.transformer.h[0].attn.k_proj.bias is None


def test_folding_again_changes_nothing():
    once = fold_layer_norm(build("gpt_neox-parallel"))
    again = fold_layer_norm(once)
    assert all(
        torch.equal(a, b) for a, b in zip(frozen(once.module).values(), frozen(again.module).values(), strict=True)
    )


@pytest.mark.parametrize(("dtype", "share"), [(torch.float64, 1e-9), (torch.bfloat16, 5e-2)])
def test_other_precisions(dtype, share):
    model = build("gpt2")
    model = wrap(model.module.to(dtype), name="gpt2")
    folded = fold_layer_norm(model)
    assert {weight.dtype for weight in folded.module.parameters()} == {dtype}
    assert_same_logits(model, folded, share=share)


def test_refuses_a_norm_whose_output_is_also_the_stream():
    module = hf.BloomForCausalLM(
        hf.BloomConfig(**SMALL, hidden_size=32, n_head=4, n_layer=2, apply_residual_connection_post_layernorm=True)
    )
    redraw(module)
    with pytest.raises(TransformRefusedError, match=r"transformer\.h\.0\.input_layernorm .* also enters a sum"):
        fold_layer_norm(wrap(module, name="bloom"))


def test_refuses_a_model_without_a_last_norm():
    module = hf.OPTForCausalLM(opt_config(_remove_final_layer_norm=True))
    with pytest.raises(TransformRefusedError, match="the unembedding reads the stream without a norm"):
        fold_layer_norm(wrap(module, name="opt"))


def test_refuses_a_parallel_mlp_that_does_not_read_the_norm_of_attention():
    model = build("gptj")
    model.module.transformer.h[2].mlp.register_forward_pre_hook(lambda _, given: (given[0] * 2,))
    with pytest.raises(TransformRefusedError, match=r"the MLP reads the stream without a norm \(layer 2\)"):
        fold_layer_norm(model)


def test_refuses_a_map_that_looks_at_its_own_weights_with_the_difference():
    model = build("gpt2")
    model.module.transformer.h[1].mlp.c_fc.register_forward_hook(lambda part, _, output: output * part.weight.norm())
    with pytest.raises(TransformRefusedError, match=r"a logit changed by \d.* is allowed"):
        fold_layer_norm(model)


def test_refuses_what_is_no_decoder_with_logits():
    with pytest.raises(TransformRefusedError, match="no adapter says"):
        fold_layer_norm(wrap(nn.Linear(2, 2), name="linear"))
    with pytest.raises(TransformRefusedError, match="no unembedding"):
        fold_layer_norm(wrap(build("gpt2").module.transformer, name="headless"))


def test_refuses_weights_that_are_no_numbers_in_memory():
    quantised, away = build("llama"), build("llama")
    up = quantised.module.model.layers[0].mlp.up_proj
    up.weight = nn.Parameter(up.weight.to(torch.int8), requires_grad=False)
    with pytest.raises(TransformRefusedError, match=r"quantised \(model\.layers\.0\.mlp\.up_proj"):
        fold_layer_norm(quantised)
    with pytest.raises(TransformRefusedError, match="not in memory"):
        fold_layer_norm(wrap(away.module.to("meta"), name="away"))


def test_it_is_to_be_had_from_the_package():
    assert cutaway.fold_layer_norm is fold_layer_norm
