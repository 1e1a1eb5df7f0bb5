"""Every family against its own plain module: reading changes nothing, sites are causal, weights mean what they say."""

import pytest
import torch

from cutaway.models import Replace, Site, Zero
from cutaway.models.adapters import families
from tests.conformance.families import BUILDERS, VOCAB, build

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])


@pytest.fixture(params=sorted(BUILDERS))
def model(request):
    return build(request.param)


@torch.no_grad()
def plain(model, implementation):
    chosen = model.module.config._attn_implementation
    model.module.set_attn_implementation(implementation)
    logits = model.module(TOKENS, use_cache=False).logits
    model.module.set_attn_implementation(chosen)
    return logits


def test_every_adapter_has_a_small_model_here():
    assert {build(name).module.config.model_type for name in BUILDERS} == set(families())


def test_reading_every_site_leaves_the_logits_of_eager_attention_bit_for_bit(model):
    read = model.run(TOKENS, read=model.sites).logits
    torch.testing.assert_close(read, plain(model, "eager"), rtol=0, atol=0)


def test_reading_sites_outside_attention_keeps_the_fused_kernel_bit_for_bit(model):
    sites = [site for site in model.sites if site.name not in ("scores", "pattern")]
    torch.testing.assert_close(model.run(TOKENS, read=sites).logits, plain(model, "sdpa"), rtol=0, atol=0)


def test_every_site_has_the_shape_of_its_axes(model):
    shape, (batch, pos) = model.shape, TOKENS.shape
    sizes = {"batch": batch, "pos": pos, "query": pos, "key": pos, "one": 1}
    sizes |= {"head": shape.n_heads, "d_head": shape.d_head, "d_model": shape.d_model}
    sizes |= {"d_mlp": shape.d_mlp, "d_vocab": shape.d_vocab}
    trace = model.run(TOKENS, read=model.sites)
    for site in model.sites:
        expected = tuple(sizes[axis] for axis in site.axes)
        if site.name in ("k", "v"):
            expected = (batch, pos, shape.n_key_value_heads, shape.d_head)
        if site.name == "pos_embed":
            expected = trace[site].shape[:1] + expected[1:]
        assert trace[site].shape == expected, site


def test_pattern_rows_sum_to_one_and_never_look_ahead(model):
    trace = model.run(TOKENS, read=["pattern"])
    for layer in range(model.shape.n_layers):
        pattern = trace[f"pattern.{layer}"]
        torch.testing.assert_close(pattern.sum(-1), torch.ones(pattern.shape[:-1]))
        assert pattern.triu(1).abs().max() == 0


def test_noise_at_any_site_changes_the_logits(model):
    base = model.run(TOKENS, read=model.sites)
    torch.manual_seed(1)
    for site in model.sites:
        noise = torch.randn_like(base[site]) + 1.0
        changed = model.run(TOKENS, edit=[Replace(site, noise)]).logits
        assert (changed - base.logits).abs().max() > 1e-4, site


def test_writing_back_what_was_read_changes_nothing(model):
    base = model.run(TOKENS, read=model.sites)
    for site in model.sites:
        same = model.run(TOKENS, edit=[Replace(site, base[site].clone())]).logits
        torch.testing.assert_close(same, base.logits, rtol=1e-4, atol=1e-4, msg=str(site))


def test_stream_adds_up(model):
    """resid_post is resid_pre plus what attention and MLP add; results of heads add up to attn_out without its bias."""
    read = ["resid_pre", "attn_out", "resid_post", "result", "z"]
    with_mlp = model.shape.d_mlp > 0
    trace = model.run(TOKENS, read=[*read, "mlp_out"] if with_mlp else read)
    for layer in range(model.shape.n_layers):
        total = trace[f"resid_pre.{layer}"] + trace[f"attn_out.{layer}"]
        if with_mlp:
            total = total + trace[f"mlp_out.{layer}"]
        torch.testing.assert_close(trace[f"resid_post.{layer}"], total, rtol=1e-4, atol=1e-4)
        by_hand = torch.einsum("bphd,hdm->bpm", trace[f"z.{layer}"], model.weight("W_O", layer))
        torch.testing.assert_close(trace[f"result.{layer}"].sum(2), by_hand, rtol=1e-4, atol=1e-4)


