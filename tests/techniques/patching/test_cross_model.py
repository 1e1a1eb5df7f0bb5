"""cross_patch, between a planted model and the same model with one head that brings nothing."""

import copy

import pytest
import torch

import cutaway
from cutaway.errors.patching import UnequalModelsError
from cutaway.errors.sweep import NoGapError
from cutaway.models import wrap
from cutaway.techniques.patching.cross_model import FIRST, SECOND, cross_patch
from tests.conformance.families import build
from tests.techniques.patching.equalities import OTHER, SAME, compiled

TOKENS = torch.tensor([[0, 2, 2, 3, 3, 7], [0, 1, 1, 4, 4, 7]])  # both pairs are equal: SAME
METRIC = cutaway.logit_difference(SAME, OTHER)


def place(name):
    return next(part.head for part in compiled().parts if part.name == name)


@pytest.fixture(scope="module")
def broken():
    """`bring b` has no values, so that no pair ab is ever found equal."""
    module = copy.deepcopy(compiled().model.module)
    attention = module.blocks[0].attn
    size = module.config.d_head
    with torch.no_grad():
        attention.v_proj.weight[place("bring b") * size : (place("bring b") + 1) * size] = 0
    return wrap(module, name="broken")


@pytest.mark.parametrize("direction", [FIRST, SECOND])
def test_the_head_that_differs_carries_the_whole_difference(broken, direction):
    frame = cross_patch(compiled().model, broken, TOKENS, site="z", metric=METRIC).frame
    some = frame[(frame.direction == direction) & (frame.layer == 0)].set_index("head").share
    assert some[place("bring b")] == pytest.approx(1.0, abs=1e-3)
    assert some.drop(place("bring b")).abs().max() < 1e-3


def test_each_direction_says_which_model_was_patched_and_what_each_scores(broken):
    frame = cross_patch(
        compiled().model, broken, TOKENS, site="mlp_out", metric=METRIC, per=("layer", "position")
    ).frame
    alone = {model.name: float(METRIC(model.run(TOKENS).logits).mean()) for model in (compiled().model, broken)}
    whole = alone["equalities"] - alone["broken"]
    assert whole == pytest.approx(8.0, abs=0.1)  # 4 less -4
    for direction, into, other in ((FIRST, "equalities", "broken"), (SECOND, "broken", "equalities")):
        some = frame[frame.direction == direction]
        assert set(some.into) == {into}
        assert some.base.unique() == pytest.approx([alone[into]], abs=1e-4)
        assert some.other.unique() == pytest.approx([alone[other]], abs=1e-4)
        cell = some[(some.layer == 0) & (some.position == 5)].iloc[0]  # where ab is found
        assert cell.value == pytest.approx(alone[other], abs=1e-2)


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel"])
def test_values_are_those_of_single_runs(family):
    one = build(family)
    module = copy.deepcopy(one.module)
    with torch.no_grad():
        for weight in module.parameters():
            weight.mul_(1.3)
    two = wrap(module, name="louder")
    tokens = torch.randint(2, 60, (2, 7), generator=torch.Generator().manual_seed(0))
    mask = torch.ones_like(tokens)
    mask[0, :2] = 0
    metric = cutaway.logit_difference(20, 21)
    frame = cross_patch(one, two, tokens, site="resid_post", metric=metric, per=("layer", "position"), mask=mask).frame
    there = two.run(tokens, read="resid_post.1", mask=mask)["resid_post.1"]
    edit = cutaway.Replace("resid_post.1", there[:, 4], position=4)
    expected = float(metric(one.run(tokens, edit=edit, mask=mask).logits).mean())
    cell = frame[(frame.direction == FIRST) & (frame.layer == 1) & (frame.position == 4)].iloc[0]
    assert cell.value == pytest.approx(expected, rel=1e-4)


def test_it_can_be_drawn(broken, tmp_path):
    found = cross_patch(compiled().model, broken, TOKENS, site="z", metric=METRIC, per=("layer", "head", "position"))
    assert found.figure.save(tmp_path / "both.svg").read_text().startswith("<svg")
    panels = {row["panel"] for row in found.figure.spec["data"]["values"]}
    assert len(panels) == 4  # two directions, two layers


def test_models_of_other_shapes_are_refused(broken):
    with pytest.raises(UnequalModelsError, match="d_model is 56 against 128"):
        cross_patch(compiled().model, cutaway.load("ioi-2l@seed=3"), TOKENS, site="z", metric=METRIC)


def test_models_that_score_alike_are_refused():
    with pytest.raises(NoGapError):
        cross_patch(compiled().model, compiled().model, TOKENS, site="z", metric=METRIC)
