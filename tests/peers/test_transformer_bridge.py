"""A TransformerBridge inside Cutaway: its own numbers, read and edited by site.

What Cutaway reads of a bridge is compared with what the bridge's own cache and hooks give, bit for bit, and with
Cutaway on the same model without a bridge, within the tolerance of sums in another order.
"""

import copy

import pytest
import torch
import transformers as hf

import cutaway
from cutaway.errors.models import AbsentSiteError, BridgeError
from cutaway.errors.transforms import TransformRefusedError
from cutaway.models import Site
from tests.conformance.families import SIZES, SMALL, build
from tests.peers.bridges import TOKENS, bridge_around, bridge_of, cached, hooked, named_hooks

SAME = {"rtol": 0, "atol": 0}
FAMILIES = (
    "gpt2",
    "gpt_neox-parallel",
    "gpt_neox-sequential",
    "opt",
    "bloom",
    "llama",
    "mixtral",
    "qwen3",
    "gemma2",
    "olmo2",
)
SCALES = ("ln1_scale", "ln2_scale", "ln_final_scale")  # worked out from the norm's input, by Cutaway's own formula
OURS = ("result", "resid_mid", *SCALES)  # not simply one hook of theirs
ABSENT = {
    "gpt_neox-parallel": {"q_rot": "never calls it", "k_rot": "never calls it"},
    "gpt_neox-sequential": {"q_rot": "never calls it", "k_rot": "never calls it"},
    "opt": {
        "scores": "an edit would be lost",
        "pattern": "an edit would be lost",
        "ln2_scale": r"\[10, 1\]",
        "resid_mid": r"\[10, 32\]",
    },
}


@pytest.fixture(params=FAMILIES)
def name(request):
    return request.param


def score(logits):
    return logits[:, -1, 7] - logits[:, -1, 20]


def close(found, expected, **named):
    """1e-5 of the largest; what a mask hides may be as low as each likes."""
    seen = expected > -1e30
    size = float(expected[seen].abs().max())
    torch.testing.assert_close(found[seen], expected[seen], rtol=0, atol=1e-5 * size, **named)


def hook_of(site):
    """Their name for it, but for the embedding: of BLOOM, `hook_embed` is what the norm after it gives."""
    if site.name == "embed":
        return "embed.hook_out"
    return next(hook for hook, meant in named_hooks().items() if meant == str(site))


def test_reading_every_site_leaves_the_bridges_logits_bit_for_bit(name):
    bridge = bridge_of(name)
    plain = cached(bridge)[0]
    model = cutaway.load(bridge)
    torch.testing.assert_close(model.run(TOKENS).logits, plain, **SAME)
    torch.testing.assert_close(model.run(TOKENS, read=model.sites).logits, plain, **SAME)
    torch.testing.assert_close(cached(bridge)[0], plain, **SAME)


def test_every_site_but_the_absent_is_there_with_the_shape_that_the_family_has(name):
    model, family = cutaway.load(bridge_of(name)), build(name)
    kinds = {site.name for site in family.sites} - set(ABSENT.get(name, {}))
    assert {site.name for site in model.sites} == kinds
    assert model.shape == family.shape
    read, expected = model.run(TOKENS, read=model.sites), family.run(TOKENS, read=family.sites)
    for site in model.sites:
        assert read[site].shape == expected[site].shape, site


def test_absent_sites_say_why(name):
    model = cutaway.load(bridge_of(name))
    for site, reason in ABSENT.get(name, {}).items():
        with pytest.raises(AbsentSiteError, match=reason):
            model.run(TOKENS, read=f"{site}.1")


