"""patch_along, on a model whose variables lie along known axes, and PatchAlong against the projector written out."""

from dataclasses import replace

import pytest
import torch

from cutaway.errors.patching import FeatureAxisError, SubspaceSizeError
from cutaway.errors.sweep import NoGapError
from cutaway.models import Patch, sweep
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.techniques.patching.directions import PatchAlong, patch_along
from tests.conformance.families import build
from tests.techniques.patching import adding
from tests.techniques.patching.equalities import OTHER, SAME, compiled


def pairs():
    """On the clean prompt a equals b; on the corrupted one b is another symbol; c and d differ on both."""
    clean = torch.tensor([[0, 2, 2, 1, 3, 7], [0, 4, 4, 3, 2, 7]])
    corrupted = clean.clone()
    corrupted[:, 2] = torch.tensor([1, 3])
    right, wrong = torch.full((2, 1, 1), OTHER), torch.full((2, 1, 1), SAME)
    return Pairs(clean, corrupted, Answers(torch.full((2, 1), 5), right, wrong))


def axes(*names):
    return {name: compiled().stream.directions[name] for name in names}


@pytest.mark.parametrize("direction", ["denoising", "noising"])
def test_the_axis_of_the_variable_carries_everything_and_no_other_anything(direction):
    frame = patch_along(
        compiled().model, pairs(), axes("ab", "cd", "b", "a"), site="resid_post.0", position=-1, direction=direction
    ).frame.set_index("subspace")
    by_hand = {"ab": 1.0, "cd": 0.0, "b": 0.0, "a": 0.0, "whole site": 1.0}
    assert dict(frame.share) == pytest.approx(by_hand, abs=1e-3)
    # one axis of `ab` goes and one of `b` goes where another comes: squared lengths 1 and 2
    assert dict(frame.norm) == pytest.approx(
        {"ab": 1 / 3, "cd": 0.0, "b": 2 / 3, "a": 0.0, "whole site": 1.0}, abs=1e-3
    )
    assert frame.directions["b"] == 8


def test_only_the_position_that_is_asked_for_is_patched():
    tokens = axes("token")
    shares = [
        patch_along(compiled().model, pairs(), tokens, site="resid_pre.0", position=position).frame.share[0]
        for position in range(6)
    ]
    assert shares == pytest.approx([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], abs=1e-3)  # the third token is the one that differs


@pytest.mark.parametrize(("direction", "base", "value"), [("denoising", -4.0, 4.0), ("noising", 4.0, -4.0)])
def test_direction_says_which_run_is_patched(direction, base, value):
    asked = {"site": "resid_post.0", "position": -1, "direction": direction}
    row = patch_along(compiled().model, pairs(), axes("ab"), **asked).frame.iloc[0]
    assert (row.base, row.value) == pytest.approx((base, value), abs=0.02)  # clean answers OTHER by 4 logits
    assert row.direction == direction


def test_patching_a_mixture_moves_only_the_part_along_it():
    mixed = (axes("ab")["ab"] + axes("cd")["cd"]) / 2**0.5
    frame = patch_along(compiled().model, pairs(), {"mixed": mixed}, site="resid_post.0", position=-1).frame
    # `ab` is off by 1, half of which lies along the mixture: it becomes 1/2 and `cd` 1/2, and the MLP adds up to 1
    assert frame.share[0] == pytest.approx(1.0, abs=1e-3)
    assert frame.norm[0] == pytest.approx(1 / 6, abs=1e-3)


def test_it_is_the_projection_of_the_difference():
    draw = torch.Generator().manual_seed(0)
    value, there = torch.randn(2, 3, 4, 5, generator=draw)
    rows = torch.randn(2, 5, generator=draw)
    rows[1] += rows[0]  # not orthogonal
    onto = rows.T @ torch.linalg.inv(rows @ rows.T) @ rows
    made = PatchAlong("resid_pre.0", there, rows).apply(value, ("batch", "pos", "d_model"))
    torch.testing.assert_close(made, value + (there - value) @ onto)
    one = PatchAlong("resid_pre.0", there, rows, position=2, row=1).apply(value, ("batch", "pos", "d_model"))
    expected = value.clone()
    expected[1, 2] = made[1, 2]
    torch.testing.assert_close(one, expected)