def test_projection_weights_give_the_values_they_are_named_after(model):
    """v is the normed stream times W_V; checked through z of a head whose pattern is forced onto one key."""
    layer, key = 1, 3
    pattern = torch.zeros(2, model.shape.n_heads, 8, 8)
    pattern[..., key] = 1.0
    trace = model.run(TOKENS, edit=[Replace(f"pattern.{layer}", pattern)], read=["z", "v"])
    values = trace[f"v.{layer}"].repeat_interleave(model.shape.n_heads // model.shape.n_key_value_heads, dim=2)
    torch.testing.assert_close(trace[f"z.{layer}"], values[:, key : key + 1].expand_as(trace[f"z.{layer}"]))


def test_weights_have_the_shapes_of_the_field(model):
    s = model.shape
    assert model.W_Q.shape == model.W_K.shape == model.W_V.shape == (s.n_layers, s.n_heads, s.d_model, s.d_head)
    assert model.W_O.shape == (s.n_layers, s.n_heads, s.d_head, s.d_model)
    assert model.W_E.shape == (s.d_vocab, s.d_model)
    assert model.W_U.shape == (s.d_model, s.d_vocab) == (s.d_model, VOCAB)


def test_zeroing_a_head_removes_exactly_its_result(model):
    base = model.run(TOKENS, read=["attn_out.1", "result.1"])
    cut = model.run(TOKENS, edit=[Zero("z.1", head=2)], read=["attn_out.1"])
    torch.testing.assert_close(base["attn_out.1"] - cut["attn_out.1"], base["result.1"][:, :, 2], rtol=1e-4, atol=1e-5)


def test_absent_sites_have_a_reason_and_all_others_are_there(model):
    from cutaway.models import VOCABULARY

    there = {site.name for site in model.sites}
    assert there | set(model.layout.absent) == set(VOCABULARY)
    assert not there & set(model.layout.absent)


def test_stopping_early_reads_the_same_and_runs_no_further(model):
    reached = []
    unembed = model.module.get_output_embeddings()
    handle = unembed.register_forward_hook(lambda *_: reached.append(True))
    early = model.run(TOKENS, read=["pattern.0", "v.0"], logits=False)
    handle.remove()
    full = model.run(TOKENS, read=["pattern.0", "v.0"])
    assert not reached
    torch.testing.assert_close(early["pattern.0"], full["pattern.0"], rtol=0, atol=0)
    torch.testing.assert_close(early["v.0"], full["v.0"], rtol=0, atol=0)


def test_editing_the_middle_of_the_stream_also_edits_the_skip(model):
    """With the MLP silenced, resid_post is exactly resid_mid: an edit of it must come out unchanged."""
    if Site("resid_mid", 0) not in model.taps:
        assert model.layout.absent["resid_mid"]
        return
    new = torch.randn(2, 8, model.shape.d_model)
    trace = model.run(TOKENS, edit=[Replace("resid_mid.0", new), Zero("mlp_out.0")], read=["resid_post.0"])
    torch.testing.assert_close(trace["resid_post.0"], new)


def captured(model, path):
    """What enters a module in a plain run, seen by a hook of its own."""
    seen = []
    part = model.module.get_submodule(path)
    handle = part.register_forward_pre_hook(
        lambda _, args, kwargs: seen.append(args[0] if args else next(iter(kwargs.values()))), with_kwargs=True
    )
    model.run(TOKENS)
    handle.remove()
    return seen[0]


def test_q_k_and_v_are_the_normed_stream_times_the_weights_of_their_names(model):
    """All biases are zero in a fresh model; shared keys and values are repeated for the heads that share them."""
    layer = 1
    stream = captured(model, model.taps[Site("pattern", layer)].path)
    trace = model.run(TOKENS, read=["q", "k", "v"])
    shortformer = getattr(model.module.config, "positions", "") == "shortformer"
    placed = stream + model.module.pos_embed.weight[:8] if shortformer else stream
    for site, name, entering in (("q", "W_Q", placed), ("k", "W_K", placed), ("v", "W_V", stream)):
        found = trace[f"{site}.{layer}"]
        found = found.repeat_interleave(model.shape.n_heads // found.shape[2], dim=2)
        by_hand = torch.einsum("bpm,hmd->bphd", entering, model.weight(name, layer).detach())
        torch.testing.assert_close(found, by_hand, rtol=1e-4, atol=1e-5, msg=site)


def test_silencing_one_query_flattens_its_row_and_no_other(model):
    base = model.run(TOKENS, read=["pattern.1"])["pattern.1"]
    edited = model.run(TOKENS, edit=[Zero("q.1", position=5)], read=["pattern.1"])["pattern.1"]
    seen = (base[:, :, 5] > 0).float()
    torch.testing.assert_close(edited[:, :, 5], seen / seen.sum(-1, keepdim=True))
    others = [0, 1, 2, 3, 4, 6, 7]
    torch.testing.assert_close(edited[:, :, others], base[:, :, others])


def test_silencing_one_key_changes_every_row_that_sees_it_and_no_earlier_one(model):
    base = model.run(TOKENS, read=["pattern.1"])["pattern.1"]
    edited = model.run(TOKENS, edit=[Zero("k.1", position=5)], read=["pattern.1"])["pattern.1"]
    torch.testing.assert_close(edited[:, :, :5], base[:, :, :5])
    assert ((edited[:, :, 5:] - base[:, :, 5:]).abs().amax(-1) > 1e-6).all()


def test_neurons_are_what_the_weights_of_the_mlp_say(model):
    """mlp_pre is the MLP's input times W_in (or W_gate where there is one); mlp_post times W_out is mlp_out."""
    if not model.shape.d_mlp:
        assert "mlp_pre" in model.layout.absent
        return
    layer = 1
    entering = captured(model, model.taps[Site("mlp_out", layer)].path)
    trace = model.run(TOKENS, read=["mlp_pre", "mlp_post", "mlp_out"])
    first = "W_gate" if "W_gate" in model.layout.weights else "W_in"
    torch.testing.assert_close(
        trace[f"mlp_pre.{layer}"], entering @ model.weight(first, layer).detach(), rtol=1e-4, atol=1e-5
    )
    torch.testing.assert_close(
        trace[f"mlp_post.{layer}"] @ model.weight("W_out", layer).detach(),
        trace[f"mlp_out.{layer}"],
        rtol=1e-4,
        atol=1e-5,
    )


def test_embedding_and_unembedding_are_what_they_are_called(model):
    trace = model.run(TOKENS, read=["embed", "logits"])
    torch.testing.assert_close(trace["embed"], model.W_E[TOKENS].detach())
    final = captured(model, model.taps[Site("logits")].path)
    torch.testing.assert_close(trace["logits"], final @ model.W_U.detach(), rtol=1e-4, atol=1e-5)


def test_norm_scales_are_the_divisors_of_the_norms(model):
    """LayerNorm divides by sqrt(variance + eps), RMSNorm by sqrt(mean square + eps); fresh norms have weight one."""
    if "ln_final_scale" in model.layout.absent:
        return
    trace = model.run(TOKENS, read=["ln_final_scale", "resid_post"])
    stream = trace[f"resid_post.{model.shape.n_layers - 1}"]
    centred = stream - stream.mean(-1, keepdim=True) if "rms" not in type_of_norm(model) else stream
    normed = captured(model, model.taps[Site("logits")].path)
    torch.testing.assert_close(centred / trace["ln_final_scale"], normed, rtol=1e-4, atol=1e-5)


def type_of_norm(model):
    return type(model.module.get_submodule(model.taps[Site("ln_final_scale")].path)).__name__.lower()
