"""Every family against its own plain module: reading changes nothing, sites are causal, weights mean what they say."""

import pytest
import torch

from cutaway.models import VOCABULARY, Replace, Site, Zero
from cutaway.models.adapters import families
from tests.conformance import encoders
from tests.conformance.families import BUILDERS, build

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])


@pytest.fixture(scope="module", params=sorted(BUILDERS))
def model(request):
    """Made once for all tests, none of which may change it."""
    return build(request.param)


IN_ATTENTION = {"scores", "pattern", "q_rot", "k_rot"}


@torch.no_grad()
def plain(model):
    """The logits of the module alone, as it was loaded."""
    return model.module(TOKENS, use_cache=False).logits


def eager(model):
    """The same model made anew with eager attention, for the families that let it be chosen."""
    if model.layout.softmax == "interface":
        model = build(model.name)
        model.module.set_attn_implementation("eager")
    return model


def test_every_adapter_has_a_small_model_here():
    built = [build(name) for name in BUILDERS] + [encoders.build(name) for name in encoders.BUILDERS]
    assert {model.module.config.model_type for model in built} == set(families())


def test_reading_every_site_leaves_the_logits_of_eager_attention_bit_for_bit(model):
    model = eager(model)
    expected = plain(model)
    exact = model.module.config.model_type != "falcon"  # has only torch's fused kernel to compare with
    tolerance = {"rtol": 0, "atol": 0} if exact else {"rtol": 1e-5, "atol": 1e-5}
    torch.testing.assert_close(model.run(TOKENS, read=model.sites).logits, expected, **tolerance)


def test_reading_inside_attention_agrees_with_the_kernel_the_model_was_loaded_with(model):
    """Within 1e-5 of the size of the logits."""
    expected = plain(model)
    found = model.run(TOKENS, read=["pattern"]).logits
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_reading_sites_outside_attention_keeps_the_kernel_bit_for_bit(model):
    sites = [site for site in model.sites if site.name not in IN_ATTENTION]
    torch.testing.assert_close(model.run(TOKENS, read=sites).logits, plain(model), rtol=0, atol=0)


def sizes_of(model, site):
    shape, (batch, pos) = model.shape, TOKENS.shape
    sizes = {"batch": batch, "pos": pos, "query": pos, "key": pos, "one": 1}
    sizes |= {"head": shape.n_heads, "d_head": shape.d_head, "d_model": shape.d_model}
    sizes |= {"d_mlp": shape.d_mlp, "d_vocab": shape.d_vocab}
    config = model.module.config
    if site.name in ("k", "v", "k_rot"):
        sizes["head"] = shape.n_key_value_heads
    if site.name == "k_rot" and (
        config.model_type == "deepseek_v3" or getattr(config, "new_decoder_architecture", False)
    ):
        sizes["head"] = shape.n_heads  # these copy their keys for every head before the product
    if site.name in ("q", "q_rot", "k_rot") and config.model_type == "deepseek_v3":
        sizes["d_head"] = config.qk_nope_head_dim + config.qk_rope_head_dim
    if site.name in ("scores", "pattern") and config.model_type == "gpt_oss":
        sizes["key"] = pos + 1  # the sink
    return tuple(sizes[axis] for axis in site.axes)


def test_every_site_has_the_shape_of_its_axes(model):
    trace = model.run(TOKENS, read=model.sites)
    for site in model.sites:
        expected = sizes_of(model, site)
        if site.name == "pos_embed":
            expected = trace[site].shape[:1] + expected[1:]
        assert trace[site].shape == expected, site


def test_pattern_rows_sum_to_one_and_never_look_ahead(model):
    trace = model.run(TOKENS, read=["pattern"])
    for layer in range(model.shape.n_layers):
        pattern = trace[f"pattern.{layer}"]
        torch.testing.assert_close(pattern.sum(-1), torch.ones(pattern.shape[:-1]))
        assert pattern[..., :8].triu(1).abs().max() == 0


LOCAL = {
    "gpt_neo-local": {1: 4, 2: 4},
    "mistral-sliding": {0: 4, 1: 4, 2: 4},
    "mixtral": {0: 4, 1: 4, 2: 4},
    "gemma2": {0: 4, 2: 4},
    "gemma3": {0: 4, 2: 4},
    "gpt_oss": {0: 4, 2: 4},
}


