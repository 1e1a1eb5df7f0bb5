"""Encoders, two stacks, images and convolutions against their own plain modules; values are in the file beside."""

import pytest
import torch

import cutaway
from cutaway.errors.models import AbsentSiteError
from cutaway.models import VOCABULARY, Replace, Site, Zero
from cutaway.models.load import quietly
from cutaway.models.verify.verify import examine
from tests.conformance.encoders import (
    BUILDERS,
    CLASSES,
    DECODER_TOKENS,
    END,
    VOCAB,
    answer,
    at,
    build,
    family,
    given,
    plain,
    stacks,
)

IN_ATTENTION = {"scores", "pattern", "q_rot", "k_rot"}
CONVOLUTIONS = ("convnext", "resnet")
TRANSFORMERS = sorted(name for name in BUILDERS if not name.startswith(CONVOLUTIONS))


@pytest.fixture(scope="module", params=sorted(BUILDERS))
def model(request):
    """Made once for all tests, none of which may change it."""
    return build(request.param)


@pytest.fixture(scope="module", params=TRANSFORMERS)
def transformer(request):
    return build(request.param)


def test_reading_every_site_leaves_the_output_of_eager_attention_bit_for_bit(model):
    if family(model) not in CONVOLUTIONS:
        model = build(model.name)
        model.module.set_attn_implementation("eager")
    expected = answer(plain(model))
    torch.testing.assert_close(answer(model.run(given(model), read=model.sites).output), expected, rtol=0, atol=0)


def test_reading_every_site_agrees_with_the_kernel_the_model_was_loaded_with(model):
    """Within 1e-5 of the size of the output."""
    expected = answer(plain(model))
    found = answer(model.run(given(model), read=model.sites).output)
    assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


def test_reading_sites_outside_attention_keeps_the_kernel_bit_for_bit(model):
    sites = [site for site in model.sites if site.name not in IN_ATTENTION]
    found = answer(model.run(given(model), read=sites).output)
    torch.testing.assert_close(found, answer(plain(model)), rtol=0, atol=0)


def test_scores_of_the_head_are_the_logits_of_the_trace(model):
    output = plain(model)
    trace = model.run(given(model))
    if "bare" in model.name or model.name in ("t5-encoder", "clip-text", "clip-vision"):
        assert model.layout.logits(trace.output) is None
        return
    torch.testing.assert_close(trace.logits, answer(output))
    if model.name != "clip":
        group = "decoder" if family(model) == "t5" else ""
        torch.testing.assert_close(model.run(given(model), read=at(group, "logits"))[at(group, "logits")], trace.logits)


