"""Every kind of edit, alone and in sets, on a model small enough for the naive loop."""

import numpy as np
import pytest
import torch

from cutaway.models import (
    Add,
    Apply,
    Mean,
    Patch,
    ProjectOut,
    Replace,
    Resample,
    Scale,
    Zero,
    each,
    log_prob,
    logit_difference,
    patches,
    plan_sweep,
    sweep,
    wrap,
)
from tests.conformance.families import build
from tests.models.sweep.naive import assert_equals_naive
from tests.models.sweep.prompts import LENGTH, draw, pair

TOKENS, OTHERS = pair()
SITES = [
    "resid_pre",
    "resid_mid",
    "resid_post",
    "attn_out",
    "mlp_out",
    "mlp_post",
    "z",
    "q",
    "k",
    "v",
    "q_rot",
    "k_rot",
    "pattern",
    "result",
]
NEURONS = ("mlp_pre", "mlp_post")
PLACES = (4, -1, -3, slice(2, 6), slice(-3, None), slice(0, None, 5), [1, 8], [-1, 3], (0, 11), range(6, 9))
LAST = logit_difference(5, 7)

pytestmark = pytest.mark.usefixtures("trusting")


@pytest.fixture(scope="module", params=["gpt2", "llama", "gemma3", "toy-shortformer-solu"])
def model(request):
    return wrap(build(request.param).module.double(), name=request.param)  # a difference is a fault, not rounding


@pytest.fixture(scope="module")
def gpt2():
    return build("gpt2")


def site_names(model):
    have = {site.name for site in model.sites}
    return [name for name in SITES if name in have]


def kinds_of_edit(site, value, size):
    """One of each kind, everywhere at a site whose last axis has a size and which elsewhere is `value`."""
    return [
        Zero(site),
        Replace(site, 0.3),
        Replace(site, value),
        Replace(site, value[:1]),
        Replace(site, draw(size)),
        Add(site, 0.2 * draw(size)),
        Add(site, 0.2 * value),
        Scale(site, 0.5),
        Scale(site, draw(size)),
        Mean(site, value),
        Mean(site, value, per_position=True),
        Resample(site, value, seed=3),
        Resample(site, torch.cat((value, value[:2] / 2)), seed=3),
        Patch(site, value),
        Patch(site, value, tokens=OTHERS),
        ProjectOut(site, draw(size)),
        ProjectOut(site, draw(2, size)),
        Apply(site, lambda part: part * part),
        Apply(site, lambda part: part.flip(1)),
    ]


@pytest.mark.usefixtures("unchecked")
def test_every_kind_of_edit_at_every_kind_of_site(model):
    trace = model.run(OTHERS, read=[f"{name}.{layer}" for name in site_names(model) for layer in (0, 2)])
    edits = []
    for site in trace:
        edits += kinds_of_edit(site, trace[site], trace[site].shape[-1])
    assert_equals_naive(model, TOKENS, edits, [LAST, log_prob(3, position=4)])


@pytest.mark.usefixtures("unchecked")
def test_every_choice_of_positions(model):
    trace = model.run(OTHERS, read=[f"{name}.{layer}" for name in site_names(model) for layer in (1, 2)])
    edits = []
    for site in trace:
        for place in PLACES:
            patch = Patch(site, trace[site], tokens=OTHERS, position=place)
            edits.append(patch if str(site).endswith("1") else Scale(site, 1.5, position=place))
    edits += [Zero(site, position=place) for site in ("resid_pre.1", "z.1", "z.2") for place in PLACES]
    assert_equals_naive(model, TOKENS, edits, [LAST, log_prob(3, position=6)])


def test_scores_before_the_softmax(model):
    trace = model.run(OTHERS, read="scores")
    edits = []
    for site in trace:
        finite = trace[site].clamp(min=-20.0)
        edits += [Zero(site), Zero(site, position=[3, 11], head=1), Zero(site, position=slice(4, 9))]
        edits += [Replace(site, finite), Patch(site, trace[site], tokens=OTHERS), Patch(site, trace[site], position=11)]
    assert_equals_naive(model, TOKENS, edits, [LAST, log_prob(3, position=4)])


