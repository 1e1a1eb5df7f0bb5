"""Mistakes are refused before anything runs for long, with a word on what to type instead."""

import pytest
import torch

from cutaway.errors.base import CutawayError
from cutaway.errors.metric import MetricArgumentError, NonFiniteMetricError, PerRowCountError, TokenOutsideError
from cutaway.errors.models import AbsentSiteError, EditError, PromptError, UnknownSiteError
from cutaway.errors.sweep import (
    NoEditsError,
    NoSuchAxisError,
    SeveralMetricsError,
    UnequalPromptsError,
)
from cutaway.models import (
    Apply,
    Mean,
    Patch,
    ProjectOut,
    Replace,
    Resample,
    Scale,
    Zero,
    each,
    kl_divergence,
    log_prob,
    logit_difference,
    loss,
    patches,
    plan_sweep,
    sweep,
)
from tests.conformance.families import build
from tests.models.sweep.prompts import LENGTH, pair

TOKENS, OTHERS = pair()
LAST = logit_difference(5, 7)
DRAW = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))

pytestmark = pytest.mark.usefixtures("trusting", "unchecked")


@pytest.fixture(scope="module")
def gpt2():
    return build("gpt2")


@pytest.mark.parametrize("source", [OTHERS[:, :9], OTHERS[:2], torch.cat((OTHERS, OTHERS), dim=1)])
def test_prompts_of_unequal_size(gpt2, source):
    edits = patches(gpt2, source, "resid_pre", per=("layer", "position"))
    with pytest.raises(UnequalPromptsError, match="choose words of as many tokens") as told:
        sweep(gpt2, TOKENS, edits, LAST)
    assert str(tuple(source.shape)) in str(told.value)
    assert str(tuple(TOKENS.shape)) in str(told.value)


@pytest.mark.parametrize("position", [LENGTH, -LENGTH - 1, [3, LENGTH], slice(LENGTH, None), slice(5, 5), []])
@pytest.mark.parametrize("site", ["z.1", "pattern.1", "embed"])
def test_an_edit_outside_the_prompt(gpt2, site, position):
    with pytest.raises(EditError, match=r"position is 0 to 11") as told:
        sweep(gpt2, TOKENS, [Zero("z.0", head=0), Zero(site, position=position)], LAST)
    assert f"Zero(site='{site}', position={position})" in str(told.value)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Zero("z.1", head=4), "head is 0 to 3"),
        (Zero("z.1", row=3), "row is 0 to 2"),
        (Zero("mlp_post.1", neuron=128), "neuron is 0 to 127"),
        (Zero("resid_pre.1", head=0), "its axes: batch pos d_model"),
        (Zero("module:transformer.h.1.mlp", position=2), "has no position"),
        (Replace("z.1", DRAW[0, :3]), "the selected part of 'z.1' has shape"),
        (Replace("z.1", DRAW.log()), "value holds NaN"),
        (Scale("z.1", float("nan")), "factor holds NaN"),
        (Apply("z.1", lambda part: part[:, :1]), "the function made"),
        (Zero("z.1", position=slice(8, LENGTH + 1)), "position is 0 to 11"),
        (Zero("z.1", position=slice(None, None, -1)), "does not go forwards"),
        (Zero("pattern.1", position=[True] * LENGTH), "True is no number"),
        (ProjectOut("z.1", torch.zeros(8)), "all zero"),
        (Mean("z.1", DRAW), "the site 4 axes batch pos head d_head"),
        (Mean("z.1", torch.zeros(3, 9, 4, 8), per_position=True), "its reference has 9 positions, the run 12"),
        (Resample("z.1", torch.zeros(3, 15, 4, 8), head=1), "its reference has 15 positions, the run 12"),
        (Patch("embed", torch.zeros(3, 9, 32)), "its reference has 9 positions, the run 12"),
        (Patch("pattern.1", torch.zeros(3, 4, 9, 12)), "its reference has 9 positions, the run 12"),
    ],
)
def test_edits_that_do_not_fit_are_refused_as_by_a_run(gpt2, edit, words):
    for look in (lambda: sweep(gpt2, TOKENS, [Zero("z.0", head=0), edit], LAST), lambda: gpt2.run(TOKENS, edit=edit)):
        with pytest.raises(EditError) as told:
            look()
        assert words in str(told.value)


