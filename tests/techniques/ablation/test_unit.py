"""What units take out: only what they name, where they name it."""

import pytest
import torch

from cutaway.errors.ablation import DirectionError, NoUnitsError, OverlapError
from cutaway.techniques.ablation.unit import (
    Unit,
    checked,
    direction_at,
    every_head,
    every_mlp,
    head_at,
    mlp_at,
    neurons_at,
)
from tests.conformance.families import build

TOKENS = torch.randint(1, 61, (3, 6), generator=torch.Generator().manual_seed(0))
VALUES = torch.randn(3, 6, 8, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def model():
    return build("toy-rotary-gelu-no-norm")


def test_a_head_is_replaced_and_its_neighbours_are_not(model):
    plain, edited = (model.run(TOKENS, read="z.1", edit=e)["z.1"] for e in ([], head_at(1, 2).edits(VALUES)))
    torch.testing.assert_close(edited[:, :, 2], VALUES)
    torch.testing.assert_close(edited[:, :, [0, 1, 3]], plain[:, :, [0, 1, 3]])


def test_positions_take_the_values_of_these_positions(model):
    edits = head_at(1, 2).at(4, 1, -1).edits(VALUES)
    plain, edited = (model.run(TOKENS, read="z.1", edit=e)["z.1"] for e in ([], edits))
    torch.testing.assert_close(edited[:, [1, 4, 5], 2], VALUES[:, [1, 4, 5]])
    torch.testing.assert_close(edited[:, [0, 2, 3]], plain[:, [0, 2, 3]])


def test_neurons_are_replaced_together(model):
    edits = neurons_at(0, [5, 3]).edits(VALUES[:, :, :2])
    plain, edited = (model.run(TOKENS, read="mlp_post.0", edit=e)["mlp_post.0"] for e in ([], edits))
    torch.testing.assert_close(edited[:, :, [5, 3]], VALUES[:, :, :2])
    others = [n for n in range(24) if n not in (3, 5)]
    torch.testing.assert_close(edited[:, :, others], plain[:, :, others])


def test_along_a_direction_the_value_comes_in_and_across_it_nothing_changes(model):
    along = torch.randn(2, 32, generator=torch.Generator().manual_seed(2))  # not orthogonal, of any length
    value = torch.randn(3, 6, 32, generator=torch.Generator().manual_seed(3))
    edits = direction_at("resid_pre.1", along, "plane").edits(value)
    plain, edited = (model.run(TOKENS, read="resid_pre.1", edit=e)["resid_pre.1"] for e in ([], edits))
    torch.testing.assert_close(edited @ along.T, value @ along.T, rtol=1e-4, atol=1e-4)
    across = torch.eye(32) - along.T @ torch.linalg.inv(along @ along.T) @ along
    torch.testing.assert_close(edited @ across, plain @ across, rtol=1e-4, atol=1e-4)


def test_a_direction_given_twice_takes_out_no_more_than_given_once(model):
    one = torch.randn(1, 32, generator=torch.Generator().manual_seed(2))
    value = torch.randn(3, 6, 32, generator=torch.Generator().manual_seed(3))
    units = (direction_at("resid_pre.1", along, "line") for along in (one, torch.cat((one, -2 * one))))
    once, twice = (model.run(TOKENS, read="resid_pre.1", edit=u.edits(value))["resid_pre.1"] for u in units)
    torch.testing.assert_close(twice, once)


def test_every_unit_of_a_model_has_its_own_name(model):
    units = (*every_head(model), *every_mlp(model))
    assert len(units) == 3 * 4 + 3
    assert len({str(unit) for unit in units}) == len(units)
    assert [str(one) for one in (head_at(1, 2), mlp_at(0).at(3), neurons_at(2, [7]))] == [
        "1.2",
        "mlp 0 @3",
        "neurons 2.7",
    ]
    assert not every_mlp(build("toy-attention-only-learned"))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (head_at(1, 2), head_at(1, 2), False),
        (head_at(1, 2), head_at(1, 3), True),
        (head_at(1, 2).at(3), head_at(1, 2).at(4), True),
        (head_at(1, 2).at(3, 4), head_at(1, 2).at(4), False),
        (head_at(1, 2).at(3), head_at(1, 2).at(-1), False),
        (head_at(1, 2), Unit("z.1"), False),
        (neurons_at(0, [1, 2]), neurons_at(0, [2, 3]), False),
        (neurons_at(0, [1]), neurons_at(1, [1]), True),
        (direction_at("resid_pre.1", torch.eye(4)[0], "x"), direction_at("resid_pre.1", torch.eye(4)[1], "y"), True),
        (direction_at("resid_pre.1", torch.eye(4)[0], "x"), direction_at("resid_pre.1", torch.ones(4), "y"), False),
    ],
)
def test_only_what_shares_nothing_is_ablated_together(one, other, both):
    if both:
        assert checked([one, other]) == (one, other)
    else:
        with pytest.raises(OverlapError, match="overlap"):
            checked([one, other])


def test_nothing_and_directions_of_no_length_are_refused():
    with pytest.raises(NoUnitsError, match="every_head"):
        checked([])
    with pytest.raises(DirectionError, match="no length"):
        direction_at("resid_pre.1", torch.zeros(4), "nothing")
    with pytest.raises(DirectionError, match=r"'resid_pre.1 nothing' .* ablated: its directions have no length"):
        Unit("resid_pre.1", name="nothing", along=torch.zeros(2, 8)).edits(VALUES)
    with pytest.raises(DirectionError, match="4 features where the site has 8"):
        direction_at("resid_pre.1", torch.ones(4), "short").edits(VALUES)