def test_sliding_windows_are_on_where_a_family_has_them(model):
    trace = model.run(TOKENS, read=["pattern"])
    local = {}
    for layer in range(model.shape.n_layers):
        reach = trace[f"pattern.{layer}"][..., :8].abs().amax((0, 1)).nonzero()
        longest = int((reach[:, 0] - reach[:, 1]).max()) + 1
        if longest < 8:
            local[layer] = longest
    assert local == LOCAL.get(model.name, {})


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
    """resid_post is resid_pre plus what attention and MLP add; results of heads add up to z times W_O."""
    read = ["resid_pre", "attn_out", "resid_post", "result", "z"]
    with_mlp = Site("mlp_out", 0) in model.taps
    trace = model.run(TOKENS, read=[*read, "mlp_out"] if with_mlp else read)
    for layer in range(model.shape.n_layers):
        total = trace[f"resid_pre.{layer}"] + trace[f"attn_out.{layer}"]
        if with_mlp:
            total = total + trace[f"mlp_out.{layer}"]
        if model.name != "opt-norm-after":  # there the norms come between
            torch.testing.assert_close(trace[f"resid_post.{layer}"], total, rtol=1e-4, atol=1e-4)
        by_hand = torch.einsum("bphd,hdm->bpm", trace[f"z.{layer}"], model.weight("W_O", layer))
        torch.testing.assert_close(trace[f"result.{layer}"].sum(2), by_hand, rtol=1e-4, atol=1e-4)