def test_values_of_a_stretch_line_up_with_its_positions(model):
    edits = [
        Replace("resid_pre.1", draw(3, 4, 32), position=[8, 2, 5, 11]),
        Replace("resid_pre.2", draw(4, 32), position=slice(3, 7)),
        Replace("resid_mid.2", draw(4, 32), position=slice(6, 10)),
        Add("k.2", draw(2, 1, 8), position=[3, 11]),
        Add("v.2", draw(3, 1, 8), position=[9, 10, 11]),
        Scale("z.2", draw(3, 1, 1), position=[9, 10, 11]),
        Replace("resid_pre.1", draw(3, 32), position=-2),
        Replace("resid_pre.1", draw(3, 32), position=np.int64(5)),
        Replace("resid_pre.1", draw(3, 2, 32), position=torch.tensor([9, 4])),
        ProjectOut("resid_pre.1", draw(1, 32).expand(2, -1), position=slice(3, None)),
        Mean("resid_pre.1", draw(2, 9, 32)),
        Replace("pattern.2", draw(3, 4, 2, LENGTH).softmax(-1), position=[4, 11]),
    ]
    have = {site.name for site in model.sites}
    chosen = [edit for edit in edits if str(edit.site).split(".")[0] in have]
    assert_equals_naive(model, TOKENS, chosen, [LAST, log_prob(3, position=9)])


@pytest.mark.parametrize("layer", [0, 2])
def test_heads_rows_and_neurons(gpt2, layer):
    value = gpt2.run(OTHERS, read=[f"z.{layer}", f"mlp_post.{layer}", f"pattern.{layer}"])
    z, post, pattern = f"z.{layer}", f"mlp_post.{layer}", f"pattern.{layer}"
    edits = [
        Zero(z, head=1),
        Zero(z, head=-1, position=-1),
        Zero(z, head=[0, 3], position=[11, 4]),
        Zero(z, head=slice(1, 3), row=1),
        Scale(z, 2.0, row=[2, 0], position=11),
        Patch(z, value[z], head=2, row=-1, position=slice(8, None), tokens=OTHERS),
        Patch(z, value[z], row=slice(0, 2), tokens=OTHERS),
        Replace(z, draw(2, 8), head=[2, 1], position=11),
        Zero(post, neuron=5),
        Zero(post, neuron=slice(0, 40, 3), position=11),
        Patch(post, value[post], neuron=[7, 100, -1], tokens=OTHERS),
        Resample(post, value[post], neuron=3, position=[2, 11], row=1),
        Mean(pattern, value[pattern], head=0, position=11),
        Add(post, 1.0, neuron=[1, 2], row=[0], position=slice(10, 12)),
    ]
    assert_equals_naive(gpt2, TOKENS, edits, [LAST, log_prob(3, position=5)])


def test_every_neuron_alone(gpt2):
    few = {"layer": (0, 2), "neuron": range(0, 128, 9)}
    assert_equals_naive(gpt2, TOKENS, each(gpt2, "mlp_post", Zero, per=("layer", "neuron"), only=few), LAST)


