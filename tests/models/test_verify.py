"""Verification: every family passes, every way of getting an adapter wrong is named, and nothing is asked twice."""

import dataclasses
import json

import pytest
import torch

from cutaway.errors.models import AbsentSiteError
from cutaway.models import Site
from cutaway.models.anatomy import tap
from cutaway.models.model import Model
from cutaway.models.verify import verdicts
from cutaway.models.verify.small import small_config, small_copy
from cutaway.models.verify.verify import examine, verify
from tests.conformance.families import BUILDERS, build

TOKENS = torch.tensor([[0, 5, 9, 5]])


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_every_site_of_every_family_passes(name):
    assert examine(build(name)) == {}


def broken(name, site, wrong):
    """A family whose adapter puts one site, in every layer, somewhere else."""
    model = build(name)

    def describe(module):
        layout = model.describe(module)
        taps = {each: wrong(layout, each) if each.name == site else kept for each, kept in layout.taps.items()}
        return dataclasses.replace(layout, taps=taps)

    return Model(name=name, module=model.module, layout=describe(model.module), describe=describe, verify=verify)


def block(layout, site):
    return layout.taps[Site("resid_post", site.layer)].path


MISTAKES = {
    "a module the model never runs": (
        "llama",
        "mlp_out",
        lambda layout, site: tap.output_of("model.rotary_emb.nothing"),
        "nothing",
    ),
    "the stream instead of what is added": (
        "gpt2",
        "mlp_pre",
        lambda layout, site: tap.output_of(block(layout, site)),
        "d_mlp",
    ),
    "scores as pattern": (
        "gpt2",
        "pattern",
        lambda layout, site: dataclasses.replace(layout.taps[Site("scores", site.layer)]),
        "sum to one",
    ),
    "the stream before the MLP, written beside the skip": (
        "llama",
        "resid_mid",
        lambda layout, site: tap.input_of(f"{block(layout, site)}.post_attention_layernorm"),
        "skip",
    ),
    "a tensor that is overwritten": (
        "falcon-multi-query",
        "mlp_out",
        lambda layout, site: dataclasses.replace(layout.taps[site], fleeting=False),
        "writes over it",
    ),
    "a write that goes nowhere": (
        "qwen3",
        "v",
        lambda layout, site: dataclasses.replace(layout.taps[site], put=lambda call, new: call.result),
        "does not change the output",
    ),
    "a write that is not the read": (
        "gpt_neox-parallel",
        "z",
        lambda layout, site: dataclasses.replace(layout.taps[site], put=lambda call, new: new.flatten(-2).flip(-1)),
        "writing back",
    ),
    "a read that disturbs": (
        "opt",
        "attn_out",
        lambda layout, site: dataclasses.replace(layout.taps[site], get=lambda call: call.result.mul_(1.5)),
        "reading it changes",
    ),
}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_wrong_adapter_is_named_by_site_and_reason(mistake):
    name, site, wrong, words = MISTAKES[mistake]
    found = examine(broken(name, site, wrong))
    assert words in found[site]


def test_a_site_that_failed_is_refused_at_its_first_use_and_all_others_work(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTAWAY_CACHE", str(tmp_path))
    monkeypatch.setattr(verdicts, "remembered", {})
    name, site, wrong, words = MISTAKES["scores as pattern"]
    model = broken(name, site, wrong)
    with pytest.raises(AbsentSiteError, match=f"failed its verification.*{words}"):
        model.run(TOKENS, read="pattern")
    assert "z.0" in model.run(TOKENS, read="z.0")


def test_a_verdict_is_asked_once_for_models_that_differ_in_size(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTAWAY_CACHE", str(tmp_path))
    monkeypatch.setattr(verdicts, "remembered", {})
    asked = []
    monkeypatch.setattr("cutaway.models.verify.verify.examine", lambda model: asked.append(model.name) or {"q": "odd"})
    one = build("llama")
    assert one.faults == {"q": "odd"}
    larger = type(one.module.config)(
        **(one.module.config.to_dict() | {"num_hidden_layers": 5, "intermediate_size": 80})
    )
    assert verdicts.architecture(type(one.module)(larger)) == verdicts.architecture(one.module)
    monkeypatch.setattr(verdicts, "remembered", {})  # as the next process finds it
    assert build("llama").faults == {"q": "odd"}
    assert asked == ["llama"]
    assert build("qwen3").faults == {"q": "odd"}
    assert asked == ["llama", "qwen3"]


def test_a_switch_of_the_architecture_is_asked_anew():
    assert verdicts.architecture(build("gpt_neox-parallel").module) != verdicts.architecture(
        build("gpt_neox-sequential").module
    )


@pytest.mark.parametrize("damage", ["{", "[]", json.dumps({"q": 1})])
def test_a_damaged_memory_counts_as_none(tmp_path, monkeypatch, damage):
    monkeypatch.setenv("CUTAWAY_CACHE", str(tmp_path))
    monkeypatch.setattr(verdicts, "remembered", {})
    key = verdicts.architecture(build("llama").module)
    verdicts.keep(key, {"q": "odd"})
    (verdicts.folder() / f"{key}.json").write_text(damage)
    monkeypatch.setattr(verdicts, "remembered", {})
    assert verdicts.recall(key) is None


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CUTAWAY_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(verdicts, "remembered", {})
    assert build("llama").faults == {}


def test_nothing_is_verified_until_a_site_is_used(monkeypatch):
    monkeypatch.setattr("cutaway.models.verify.verify.examine", lambda model: pytest.fail("asked too early"))
    monkeypatch.setattr(verdicts, "remembered", {})
    monkeypatch.setenv("CUTAWAY_CACHE", "/nowhere")
    build("llama").run(TOKENS)


def test_the_copy_of_a_large_config_is_small_and_keeps_its_switches():
    import transformers as hf

    config = hf.Gemma2Config()  # the published sizes, without weights
    small = small_config(config)
    assert (small.num_attention_heads, small.num_key_value_heads, small.sliding_window) == (4, 2, 4)
    assert small.attn_logit_softcapping is not None
    assert set(small.layer_types) == set(config.layer_types)
    assert (
        sum(weight.numel() for weight in small_copy(hf.LlamaForCausalLM(small_config(hf.LlamaConfig()))).parameters())
        < 100_000
    )


def test_random_state_is_left_as_it_was():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    examine(build("gpt2"))
    torch.testing.assert_close(torch.rand(1), expected, rtol=0, atol=0)
