"""Decoders without an adapter: what a small copy shows is what an adapter would say; what it does not has a reason."""

from dataclasses import replace

import pytest
import torch
import transformers as hf

import cutaway
from cutaway.errors.models import AbsentSiteError, PromptError, StructureError
from cutaway.models.anatomy.stack import SELF_COUNTING
from cutaway.models.model import Model
from cutaway.models.structure import layout as structure
from cutaway.models.structure.layout import layout
from cutaway.models.verify.verify import examine
from tests.conformance.families import BUILDERS, build
from tests.conformance.unknown_families import SIZES, UNKNOWN, built

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])

REFUSED = {"toy-attention-only-learned", "falcon-multi-query", "falcon-grouped"} | {
    name for name in BUILDERS if name.startswith("deepseek")
}
FLAT = {"attn_out", "resid_mid", "ln2_scale", "mlp_pre", "mlp_post", "mlp_out"}  # batch and position are one axis here
KNOWN_GAPS = {
    "toy-shortformer-solu": {"mlp_pre", "mlp_post"},  # its activation holds a norm, which is no common function
    "bloom": {"q", "k"},  # its products take batch and head as one axis
    "opt": FLAT,
    "opt-norm-after": FLAT | {"ln1_scale"},
}


@pytest.mark.parametrize("name", sorted(set(BUILDERS) - REFUSED))
def test_what_is_found_by_structure_is_what_the_adapter_says(name):
    known = build(name)
    found = Model(name=name, module=known.module, layout=layout(known.module))
    names = {site.name for site in known.sites}
    assert {site.name for site in found.sites} == names - KNOWN_GAPS.get(name, set())
    expected, values = known.run(TOKENS, read=known.sites), found.run(TOKENS, read=found.sites)
    for site in found.sites:
        torch.testing.assert_close(values[site], expected[site], rtol=0, atol=0)
    for site, weight in found.layout.weights.items():
        torch.testing.assert_close(weight(), known.layout.weights[site](), rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_understood_is_refused_with_a_reason(name):
    with pytest.raises(StructureError, match=r"block|layers|transformer\.h"):
        layout(build(name).module)


@pytest.mark.parametrize("name", sorted(UNKNOWN))
def test_an_unknown_family_is_read_exactly_and_passes_verification(name):
    module = built(UNKNOWN[name]())
    with torch.no_grad():
        fused = module(TOKENS, use_cache=False).logits
        module.set_attn_implementation("eager")
        eager = module(TOKENS, use_cache=False).logits
        module.set_attn_implementation("sdpa")
    model = cutaway.load(module)
    assert not model.faults
    torch.testing.assert_close(model.run(TOKENS, read=model.sites).logits, eager, rtol=0, atol=0)
    outside = [site for site in model.sites if not model.taps[site].in_attention]
    torch.testing.assert_close(model.run(TOKENS, read=outside).logits, fused, rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(set(UNKNOWN) - {"phi3"}))
def test_sites_of_an_unknown_family_are_those_of_its_modules(name):
    """By the names that these families give their projections, which the instrument did not look at."""
    model = cutaway.load(built(UNKNOWN[name]()))
    at = "model.layers.1"
    hooks = [f"module:{at}.self_attn.{letter}_proj:out" for letter in "qkv"] + [f"module:{at}.self_attn.o_proj:in"]
    trace = model.run(TOKENS, read=["q.1", "k.1", "v.1", "z.1", "resid_pre.1", f"module:{at}:in", *hooks])
    if name != "qwen3_moe":  # whose queries and keys are taken after their norms
        torch.testing.assert_close(trace["q.1"].flatten(2), trace[hooks[0]], rtol=0, atol=0)
        torch.testing.assert_close(trace["k.1"].flatten(2), trace[hooks[1]], rtol=0, atol=0)
    torch.testing.assert_close(trace["v.1"].flatten(2), trace[hooks[2]], rtol=0, atol=0)
    torch.testing.assert_close(trace["z.1"].flatten(2), trace[hooks[3]], rtol=0, atol=0)
    torch.testing.assert_close(trace["resid_pre.1"], trace[f"module:{at}:in"], rtol=0, atol=0)


def test_joint_projections_are_cut_into_queries_keys_and_values():
    """Phi-3 stacks 6 heads of queries, 3 of keys, 3 of values, 8 numbers each."""
    model = cutaway.load(built(UNKNOWN["phi3"]()))
    joint = "module:model.layers.0.self_attn.qkv_proj"
    trace = model.run(TOKENS, read=["q.0", "k.0", "v.0", joint])
    torch.testing.assert_close(torch.cat([trace[f"{name}.0"].flatten(2) for name in "qkv"], -1), trace[joint])
    weight = model.module.model.layers[0].self_attn.qkv_proj.weight.detach()
    torch.testing.assert_close(model.weight("W_Q", 0).detach(), weight[:48].view(6, 8, 48).transpose(1, 2))


def test_halves_that_are_scaled_before_they_are_added_are_absent_with_the_reason():
    model = cutaway.load(built(UNKNOWN["granite"]()))
    assert {"mlp_post", "resid_mid", "ln2_scale"} <= {site.name for site in model.sites}
    with pytest.raises(AbsentSiteError, match=r"attn_out.*scales what this half puts out"):
        model.run(TOKENS, read="attn_out.1")


def test_the_middle_of_the_stream_holds_what_was_scaled():
    """Granite adds half of what each half puts out."""
    model = cutaway.load(built(UNKNOWN["granite"]()))
    at = "module:model.layers.1"
    trace = model.run(TOKENS, read=["resid_pre.1", "resid_mid.1", "resid_post.1", f"{at}.self_attn", f"{at}.mlp"])
    middle = trace["resid_pre.1"] + 0.5 * trace[f"{at}.self_attn"]
    torch.testing.assert_close(trace["resid_mid.1"], middle)
    torch.testing.assert_close(trace["resid_post.1"], middle + 0.5 * trace[f"{at}.mlp"])


def test_rotation_in_some_layers_only_is_rotation():
    assert {"q_rot", "k_rot"} <= {site.name for site in cutaway.load(built(UNKNOWN["smollm3"]())).sites}


def test_a_family_without_attention_has_the_sites_of_its_modules():
    config = hf.RwkvConfig(vocab_size=61, hidden_size=32, num_hidden_layers=2, context_length=16)
    model = cutaway.load(hf.RwkvForCausalLM(config))
    trace = model.run(TOKENS, read="module:rwkv.blocks.1.feed_forward")
    assert trace["module:rwkv.blocks.1.feed_forward"].shape == (2, 8, 32)
    with pytest.raises(AbsentSiteError, match=r"z\.1.*no adapter knows its family 'rwkv'.*calls attention"):
        model.run(TOKENS, read="z.1")
    with pytest.raises(PromptError, match="only the sites of its modules"):
        model.generate(TOKENS, max_new_tokens=2)


def test_a_config_whose_sizes_cannot_be_shrunk_is_not_copied(monkeypatch):
    monkeypatch.setattr(structure, "LARGEST", 10)
    with pytest.raises(StructureError, match="could not be shrunk"):
        layout(build("llama").module)


def test_padding_is_refused_where_it_would_change_the_numbers(monkeypatch):
    """GPT-2 counts padding as positions unless it is told otherwise."""
    monkeypatch.setattr(structure, "inputs_of", lambda module: SELF_COUNTING)
    module = build("gpt2").module
    model = Model(name="uncounted", module=module, layout=layout(module))
    mask = torch.ones_like(TOKENS)
    with pytest.raises(PromptError, match="other numbers for a padded prompt"):
        model.run(TOKENS, mask=mask)
    with pytest.raises(PromptError, match="other numbers for a padded prompt"):
        model.generate(TOKENS, mask=mask, max_new_tokens=1)
    counted = replace(model, layout=layout(build("llama").module))
    assert not counted.layout.inputs.no_padding  # rotations speak of distances only


def test_heads_of_a_decoder_are_not_those_of_an_encoder_it_could_have():
    sizes = {"vocab_size": 61, "d_model": 48, "decoder_layers": 3, "encoder_layers": 1, "max_position_embeddings": 64}
    config = hf.BartConfig(**sizes, decoder_ffn_dim=72, encoder_attention_heads=6, decoder_attention_heads=4)
    model = cutaway.load(built(hf.BartForCausalLM(config)))
    trace = model.run(TOKENS, read=["z.0", "pattern.0"])
    assert model.shape.n_heads == trace["z.0"].shape[2] == trace["pattern.0"].shape[1] == 4


def test_an_embedding_of_kinds_of_tokens_is_not_that_of_positions():
    config = hf.ErnieConfig(**SIZES, max_position_embeddings=64, is_decoder=True)
    model = cutaway.load(built(hf.ErnieForCausalLM(config)))
    table = model.module.ernie.embeddings.position_embeddings.weight.detach()
    torch.testing.assert_close(model.run(TOKENS, read="pos_embed")["pos_embed"][0], table[:8])


def test_a_config_that_counts_other_heads_than_its_modules_is_refused():
    module = built(hf.PersimmonForCausalLM(hf.PersimmonConfig(**SIZES, max_position_embeddings=64)))
    module.config.num_attention_heads = 3
    with pytest.raises(StructureError, match="6 heads where the config says 3"):
        layout(module)


def test_a_block_that_stands_twice_has_no_number():
    module = built(UNKNOWN["starcoder2"]())
    module.model.layers[2] = module.model.layers[1]
    with pytest.raises(AbsentSiteError, match="one block stands in it several times"):
        cutaway.load(module).run(TOKENS, read="resid_pre.1")


def test_the_precision_a_caller_asks_torch_for_does_not_reach_the_small_copy():
    module = built(UNKNOWN["starcoder2"]())
    expected = {str(site) for site in cutaway.load(module).sites}
    with torch.autocast("cpu", torch.bfloat16):
        model = cutaway.load(module)
        assert {str(site) for site in model.sites} == expected
        assert examine(model) == {}


def test_a_base_model_has_no_unembedding_and_says_so():
    model = cutaway.load(built(UNKNOWN["starcoder2"]()).model)
    with pytest.raises(AbsentSiteError, match="no unembedding"):
        model.run(TOKENS, read="logits")