def test_a_direction_said_twice_moves_what_it_moves_once_and_none_moves_anything():
    generator = torch.Generator().manual_seed(1)
    along, value, there = (torch.randn(*size, generator=generator) for size in ((8,), (2, 5, 8), (2, 5, 8)))
    once, twice = (
        PatchAlong("resid_pre.0", there, directions).source(value, ("batch", "pos", "d_model"), 0)
        for directions in (along, torch.stack([along, -3 * along]))
    )
    torch.testing.assert_close(twice, once)
    doubled = {name: rows.repeat(2, 1) for name, rows in axes("ab").items()}
    frames = [
        patch_along(compiled().model, pairs(), rows, site="resid_post.0", position=-1).frame
        for rows in (axes("ab"), doubled)
    ]
    for column in ("share", "norm"):
        assert list(frames[1][column]) == pytest.approx(list(frames[0][column]), abs=1e-4)
    nothing = {"none": torch.zeros(1, compiled().model.shape.d_model)}
    with pytest.raises(SubspaceSizeError, match="all zero"):
        patch_along(compiled().model, pairs(), nothing, site="resid_post.0", position=-1)


def test_weights_are_of_directions_made_orthogonal_in_order():
    value, there = torch.zeros(1, 1, 3), torch.tensor([[[2.0, 4.0, 8.0]]])
    rows = torch.tensor(
        [[5.0, 0.0, 0.0], [5.0, 1.0, 0.0]]
    )  # the first axis, then what the second adds: the second axis
    edit = PatchAlong("resid_pre.0", there, rows, weights=torch.tensor([1.0, 0.25]))
    torch.testing.assert_close(edit.apply(value, ("batch", "pos", "d_model")), torch.tensor([[[2.0, 1.0, 0.0]]]))


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel", "toy-attention-only-learned"])
def test_all_features_are_the_whole_site_and_a_sweep_is_single_runs(family):
    model, given = build(family), adding.pairs(pads=1)
    metric = given.metric
    for site, features, head in (("resid_post.1", 32, None), ("z.1", 8, 2)):
        there = model.run(given.clean, read=site, mask=given.mask)[site]
        rows = torch.randn(3, features, generator=torch.Generator().manual_seed(2))
        edits = [
            PatchAlong(site, there, torch.eye(features), head=head),
            Patch(site, there, head=head),
            PatchAlong(site, there, rows, head=head),
        ]
        found = sweep(model, given.corrupted, edits, metric, mask=given.mask)
        torch.testing.assert_close(found.scores[0], found.scores[1], atol=1e-4, rtol=1e-4)
        single = metric(model.run(given.corrupted, edit=edits[2], mask=given.mask).logits)
        torch.testing.assert_close(found.scores[2], single, atol=1e-4, rtol=1e-4)
        assert not torch.allclose(found.scores[2], found.scores[1], atol=1e-4)


def test_directions_get_gradients_through_a_sweep():
    rows = axes("ab")["ab"] + axes("cd")["cd"] * 0.5
    rows = rows.clone().requires_grad_()
    model, given = compiled().model, pairs()
    there = model.run(given.clean, read="resid_post.0")["resid_post.0"]
    found = sweep(model, given.corrupted, [PatchAlong("resid_post.0", there, rows, position=-1)], given.metric)
    slope = torch.autograd.grad(found.scores.sum(), rows)[0]
    step = 1e-3 * axes("cd")["cd"]

    def score(shifted):
        edit = PatchAlong("resid_post.0", there, shifted.detach(), position=-1)
        return float(sweep(model, given.corrupted, [edit], given.metric).scores.sum())

    assert float((slope * step).sum()) == pytest.approx((score(rows + step) - score(rows - step)) / 2, rel=0.05)


def test_a_figure_has_a_bar_for_each_subspace(tmp_path):
    found = patch_along(compiled().model, pairs(), axes("ab", "cd"), site="resid_post.0", position=-1)
    assert {row["subspace"] for row in found.figure.spec["data"]["values"]} == {"ab", "cd", "whole site"}
    assert found.figure.save(tmp_path / "bars.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"site": "z.0"}, FeatureAxisError, "head=0"),
        ({"site": "pattern.0", "head": 0}, FeatureAxisError, "keys"),
        ({"site": "resid_post.0", "head": 0}, FeatureAxisError, "no heads"),
        ({"site": "mlp_post.0"}, SubspaceSizeError, "has 8 features"),
    ],
)
def test_what_has_no_such_subspace_is_refused(asked, error, says):
    with pytest.raises(error, match=says):
        patch_along(compiled().model, pairs(), {"ab": axes("ab")["ab"]}, **asked)


def test_pairs_without_a_gap_are_refused():
    same = replace(pairs(), corrupted=pairs().clean)
    with pytest.raises(NoGapError):
        patch_along(compiled().model, same, axes("ab"), site="resid_post.0")