def test_a_faulty_edit_is_shown_as_it_was_written(gpt2):
    with pytest.raises(EditError, match=r"the edit Zero\(site='z.1', head=4\) does not fit"):
        sweep(gpt2, TOKENS, [Zero("z.1", head=4)], LAST)


def test_sites_that_are_not_there(gpt2):
    with pytest.raises(UnknownSiteError, match="resid_post"):
        sweep(gpt2, TOKENS, [Zero("resid_pst.1")], LAST)
    with pytest.raises(UnknownSiteError):
        sweep(gpt2, TOKENS, [Zero("z.3")], LAST)
    with pytest.raises(UnknownSiteError, match="mlp"):
        sweep(gpt2, TOKENS, [Zero("module:transformer.h.1.mpl")], LAST)
    with pytest.raises(AbsentSiteError):
        sweep(build("gptj"), TOKENS, [Zero("resid_mid.1")], LAST)


@pytest.mark.parametrize("edits", [[], (), iter(())])
def test_no_edits(gpt2, edits):
    with pytest.raises(NoEditsError, match=r"sweep\(model, tokens, \[cutaway.Zero"):
        plan_sweep(gpt2, TOKENS, edits, LAST)


@pytest.mark.parametrize("edits", [[[]], [[], [Zero("z.0")]], [3], [None], Zero("z.0")], ids=repr)
def test_what_is_no_list_of_edits(gpt2, edits):
    with pytest.raises(CutawayError, match=r"edit"):
        sweep(gpt2, TOKENS, edits, LAST)


@pytest.mark.parametrize("edits", [["z.0"], [["z.0"]], [[3]], [[Zero("z.0"), None]], [[Zero("z.0"), torch.zeros(3)]]])
def test_what_is_no_edit(gpt2, edits):
    with pytest.raises(EditError, match=r"it is no edit.\n  Write cutaway.Zero\('z.1'\)"):
        sweep(gpt2, TOKENS, edits, LAST)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (TOKENS + 61, "outside its vocabulary of 61"),
        (TOKENS - 9, "outside its vocabulary of 61"),
        (TOKENS.float(), "must be a tensor of integers"),
        (TOKENS[0], "tokens of shape"),
        (TOKENS[:0], "tokens of shape"),
        (torch.cat([TOKENS] * 3, dim=1), "longer than its context of 32"),
    ],
)
def test_prompts_that_the_model_cannot_read(gpt2, tokens, words):
    with pytest.raises(PromptError, match=words):
        sweep(gpt2, tokens, [Zero("z.0", head=0)], LAST)


@pytest.mark.parametrize(
    "mask",
    [
        torch.tensor([[0, 1], [1, 1], [1, 1]]),
        torch.ones(2, 3, dtype=torch.long),
    ],
)
def test_a_mask_of_another_shape(gpt2, mask):
    with pytest.raises(PromptError, match=r"the mask has shape .* the tokens \(3, 12\)"):
        sweep(gpt2, TOKENS, [Zero("z.0", head=0)], LAST, mask=mask)


@pytest.mark.parametrize(
    ("mask", "words"), [(TOKENS, "other numbers than 0 and 1"), ([[1] * LENGTH] * 3, "the mask is a list")]
)
def test_what_is_no_mask(gpt2, mask, words):
    with pytest.raises(PromptError, match=words):
        sweep(gpt2, TOKENS, [Zero("z.0", head=0)], LAST, mask=mask)


