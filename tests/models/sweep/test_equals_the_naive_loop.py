"""A sweep gives the numbers of the naive loop, for every family, every kind of site and every padding."""

import warnings

import pytest
import torch

from cutaway.models import Add, Patch, Zero, last_positions, log_prob, logit_difference, loss, patches, plan_sweep
from cutaway.models.sweep import SlowSweepWarning
from tests.conformance import encoders
from tests.conformance.families import BUILDERS, build
from tests.models.sweep.naive import assert_equals_naive, assert_same, at_any_price, logits_of, scores_of
from tests.models.sweep.prompts import LENGTH, SHARED, padding, pair

BY_POSITION = [
    "resid_pre",
    "resid_mid",
    "resid_post",
    "attn_out",
    "mlp_out",
    "mlp_pre",
    "mlp_post",
    "mlp_linear",
    "scores",
    "pattern",
    "z",
    "q",
    "k",
    "v",
    "q_rot",
    "k_rot",
    "result",
    "ln1_scale",
    "ln2_scale",
]
BY_HEAD = ["z", "q", "k", "v", "q_rot", "k_rot", "scores", "pattern", "result"]
PLACES = (2, 7, 11)  # at and after places where rows begin to differ; the last
TOKENS, OTHERS = pair()
PADDED_KINDS = ("resid_pre", "k", "pattern", "mlp_out")


def grid(model, kinds, heads, places, mask=None):
    """Patches of every kind over layers and positions, and over layers and heads, with names of them all."""
    have = {site.name for site in model.sites}
    products = [
        patches(model, OTHERS, kind, per=("layer", "position"), only={"position": places}, mask=mask)
        for kind in kinds
        if kind in have
    ]
    deep = {"per": ("layer", "head"), "only": {"layer": (2,)}, "mask": mask}
    products += [patches(model, OTHERS, kind, **deep) for kind in heads if kind in have]
    if "ln_final_scale" in have:
        final = {"per": ("position",), "only": {"position": places}, "mask": mask}
        products.append(patches(model, OTHERS, "ln_final_scale", **final))
    edits = [some for product in products for some in product]
    return edits, [f"{product.sites[0].name} {at}" for product in products for at in product.labels]


@pytest.mark.usefixtures("trusting", "unchecked")  # shapes are checked in the other files; here, that takes longest
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_every_kind_of_site_of_every_family(name):
    model = build(name)
    edits, labels = grid(model, BY_POSITION, BY_HEAD, PLACES)
    logits = logits_of(model, TOKENS, edits)
    last, some = logit_difference(5, 7), log_prob([3, 4, 5], position=[7, 9, 10])
    for metrics in ([last], [some, loss(TOKENS)]):
        planned = plan_sweep(model, TOKENS, edits, metrics)
        swept = planned.run()
        other = at_any_price(planned) if metrics == [last] else swept
        for number, metric in enumerate(metrics):
            base, *expected = scores_of(logits, metric)
            expected = torch.stack(expected)
            assert bool((expected != base).any())
            for found in (swept, other):
                assert_same(found.of(metric.name), expected, base, labels=labels)
                assert_same(found.base_values[number][None], base[None], base, effect=1.0)


def assert_padded(model, mask, kinds, places):
    """Patches into a padded batch, with a metric at the end of each row and one at every real place."""
    edits, labels = grid(model, kinds, ("z",), places, mask)
    logits = logits_of(model, TOKENS, edits, mask)
    metrics = {"last": log_prob(5, position=last_positions(mask)), "all": loss(TOKENS, mask=mask)}
    swept = plan_sweep(model, TOKENS, edits, metrics, mask=mask).run()
    for key, metric in metrics.items():
        base, *expected = scores_of(logits, metric)
        assert_same(swept.of(key), torch.stack(expected), base, labels=labels)


@pytest.mark.usefixtures("trusting", "unchecked")  # shapes are checked in the other files; here, that takes longest
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_rows_padded_on_either_side(name):
    mask = padding("left", pads=(3, 0, 0)) & padding("right", pads=(0, 0, 1))
    model = build(name)
    assert not model.layout.inputs.no_padding  # every decoder here can be padded
    assert_padded(model, mask, PADDED_KINDS, (2, 7, 11))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", ["gpt2", "llama", "bloom", "gemma3", "opt"])
