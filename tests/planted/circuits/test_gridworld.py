"""The policy on a grid: what it looks at, where it goes, and that training cannot tell."""

import pytest
import torch

from cutaway.planted import Planted, circuit
from cutaway.planted.circuits.gridworld import Levels, rollout, separated, towards, training

UP, DOWN, LEFT, RIGHT, STAY = range(5)


@pytest.fixture(scope="module", params=[0, 4])
def policy(request) -> Planted:
    return circuit("gridworld", seed=request.param)


def level(player, green, exit_at, key=(5, 0)):
    return Levels(*(torch.tensor([place]) for place in (player, green, exit_at, key)))


def move(policy, levels):
    return int(policy.model.run(levels.seen()).logits[0, 0].argmax())


@pytest.mark.parametrize(
    ("green", "expected"), [((0, 2), UP), ((4, 3), DOWN), ((1, 0), LEFT), ((4, 4), RIGHT), ((2, 2), STAY)]
)
def test_it_moves_to_the_green_square_along_the_longer_way(policy, green, expected):
    assert move(policy, level((2, 2), green, (5, 5))) == expected
    assert int(towards(torch.tensor([[2, 2]]), torch.tensor([green]))) == expected


def test_moving_the_exit_or_the_key_changes_nothing_and_moving_the_green_square_does(policy):
    here = policy.model.run(level((2, 2), (2, 5), (0, 2)).seen()).logits
    for other in (level((2, 2), (2, 5), (5, 5)), level((2, 2), (2, 5), (0, 2), key=(1, 1))):
        torch.testing.assert_close(policy.model.run(other.seen()).logits, here)
    assert move(policy, level((2, 2), (2, 5), (0, 2))) == RIGHT
    assert move(policy, level((2, 2), (5, 2), (0, 2))) == DOWN


def test_walk_ends_on_the_green_square_and_stays_there(policy):
    path = rollout(policy.model, level((2, 1), (3, 3), (0, 0)), steps=5)[:, 0].tolist()
    assert path == [[2, 1], [2, 2], [2, 3], [3, 3], [3, 3], [3, 3]]


def test_in_training_it_always_ends_at_the_exit_and_elsewhere_never(policy):
    for levels, reaches_exit in ((training(64, 0), True), (separated(64, 0), False)):
        end = rollout(policy.model, levels)[-1]
        assert torch.equal(end, levels.green)
        assert bool(((end == levels.exit).all(dim=1) == reaches_exit).all())


def test_truth_says_which_maps_it_reads(policy):
    carried = {part.name for part in policy.truth.parts if part.kind == "channels" and part.carries}
    assert carried == {"player", "green"}
    assert not any(policy.truth.alone("exit-moved").values())
    assert policy.truth.alone("green-moved")["green"]


def test_units_for_the_exit_count_its_steps_as_those_for_the_green_square_do(policy):
    seen = level((2, 2), (5, 2), (2, 0)).seen()
    for name, steps in (("green down", 3.0), ("green up", 0.0), ("exit left", 2.0), ("exit down", 0.0)):
        part = policy.truth.part(name)
        assert float(policy.model.run(seen, read=[part.site])[part.site][0, part.indices[0]]) == steps


def test_shuffled_twins_find_no_square(policy):
    pairs = policy.sample(64, 0)
    right = [pairs.accuracy(policy.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two: 0.5