def sizes_of(model, site):
    """Every axis by the numbers of the test's own configs."""
    kind, words = family(model), 8
    images = kind in ("vit", "dinov2") or model.name == "clip-vision" or site.group == "vision"
    pos = 17 if images else 5 if site.group in ("decoder", "cross") else words
    key = words if site.group == "cross" else pos
    width = 40 if model.name == "clip-vision" or site.group == "vision" else 32
    neurons = 88 if model.name == "dinov2-swiglu" else 128 if kind == "dinov2" else 48
    sizes = {"batch": 2, "pos": pos, "query": pos, "key": key, "one": 1, "head": 4}
    sizes |= {"d_model": width, "d_head": 6 if kind == "t5" else width // 4, "d_mlp": neurons}
    sizes |= {"d_vocab": VOCAB, "class": CLASSES}
    if site.group == "cross" and site.name in ("k", "v"):
        sizes["pos"] = words
    axes = model.taps[site].axes or site.axes
    return tuple(sizes[axis] for axis in axes)


def test_every_site_has_the_shape_of_its_axes(transformer):
    trace = transformer.run(given(transformer), read=transformer.sites)
    for site in transformer.sites:
        expected = sizes_of(transformer, site)
        if site.name == "pos_embed":
            expected = trace[site].shape[:1] + expected[1:]
        assert trace[site].shape == expected, site


MAPS = {  # layer -> channels and side of the stream that leaves it
    "convnext": {0: (8, 8), 1: (12, 4), 2: (12, 4)},
    "resnet": {0: (8, 8), 1: (16, 4), 2: (16, 4)},
}


@pytest.mark.parametrize("name", ["convnext", "convnext-bare", "resnet", "resnet-basic", "resnet-bare"])
def test_maps_have_the_shapes_of_their_axes(name):
    model = build(name)
    trace = model.run(given(model), read=model.sites)
    assert trace["embed"].shape == (2, 8, 8, 8)
    for layer, (channels, side) in MAPS[family(model)].items():
        assert trace[f"resid_post.{layer}"].shape == (2, channels, side, side)
        if family(model) == "convnext":
            assert trace[f"ln2_scale.{layer}"].shape == (2, side, side, 1)
            assert trace[f"mlp_pre.{layer}"].shape == trace[f"mlp_post.{layer}"].shape == (2, side, side, 4 * channels)
            assert trace[f"mlp_out.{layer}"].shape == (2, channels, side, side)
    for site in model.sites:
        axes = model.taps[site].axes
        assert len(axes) == trace[site].ndim, site
        assert axes[0] == "batch", site


def reported(model, output, group):
    """Streams and patterns of one stack as the module itself reports them."""
    if model.name == "clip":
        output = getattr(output, f"{group}_model_output")
    if group == "encoder":
        return output.encoder_hidden_states, output.encoder_attentions
    if group == "decoder":
        return output.decoder_hidden_states, output.decoder_attentions
    return output.hidden_states, output.attentions


def test_streams_and_patterns_are_those_the_module_reports(transformer):
    transformer = build(transformer.name)
    transformer.module.set_attn_implementation("eager")
    output = plain(transformer, output_hidden_states=True, output_attentions=True)
    trace = transformer.run(given(transformer), read=["resid_pre", "resid_post", "pattern"])
    for group, _, layers in stacks(transformer):
        streams, patterns = reported(transformer, output, group)
        assert len(patterns) == layers
        for layer in range(layers):
            torch.testing.assert_close(trace[at(group, f"resid_pre.{layer}")], streams[layer], rtol=0, atol=0)
            torch.testing.assert_close(trace[at(group, f"pattern.{layer}")], patterns[layer], rtol=0, atol=0)
            if layer + 1 < layers:
                torch.testing.assert_close(trace[at(group, f"resid_post.{layer}")], streams[layer + 1], rtol=0, atol=0)
    if "decoder" in dict(transformer.layout.shapes):
        for layer, pattern in enumerate(output.cross_attentions):
            torch.testing.assert_close(trace[f"cross.pattern.{layer}"], pattern, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["convnext", "resnet", "resnet-basic"])
def test_maps_after_each_stage_are_those_the_module_reports(name):
    model = build(name)
    streams = plain(model, output_hidden_states=True).hidden_states
    trace = model.run(given(model), read=["embed", "resid_pre", "resid_post"])
    torch.testing.assert_close(trace["embed"], streams[0], rtol=0, atol=0)
    for found, expected in (("resid_post.0", streams[1]), ("resid_post.2", streams[2])):
        torch.testing.assert_close(trace[found], expected, rtol=0, atol=0)
    torch.testing.assert_close(trace["resid_pre.2"], trace["resid_post.1"], rtol=0, atol=0)


def test_rows_of_patterns_sum_to_one_and_look_ahead_only_in_encoders(transformer):
    trace = transformer.run(given(transformer), read=["pattern"])
    for site in transformer.resolve("pattern"):
        pattern = trace[site]
        torch.testing.assert_close(pattern.sum(-1), torch.ones(pattern.shape[:-1]))
        causal = site.group in ("decoder", "text") or transformer.name == "clip-text"
        assert (float(pattern.triu(1).max()) == 0.0) == causal, site


def test_noise_at_any_site_changes_the_output(model):
    base = model.run(given(model), read=model.sites)
    draw = torch.Generator().manual_seed(1)
    for site in model.sites:
        noise = torch.randn(base[site].shape, generator=draw) + 1.0
        changed = answer(model.run(given(model), edit=[Replace(site, noise)]).output)
        assert (changed - answer(base.output)).abs().max() > 1e-4, site


def test_writing_back_what_was_read_changes_nothing(model):
    base = model.run(given(model), read=model.sites)
    for site in model.sites:
        same = answer(model.run(given(model), edit=[Replace(site, base[site].clone())]).output)
        torch.testing.assert_close(same, answer(base.output), rtol=1e-4, atol=1e-4, msg=str(site))


def test_one_channel_of_a_map_is_silenced_as_a_neuron():
    model = build("resnet")
    silent = model.run(given(model), edit=Zero("resid_post.1", neuron=3), read="resid_post.1")["resid_post.1"]
    base = model.run(given(model), read="resid_post.1")["resid_post.1"]
    assert silent[:, 3].abs().max() == 0
    assert base[:, 3].abs().max() > 0
    torch.testing.assert_close(silent[:, 4:], base[:, 4:], rtol=0, atol=0)


SHORT, LONG = [3, 5, 9, 5, END], [3, 7, 7, 4, 12, 40, 8, END]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", ["bert", "bert-bare", "roberta", "roberta-bare", "t5-encoder", "clip-text"])
def test_padded_rows_give_the_numbers_of_the_unpadded_prompts(name, side):
    model = build(name)
    tokens, mask = model.pad([SHORT, LONG], side=side)
    sites = [site for site in model.sites if site.name not in ("pos_embed", "scores")]
    together = model.run(tokens, mask=mask, read=sites)
    for row, prompt in enumerate([SHORT, LONG]):
        alone = model.run(torch.tensor([prompt]), read=sites)
        real = mask[row].bool()
        for site in sites:
            found = together[site][row]
            found = found[:, real][:, :, real] if site.name == "pattern" else found[real]
            torch.testing.assert_close(
                found, alone[site][0], rtol=1e-4, atol=1e-4, msg=lambda text, site=site: f"{site}: {text}"
            )


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_of_the_encoder_does_not_reach_the_decoder(side):
    model = build("t5")
    tokens, mask = model.pad([SHORT, LONG], side=side)
    both = {"input_ids": tokens, "decoder_input_ids": DECODER_TOKENS}
    together = model.run(both, mask=mask, read=["cross.pattern.1"])
    alone = model.run({"input_ids": torch.tensor([SHORT]), "decoder_input_ids": DECODER_TOKENS[:1]})
    torch.testing.assert_close(together.logits[0], alone.logits[0], rtol=1e-4, atol=1e-4)
    assert together["cross.pattern.1"][0, :, :, ~mask[0].bool()].abs().max() < 1e-6


def test_groups_resolve():
    t5, clip = build("t5"), build("clip")
    assert t5.resolve("encoder.pattern") == [Site("pattern", layer, "encoder") for layer in range(3)]
    assert t5.resolve("cross.z.1") == [Site("z", 1, "cross")]
    every = {(site.group, site.layer) for site in t5.resolve("pattern")}
    assert every == {
        *(("encoder", n) for n in range(3)),
        *((group, n) for group in ("decoder", "cross") for n in (0, 1)),
    }
    assert {site.group for site in clip.resolve("resid_post.2")} == {"text", "vision"}
    assert (t5.shape.n_layers, t5.layout.shapes["encoder"].n_layers) == (2, 3)
    assert (clip.shape.d_model, clip.layout.shapes["vision"].d_model) == (32, 40)


def test_sites_of_t5_come_in_the_order_of_the_computation():
    order = [str(site) for site in build("t5").sites]
    wanted = ["encoder.embed", "encoder.resid_post.2", "decoder.embed", "decoder.z.0", "decoder.resid_mid.0"]
    wanted += ["cross.z.0", "cross.resid_mid.0", "decoder.mlp_pre.0", "decoder.resid_post.0", "decoder.z.1"]
    assert sorted(wanted, key=order.index) == wanted


def test_a_site_of_the_encoder_is_read_without_running_the_decoder():
    model = build("t5")
    reached = []
    handle = model.module.decoder.register_forward_hook(lambda *_: reached.append(True))
    early = model.run(given(model), read="encoder.z.1", logits=False)
    handle.remove()
    assert not reached
    full = model.run(given(model), read="encoder.z.1")
    torch.testing.assert_close(early["encoder.z.1"], full["encoder.z.1"], rtol=0, atol=0)


def test_absent_sites_have_a_reason_and_all_others_are_there(model):
    absent = model.layout.absent
    for group, shape in model.layout.shapes.items():
        for name, kind in VOCABULARY.items():
            for layer in range(shape.n_layers) if kind.per_layer else [None]:
                there = Site(name, layer, group) in model.taps
                site = str(Site(name, layer, group))
                assert there != bool(absent.get(at(group, name)) or absent.get(site)), site


@pytest.mark.parametrize(
    ("name", "word", "reason"),
    [
        ("t5", "pos_embed", "biases on the attention scores"),
        ("t5", "cross.mlp_pre.0", "decoder.mlp_pre"),
        ("t5", "encoder.logits", "an encoder has no unembedding"),
        ("clip", "logits", "trace.logits"),
        ("bert-bare", "ln_final_scale", "ln2_scale"),
        ("vit", "pos_embed", "a parameter"),
        ("resnet", "pattern", "no attention"),
        ("resnet", "mlp_out", "module:<path>"),
    ],
)
def test_an_absent_site_is_refused_with_its_reason(name, word, reason):
    with pytest.raises(AbsentSiteError, match=reason):
        build(name).resolve(word)


def test_every_site_passes_verification(model):
    assert examine(model) == {}


def test_loading_from_a_folder_gives_the_class_and_the_numbers_that_were_saved(model, tmp_path):
    with quietly():
        model.module.save_pretrained(tmp_path)
    loaded = cutaway.load(tmp_path)
    assert type(loaded.module) is type(model.module)
    assert loaded.tokenizer is None
    found, expected = (answer(each.run(given(model)).output) for each in (loaded, model))
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    assert loaded.sites == model.sites