def test_padded_prompts(name, side):
    assert_padded(build(name), padding(side), ("resid_pre", "k", "pattern", "attn_out"), PLACES)


@pytest.mark.usefixtures("trusting")
def test_a_mask_without_padding_is_the_same_as_none():
    model = build("llama")
    edits = [Zero("z.1", head=2), Zero("resid_pre.2", position=4)]
    assert_equals_naive(model, TOKENS, edits, logit_difference(5, 7), mask=torch.ones_like(TOKENS))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("name", ["gpt2", "opt", "toy-attention-only-learned", "toy-shortformer-solu", "gpt_neo-local"])
def test_embeddings_of_tokens_and_positions_are_run_from_the_start(name):
    model = build(name)
    sites = [site for site in ("embed", "pos_embed") if any(one.name == site for one in model.sites)]
    edits = [Zero(site, position=place) for site in sites for place in range(4)]
    assert_equals_naive(model, TOKENS, edits, logit_difference(5, 7))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("name", ["gpt2", "gemma2"])
def test_edited_logits_are_run_from_the_start(name):
    edits = [Add("logits", torch.linspace(-1, 1, 61) * number) for number in range(3)]
    planned, _ = assert_equals_naive(build(name), TOKENS, edits, logit_difference(5, 7))
    assert planned.explain().whole == 3 * len(TOKENS)


@pytest.mark.usefixtures("trusting")
def test_a_decoder_with_its_inputs_by_name():
    edits = [Zero("z.0", head=1), Zero("resid_pre.1", position=3)]
    assert_equals_naive(build("gpt2"), {"input_ids": TOKENS}, edits, logit_difference(5, 7))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("shared", [(0,), (LENGTH - 1,), (5, 5, 5, 5), (0, 0), SHARED])
def test_batches_of_any_size_and_prefixes_of_any_length(shared):
    model = build("gpt2")
    tokens, others = pair(shared=shared, seed=4)
    edits = list(patches(model, others, "resid_pre", per=("layer", "position")))
    assert_equals_naive(model, tokens, edits, logit_difference(5, 7))


ENCODERS = {
    "bert": ["resid_pre", "z", "mlp_out", "pattern", "resid_post"],
    "t5": ["resid_pre", "attn_out", "pattern", "cross.z", "cross.pattern", "cross.k", "mlp_out"],
    "t5-gated": ["resid_mid", "k", "cross.attn_out"],
    "vit": ["resid_pre", "q", "mlp_out", "pattern", "resid_post"],
    "dinov2": ["resid_mid", "z", "attn_out"],
    "convnext": [],
    "resnet": [],
}


@pytest.fixture
def quiet():
    """Without the warning that these models are slow, which comes once for each class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SlowSweepWarning)
        yield


def flipped(model, kinds):
    """Every site of some kinds, with the values of the other row."""
    given = encoders.given(model)
    trace = model.run(given, read=kinds or model.sites[:3])
    return given, [(site, trace[site].flip(0)) for site in trace]


@pytest.mark.usefixtures("quiet", "unchecked")
@pytest.mark.parametrize("name", sorted(ENCODERS))
def test_encoders_and_images_take_the_slow_path(name):
    model = encoders.build(name)
    given, sites = flipped(model, ENCODERS[name])
    edits = [Patch(site, value) for site, value in sites]
    assert_equals_naive(model, given, edits, [logit_difference(1, 2, position=0), log_prob(3)])


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("name", "site", "positions"),
    [("t5", "encoder.resid_pre.0", 8), ("t5", "decoder.z.1", 5), ("vit", "attn_out.0", 17), ("bert", "z.1", 8)],
)
def test_positions_of_a_stack_are_its_own(name, site, positions):
    model = encoders.build(name)
    places = [0, positions - 1, -1, -2, slice(3, None), [1, -1], None]
    edits = [Zero(site, position=place) for place in places]
    assert_equals_naive(model, encoders.given(model), edits, logit_difference(1, 2))


@pytest.mark.usefixtures("untold")
def test_a_slow_sweep_says_so_once():
    model = encoders.build("vit")
    asked = (model, encoders.given(model), [Zero("z.0", head=0)], logit_difference(1, 2))
    with pytest.warns(
        SlowSweepWarning, match="model 'vit' run every edit from the start: it reads pixel_values"
    ) as told:
        plan_sweep(*asked).run()
    assert len(told) == 1
    plan_sweep(*asked).run()  # a second warning would be an error