def test_projection_weights_give_the_values_they_are_named_after(model):
    """v is the normed stream times W_V; checked through z of a head whose pattern is forced onto one key."""
    layer, key = 1, 3
    columns = sizes_of(model, Site("pattern", layer))[-1]
    pattern = torch.zeros(2, model.shape.n_heads, 8, columns)
    pattern[..., key] = 1.0
    trace = model.run(TOKENS, edit=[Replace(f"pattern.{layer}", pattern)], read=["z", "v"])
    values = trace[f"v.{layer}"].repeat_interleave(model.shape.n_heads // model.shape.n_key_value_heads, dim=2)
    torch.testing.assert_close(trace[f"z.{layer}"], values[:, key : key + 1].expand_as(trace[f"z.{layer}"]))


def test_weights_have_the_shapes_of_the_field(model):
    s = model.shape
    expected = {"W_O": (s.n_heads, s.d_head, s.d_model), "W_E": (s.d_vocab, s.d_model), "W_U": (s.d_model, s.d_vocab)}
    expected |= dict.fromkeys(("W_Q", "W_K", "W_V"), (s.n_heads, s.d_model, s.d_head))
    expected |= {"W_in": (s.d_model, s.d_mlp), "W_gate": (s.d_model, s.d_mlp), "W_out": (s.d_mlp, s.d_model)}
    config = model.module.config
    for site, made in model.layout.weights.items():
        if site.name not in expected:
            continue
        shape = expected[site.name]
        if model.layout.absent.get(f"mlp_pre.{site.layer}", model.layout.absent.get("mlp_pre", "")).startswith(
            "its experts"
        ):
            if site.name in ("W_in", "W_gate"):
                shape = (4, s.d_model, made().shape[-1])
            elif site.name == "W_out":
                shape = (4, made().shape[-2], s.d_model)
        if config.model_type == "deepseek_v3" and site.name == "W_Q":
            shape = (s.n_heads, s.d_model, config.qk_nope_head_dim + config.qk_rope_head_dim)
        assert made().shape == shape, site


def test_every_weight_is_there_or_absent_for_a_reason(model):
    names = ("W_Q", "W_K", "W_V", "W_O", "W_in", "W_gate", "W_out")
    for layer in range(model.shape.n_layers):
        for name in names:
            there = Site(name, layer) in model.layout.weights
            assert there != bool(model.layout.absent.get(f"{name}.{layer}") or model.layout.absent.get(name)), name


def test_weights_are_views_unless_heads_share_them(model):
    """Writing through a view is seen by the module."""
    shared = model.shape.n_key_value_heads < model.shape.n_heads
    owned = {weight.untyped_storage().data_ptr() for weight in model.module.parameters()}
    for site, made in model.layout.weights.items():
        copied = shared and site.name in ("W_K", "W_V", "b_K", "b_V")
        if "grouped" in model.name:
            copied = copied or site.name in ("W_Q", "b_Q")
        assert (made().untyped_storage().data_ptr() in owned) != copied, site


def test_zeroing_a_head_removes_exactly_its_result(model):
    """Seen at the output projection: some families norm what leaves it."""
    base = model.run(TOKENS, read=["result.1"])["result.1"]
    path = model.taps[Site("result", 1)].path
    with_head = model.run(TOKENS, read=[f"module:{path}"])[f"module:{path}"]
    without = model.run(TOKENS, edit=[Zero("z.1", head=2)], read=[f"module:{path}"])[f"module:{path}"]
    torch.testing.assert_close(with_head - without, base[:, :, 2], rtol=1e-4, atol=1e-5)


def test_absent_sites_have_a_reason_and_all_others_are_there(model):
    for name, kind in VOCABULARY.items():
        for layer in range(model.shape.n_layers) if kind.per_layer else [None]:
            there = Site(name, layer) in model.taps
            assert there != bool(model.layout.absent.get(name) or model.layout.absent.get(f"{name}.{layer}")), name


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
    expected = (
        model.module.get_submodule("model.decoder.layers.0.final_layer_norm")(new)
        if model.name == "opt-norm-after"
        else new
    )
    torch.testing.assert_close(trace["resid_post.0"], expected)


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
    """Plus their biases; shared keys and values are repeated for the heads that share them; norms of q and k undone."""
    layer = 1
    stream = captured(model, model.taps[Site("pattern", layer)].path)
    shortformer = getattr(model.module.config, "positions", "") == "shortformer"
    placed = stream + model.module.pos_embed.weight[:8] if shortformer else stream
    for name, letter, entering in (("q", "Q", placed), ("k", "K", placed), ("v", "V", stream)):
        if Site(f"W_{letter}", layer) not in model.layout.weights:
            continue
        found = model.run(TOKENS, read=[f"{name}.{layer}"])[f"{name}.{layer}"]
        found = found.repeat_interleave(model.shape.n_heads // found.shape[2], dim=2)
        by_hand = torch.einsum("bpm,hmd->bphd", entering, model.weight(f"W_{letter}", layer).detach())
        if Site(f"b_{letter}", layer) in model.layout.weights:
            by_hand = by_hand + model.weight(f"b_{letter}", layer).detach()
        if name != "v" and has_norm(model, name):
            assert (found - by_hand).abs().max() > 1e-2  # the site is after the norm; what comes before is tested below
            continue
        torch.testing.assert_close(found, by_hand, rtol=1e-4, atol=1e-5, msg=name)


def has_norm(model, name):
    at = model.taps[Site("pattern", 1)].path
    return any(
        part in dict(model.module.get_submodule(at).named_children()) for part in (f"{name}_norm", f"{name}_layernorm")
    )


def test_unrotated_and_rotated_queries_differ_by_a_rotation(model):
    """Same length at every position; the same vector at the first, where the angle is zero."""
    if Site("q_rot", 0) not in model.taps:
        assert "not rotations" in model.layout.absent["q_rot"] or "biases" in model.layout.absent["q_rot"]
        return
    trace = model.run(TOKENS, read=["q.1", "q_rot.1"])
    torch.testing.assert_close(trace["q.1"].norm(dim=-1), trace["q_rot.1"].norm(dim=-1), rtol=1e-4, atol=1e-5)
    if model.module.config.model_type != "deepseek_v3":  # which also reorders the rotated features
        torch.testing.assert_close(trace["q.1"][:, 0], trace["q_rot.1"][:, 0], rtol=1e-4, atol=1e-5)
    assert (trace["q.1"][:, 5] - trace["q_rot.1"][:, 5]).abs().max() > 1e-3


def test_scores_are_the_products_of_rotated_queries_and_keys_up_to_scale(model):
    """For each query, scores over its visible keys are an affine function of the products (but for caps and biases)."""
    if Site("q_rot", 0) not in model.taps or model.name in ("gemma2",):
        return
    trace = model.run(TOKENS, read=["q_rot.1", "k_rot.1", "scores.1"])
    keys = trace["k_rot.1"].repeat_interleave(model.shape.n_heads // trace["k_rot.1"].shape[2], dim=2)
    products = torch.einsum("bqhd,bkhd->bhqk", trace["q_rot.1"], keys)[0, 0, 7, 5:8]
    scores = trace["scores.1"][0, 0, 7, 5:8]
    slope = (scores[1] - scores[0]) / (products[1] - products[0])
    torch.testing.assert_close(scores[2] - scores[0], slope * (products[2] - products[0]), rtol=1e-3, atol=1e-4)


BESIDE_THE_PRODUCT = ("bloom", "falcon-alibi-sequential", "gpt_oss")  # position biases and a sink shape a row too


def test_silencing_one_query_flattens_its_row_and_no_other(model):
    base = model.run(TOKENS, read=["pattern.1"])["pattern.1"]
    edited = model.run(TOKENS, edit=[Zero("q.1", position=5)], read=["pattern.1"])["pattern.1"]
    others = [0, 1, 2, 3, 4, 6, 7]
    torch.testing.assert_close(edited[:, :, others], base[:, :, others])
    assert (edited[:, :, 5] - base[:, :, 5]).abs().max() > 1e-3
    if model.name not in BESIDE_THE_PRODUCT:
        seen = (base[:, :, 5] > 0).float()
        torch.testing.assert_close(edited[:, :, 5], seen / seen.sum(-1, keepdim=True))


def test_silencing_one_key_changes_rows_that_see_it_and_no_earlier_one(model):
    site = "k.1" if Site("k", 1) in model.taps else "k_rot.1"
    base = model.run(TOKENS, read=["pattern.1"])["pattern.1"]
    edited = model.run(TOKENS, edit=[Zero(site, position=5)], read=["pattern.1"])["pattern.1"]
    torch.testing.assert_close(edited[:, :, :5], base[:, :, :5])
    assert ((edited[:, :, 5:] - base[:, :, 5:]).abs().amax((0, 1, 3)) > 1e-4).all()


def test_neurons_are_what_the_weights_of_the_mlp_say(model):
    """mlp_pre is the MLP's input times W_in (or W_gate where there is one); mlp_post times W_out is what leaves it."""
    layer = 1
    if Site("mlp_pre", layer) not in model.taps:
        assert model.layout.absent.get("mlp_pre") or model.layout.absent[f"mlp_pre.{layer}"]
        return
    first = "gate" if Site("W_gate", layer) in model.layout.weights else "in"
    entering = captured(model, model.taps[Site("mlp_pre", layer)].path).reshape(2, 8, -1)
    out = model.taps[Site("mlp_post", layer)].path
    leaving = out if out.split(".")[-1] != "act" else out.replace(".act", ".down")
    trace = model.run(TOKENS, read=["mlp_pre", "mlp_post", f"module:{leaving}"])
    torch.testing.assert_close(trace[f"mlp_pre.{layer}"], linear(model, entering, first, layer), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(
        linear(model, trace[f"mlp_post.{layer}"], "out", layer),
        trace[f"module:{leaving}"].reshape(2, 8, -1),
        rtol=1e-4,
        atol=1e-5,
    )


def linear(model, value, name, layer):
    bias = model.layout.weights.get(Site(f"b_{name}", layer))
    return (value @ model.weight(f"W_{name}", layer) + (bias() if bias else 0.0)).detach()


def test_experts_weigh_what_the_module_adds(model):
    """Every expert by hand, its share from the router, against what leaves the module."""
    layer = 1
    if Site("W_in", layer) not in model.layout.weights or model.weight("W_in", layer).ndim < 3:
        return
    if model.module.config.model_type != "mixtral":
        return
    mlp = model.module.model.layers[layer].mlp
    x = captured(model, f"model.layers.{layer}.mlp").reshape(16, -1)
    _, shares, chosen = mlp.gate(x)
    total = torch.zeros_like(x)
    for expert in range(4):
        share = (shares * (chosen == expert)).sum(-1, keepdim=True)
        gate, up = (x @ model.weight(f"W_{name}", layer)[expert] for name in ("gate", "in"))
        total += share * ((torch.nn.functional.silu(gate) * up) @ model.weight("W_out", layer)[expert])
    trace = model.run(TOKENS, read=[f"mlp_out.{layer}"])
    torch.testing.assert_close(trace[f"mlp_out.{layer}"].reshape(16, -1), total.detach(), rtol=1e-4, atol=1e-5)


def test_embedding_and_unembedding_are_what_they_are_called(model):
    trace = model.run(TOKENS, read=["embed", "logits"])
    scale = model.shape.d_model**0.5 if model.module.config.model_type.startswith("gemma") else 1.0
    torch.testing.assert_close(trace["embed"], model.W_E[TOKENS].detach() * scale)
    final = captured(model, model.taps[Site("logits")].path)
    by_hand = final @ model.W_U.detach()
    if Site("b_U") in model.layout.weights:
        by_hand = by_hand + model.weight("b_U").detach()
    torch.testing.assert_close(trace["logits"], by_hand, rtol=1e-4, atol=1e-4)


def test_norm_scales_are_the_divisors_of_the_norms(model):
    """Undo a norm's weight and bias: what is left times the divisor is the stream that entered it."""
    for name in ("ln1_scale.1", "ln2_scale.1", "ln_final_scale"):
        site = next((site for site in model.taps if str(site) == name), None)
        if site is None:
            continue
        norm = model.module.get_submodule(model.taps[site].path)
        entered = captured(model, model.taps[site].path).reshape(2, 8, -1)
        trace = model.run(TOKENS, read=[name, f"module:{model.taps[site].path}"])
        left = trace[f"module:{model.taps[site].path}"].reshape(2, 8, -1)
        bias = getattr(norm, "bias", None)
        plus = 1.0 if type(norm).__name__.startswith("Gemma") else 0.0
        bare = (left - (0.0 if bias is None else bias)) / (norm.weight + plus)
        centred = entered - entered.mean(-1, keepdim=True) if isinstance(norm, torch.nn.LayerNorm) else entered
        torch.testing.assert_close((bare * trace[name]).detach(), centred, rtol=1e-3, atol=1e-4)