def sets_of_edits(value):
    """Sets whose edits reach differently far, at one site or several, in any order of writing."""
    v = 3 * draw(32)
    return [
        [Zero("z.0", head=1), Zero("z.2", head=2)],
        [Zero("z.2", head=2, position=11), Zero("resid_pre.1", position=9)],
        [Zero("z.1", head=0), Zero("z.1", head=3)],
        [Add("z.1", 1.0, position=5), Scale("z.1", 3.0)],
        [Scale("z.1", 3.0), Add("z.1", 1.0, position=5)],
        [Zero("mlp_out.2", position=3), Zero("mlp_out.2", position=11)],
        [Zero("mlp_out.2", position=3), Zero("z.0", head=1, position=10)],
        [
            Zero("pattern.1", head=0),
            Scale("ln_final_scale", 0.5, position=2),
            Scale("ln_final_scale", 2.0, position=11),
        ],
        [Apply("attn_out.2", lambda part: part.flip(1)), Zero("mlp_out.0", position=7)],
        [Patch("resid_pre.1", value["resid_pre.1"], tokens=OTHERS, position=11), Zero("z.2", head=0)],
        [Patch("k.1", value["k.1"], tokens=OTHERS), Patch("v.1", value["v.1"], tokens=OTHERS)],
        [Patch("q.2", value["q.2"], tokens=OTHERS, position=6), Patch("z.1", value["z.1"], tokens=OTHERS, head=1)],
        [Patch("z.1", value["z.1"]), Patch("resid_pre.2", value["resid_pre.2"], tokens=OTHERS, position=[2, 6])],
        [Add("resid_post.0", v), Add("resid_pre.1", -v)],
        [Add("resid_post.0", v), Scale("resid_post.0", 0.5)],
        [Scale("embed", 0.5, position=3), Zero("z.2", head=0)],
    ]


def test_sets_of_edits(gpt2):
    value = gpt2.run(OTHERS, read=["resid_pre", "k", "v", "q", "z"])
    assert_equals_naive(gpt2, TOKENS, sets_of_edits(value), [LAST, log_prob(3, position=6)])


@pytest.mark.parametrize("later", ["resid_pre.1", "module:transformer.h.0"])
def test_a_set_is_made_in_the_order_of_the_computation(gpt2, later):
    v = 3 * draw(32)
    sets = [[Zero(later), Add("resid_post.0", v)], [Zero("resid_post.0"), Add(later, v)]]
    assert_equals_naive(gpt2, TOKENS, sets, LAST)


def test_sites_of_modules(gpt2):
    v = draw(32)
    edits = [
        Add("module:transformer.h.1.mlp", v),
        Zero("module:transformer.h.2.attn.c_proj"),
        Scale("module:transformer.h.0", 0.5),
        Scale("module:transformer.h.2:in", 1.5),
        Replace("module:transformer.h.2.ln_2", draw(3, LENGTH, 32)),
        Patch("module:transformer.h.1.ln_1", draw(3, LENGTH, 32), tokens=OTHERS),
        Apply("module:transformer.h.2.mlp.act", lambda part: part.flip(1)),
        Zero("module:transformer.h.2.mlp", row=1),
        Add("module:transformer.ln_f", v),
        Add("module:transformer.wte", v),
        Scale("module:lm_head", 2.0),
        [Add("module:transformer.h.1.mlp", v), Zero("z.0", head=0, position=8)],
    ]
    assert_equals_naive(gpt2, TOKENS, edits, [LAST, log_prob(3, position=6)])


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("gpt2", "module:transformer.wpe"),
        ("llama", "module:model.rotary_emb:out.0"),
        ("opt", "module:model.decoder.layers.1.fc1"),
        ("mixtral", "module:model.layers.1.mlp.experts"),
        ("gpt_oss", "module:model.layers.1.mlp.router:out.1"),
        ("deepseek_v3", "module:model.layers.1.mlp.experts"),
    ],
)
def test_modules_whose_output_has_no_axis_of_rows(name, site):
    edits = [Scale(site, factor) for factor in (0.3, 0.6, 1.7)]
    assert_equals_naive(build(name), TOKENS, edits, LAST)


def test_noising_is_the_other_way_round(gpt2):
    for base, source in ((TOKENS, OTHERS), (OTHERS, TOKENS)):
        edits = patches(gpt2, source, "attn_out", per=("layer", "position"))
        assert_equals_naive(gpt2, base, edits, LAST)


def test_a_generator_of_edits_and_a_set_in_a_tuple(gpt2):
    listed = [(Zero("z.0", head=head), Zero("z.1", head=head)) for head in range(4)]
    made = sweep(gpt2, TOKENS, (one for one in listed), LAST)
    assert torch.equal(made.scores, plan_sweep(gpt2, TOKENS, listed, LAST).run().scores)