def test_a_row_of_padding_alone(gpt2):
    mask = torch.ones_like(TOKENS)
    mask[1] = 0
    with pytest.raises(PromptError, match="Leave that row out"):
        sweep(gpt2, TOKENS, [Zero("z.0", head=0)], LAST, mask=mask)


@pytest.mark.parametrize(
    ("site", "per", "words"),
    [
        ("resid_pre", ("layer", "head"), "its axes are batch pos d_model"),
        ("z", ("neuron",), "its axes are batch pos head d_head"),
        ("ln_final_scale", ("layer",), "it is in no layer"),
        ("z", ("layer", "pos"), "it is none of layer, head, position, neuron"),
        ("z", ("position",), r"length=tokens.shape\[1\]"),
        ("module:transformer.h.0", ("head",), "its axes are batch"),
    ],
)
def test_products_over_axes_that_a_site_lacks(gpt2, site, per, words):
    with pytest.raises(NoSuchAxisError, match=words) as told:
        each(gpt2, site, Zero, per=per)
    assert "('layer', 'head') for z" in str(told.value)


def test_products_over_values_that_are_not_there(gpt2):
    with pytest.raises(NoSuchAxisError, match="4 is not among its 4"):
        each(gpt2, "z", Zero, per=("head",), only={"head": [1, 4]})
    with pytest.raises(NoSuchAxisError, match="12 is not among its 12"):
        patches(gpt2, OTHERS, "z", per=("position",), only={"position": [12]})
    with pytest.raises(IndexError):
        each(gpt2, "z", Zero, per=("head",))[4]


def test_the_scores_of_several_metrics(gpt2):
    found = sweep(gpt2, TOKENS, [Zero("z.0")], [LAST, loss(TOKENS)])
    for ask in (lambda: found.scores, lambda: found.base):
        with pytest.raises(SeveralMetricsError, match=r"found.of\('logit_difference'\)"):
            ask()


def test_metrics_that_do_not_fit(gpt2):
    edits = [Zero("z.0", head=0)]
    with pytest.raises(TokenOutsideError, match="61"):
        sweep(gpt2, TOKENS, edits, logit_difference(5, 61))
    with pytest.raises(TokenOutsideError, match="300"):
        sweep(gpt2, TOKENS, edits, log_prob(300))
    with pytest.raises(PerRowCountError):
        sweep(gpt2, TOKENS, edits, logit_difference([1, 2], [3, 4]))
    with pytest.raises(PerRowCountError):
        sweep(gpt2, TOKENS, edits, kl_divergence(torch.zeros(2, LENGTH, 61)))
    with pytest.raises(MetricArgumentError, match="Pass a Metric"):
        sweep(gpt2, TOKENS, edits, 3)
    with pytest.raises(CutawayError, match="was made for 9 positions"):
        sweep(gpt2, TOKENS, edits, loss(TOKENS[:, :9]))
    with pytest.raises(NonFiniteMetricError):
        sweep(gpt2, TOKENS, edits, lambda logits: logits[:, -1, 0] / 0)


def test_the_same_tokens_under_another_mask_are_another_prompt(gpt2):
    mask = torch.ones_like(TOKENS)
    mask[1, :2] = 0
    edits = patches(gpt2, TOKENS, "resid_pre", per=("layer",))  # read without a mask
    found = sweep(gpt2, TOKENS, edits, LAST, mask=mask)
    expected = torch.stack([LAST(gpt2.run(TOKENS, edit=one, mask=mask).logits) for one in edits])
    torch.testing.assert_close(found.scores, expected)


@pytest.mark.parametrize("site", ["z.1", "resid_pre.1"])
def test_a_reference_of_one_row_is_that_of_every_row(gpt2, site):
    edits = [Patch(site, gpt2.run(OTHERS[:1], read=site)[site], tokens=OTHERS)]
    found = sweep(gpt2, TOKENS, edits, LAST)
    expected = torch.stack([LAST(gpt2.run(TOKENS, edit=one).logits) for one in edits])
    torch.testing.assert_close(found.scores, expected)