def test_reads_are_the_bridges_own_cache_bit_for_bit(name):
    bridge = bridge_of(name)
    cache, model = cached(bridge)[1], cutaway.load(bridge)
    trace = model.run(TOKENS, read=model.sites)
    for site in model.sites:
        if site.name in SCALES and hook_of(site) in cache:
            close(cache[hook_of(site)], trace[site])
        elif site.name in ("q", "k") and name in ("qwen3", "olmo2"):
            theirs = cache[f"blocks.{site.layer}.attn.hook_{site.name}_normed"]
            theirs = theirs.transpose(1, 2) if theirs.ndim == 4 else theirs.view(trace[site].shape)
            torch.testing.assert_close(trace[site], theirs, **SAME)
        elif site.name not in (*SCALES, "result"):
            torch.testing.assert_close(trace[site], cache[hook_of(site)][: len(trace[site])], **SAME, msg=str(site))


def test_edits_are_the_bridges_own_hooks_bit_for_bit(name):
    bridge = bridge_of(name)
    model = cutaway.load(bridge)
    trace = model.run(TOKENS, read=model.sites)
    for site in model.sites:
        if site.name in (*OURS, "logits") or (site.name in ("q", "k") and name in ("qwen3", "olmo2")):
            continue
        noise = torch.randn(trace[site].shape, generator=torch.Generator().manual_seed(1))
        theirs = hooked(bridge, hook_of(site), lambda value, noise=noise: value + noise)
        torch.testing.assert_close(model.run(TOKENS, edit=cutaway.Add(site, noise)).logits, theirs, **SAME)


def test_edits_and_gradients_are_those_of_the_model_without_a_bridge(name):
    model, family = cutaway.load(bridge_of(name)), build(name)
    sites = [site for site in model.sites if site.name != "logits"]
    slopes, expected = (each.run(TOKENS, read=sites, gradient_of=score) for each in (model, family))
    for site in sites:
        close(slopes[site], expected[site], msg=f"{site}: the value")
        if site.name != "scores":
            close(slopes.grad[site], expected.grad[site], msg=f"{site}: the slope")
        new = expected[site].flip(0, 1) if site.name not in ("scores", "pattern") else expected[site].flip(0)
        edited, wanted = (each.run(TOKENS, edit=cutaway.Replace(site, new)).logits for each in (model, family))
        torch.testing.assert_close(edited, wanted, rtol=0, atol=2e-5 * float(wanted.abs().max()), msg=f"{site}: edited")


def test_weights_are_those_of_the_model_without_a_bridge(name):
    model, family = cutaway.load(bridge_of(name)), build(name)
    assert {"W_Q", "W_K", "W_V", "W_O", "W_E", "W_U"} <= set(model.weight_names)
    assert not model.weight("b_U").any()  # a bridge gives every unembedding a bias, of zeros
    for weight in set(model.layout.weights) - {Site("b_U")}:
        found, expected = (each.weight(weight.name, weight.layer) for each in (model, family))
        torch.testing.assert_close(found, expected, **SAME, msg=str(weight))


def test_what_is_written_into_the_middle_of_the_stream_also_goes_round_the_mlp():
    model = cutaway.load(bridge_of("llama"))
    trace = model.run(TOKENS, read=["mlp_out.1", "resid_post.1"], edit=cutaway.Zero("resid_mid.1"))
    torch.testing.assert_close(trace["resid_post.1"], trace["mlp_out.1"], **SAME)


def test_a_middle_that_is_only_a_copy_for_the_mlp_is_no_site():
    bridge = bridge_of("gpt2")
    bridge.blocks[1].ln2.register_forward_pre_hook(lambda norm, given: (given[0].clone(),))
    model = cutaway.load(bridge)
    with pytest.raises(AbsentSiteError, match="does not also go round the MLP"):
        model.run(TOKENS, read="resid_mid.1")
    assert {Site("resid_mid", 0), Site("resid_mid", 2)} <= set(model.sites)


def test_results_of_heads_add_up_to_what_attention_adds_and_an_edit_of_z_is_seen_in_them():
    model = cutaway.load(bridge_of("gpt2"))
    trace = model.run(TOKENS, read=["result.1", "attn_out.1"], edit=cutaway.Zero("z.1", head=1))
    assert trace["result.1"][:, :, 1].abs().max() == 0
    close(trace["result.1"].sum(2) + model.weight("b_O", 1), trace["attn_out.1"])


def test_results_that_the_bridge_works_out_itself_are_its_own():
    bridge = bridge_of("llama")
    bridge.set_use_attn_result(True)
    cache, model = cached(bridge)[1], cutaway.load(bridge)
    found = model.run(TOKENS, read="result.1")["result.1"]
    torch.testing.assert_close(found, cache["blocks.1.attn.hook_result"], **SAME)


@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_folded_and_centred_weights_are_read_as_the_bridge_computes_with_them(name):
    bridge = bridge_of(name)
    raw = cached(bridge)[0]
    bridge.enable_compatibility_mode(disable_warnings=True)
    (logits, cache), model = cached(bridge), cutaway.load(bridge)
    trace = model.run(TOKENS, read=model.sites)
    torch.testing.assert_close(trace.logits, logits, **SAME)
    close((raw - raw.mean(-1, keepdim=True)), (logits - logits.mean(-1, keepdim=True)))
    for site in model.sites:
        if site.name not in OURS:
            torch.testing.assert_close(trace[site], cache[hook_of(site)][: len(trace[site])], **SAME, msg=str(site))
    torch.testing.assert_close(model.W_Q, bridge.W_Q, **SAME)
    torch.testing.assert_close(model.W_out, bridge.W_out, **SAME)
    assert not torch.equal(model.W_Q, build(name).W_Q)


def test_a_hook_that_stays_on_the_bridge_counts_for_cutaway_too():
    bridge = bridge_of("gpt2")
    model = cutaway.load(bridge)
    before = model.run(TOKENS, read="z.1")["z.1"]
    bridge.add_hook("blocks.1.attn.hook_z", lambda value, hook: value * 2)
    torch.testing.assert_close(model.run(TOKENS, read="z.1")["z.1"], before * 2, **SAME)


def test_no_hook_is_left_behind():
    bridge = bridge_of("gpt2")

    def count():
        parts = bridge.original_model.modules()
        return sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in parts)

    cached(bridge)
    before = count()
    model = cutaway.load(bridge)
    model.run(TOKENS, read=model.sites, edit=cutaway.Zero("z.1"))
    assert count() == before


def test_padding_and_writing_are_those_of_the_model_without_a_bridge():
    model, family = cutaway.load(bridge_of("gpt2")), build("gpt2")
    mask = torch.ones_like(TOKENS)
    mask[0, :3] = 0
    found, expected = (each.run(TOKENS, mask=mask).logits[mask.bool()] for each in (model, family))
    close(found, expected)
    asked = {"max_new_tokens": 5, "read": "z", "edit": cutaway.Zero("z.1", head=0)}
    written, wanted = (each.generate(TOKENS, **asked) for each in (model, family))
    assert torch.equal(written.tokens, wanted.tokens)
    close(written["z.2"], wanted["z.2"])


def test_the_model_inside_a_bridge_is_refused_and_the_bridge_named():
    bridge = bridge_of("gpt2")
    with pytest.raises(BridgeError, match=r"cutaway\.load\(bridge\)"):
        cutaway.load(bridge.original_model)


def test_a_bridge_around_an_encoder_is_refused():
    module = hf.BertForMaskedLM(hf.BertConfig(**SMALL | {"pad_token_id": 0}, **SIZES)).eval()
    with pytest.raises(BridgeError, match="only bridges of decoders"):
        cutaway.load(bridge_around(copy.deepcopy(module)))


def test_folding_is_left_to_the_bridge():
    with pytest.raises(TransformRefusedError, match="enable_compatibility_mode"):
        cutaway.fold_layer_norm(cutaway.load(bridge_of("gpt2")))


def test_a_site_is_spelled_in_either_tongue():
    model = cutaway.load(bridge_of("llama"))
    assert model.resolve("blocks.2.attn.hook_pattern") == [Site("pattern", 2)]
