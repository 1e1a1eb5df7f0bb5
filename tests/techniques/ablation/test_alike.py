"""Sets of units as active as the chosen ones, on activities whose neighbours are plain to see."""

import pytest
import torch

from cutaway.techniques.ablation.alike import sets_alike

LEVELS = torch.tensor([1.0, 5.0, 9.0, 1.1, 5.1, 9.1, 0.9, 4.9, 8.9])


def test_each_stand_in_is_one_of_the_nearest_and_none_was_chosen_or_comes_twice():
    for drawn in sets_alike(LEVELS, [0, 5], draws=30, seed=0, nearest=2):
        one, other = drawn
        assert one in (3, 6)
        assert other in (2, 8)


def test_units_with_the_same_neighbours_do_not_share_a_stand_in():
    for drawn in sets_alike(LEVELS, [0, 3], draws=30, seed=0, nearest=1):
        assert drawn[0] == 6
        assert drawn[1] == 7


def test_sets_differ_between_draws_and_not_between_runs():
    found = sets_alike(LEVELS, [0, 5], draws=30, seed=0, nearest=2)
    assert {tuple(drawn) for drawn in found} == {(3, 2), (3, 8), (6, 2), (6, 8)}
    assert found == sets_alike(LEVELS, [0, 5], draws=30, seed=0, nearest=2)


def test_more_chosen_than_others_are_left_is_refused():
    with pytest.raises(ValueError, match="not as many others"):
        sets_alike(LEVELS, [0, 1, 2, 3, 4], draws=1, seed=0)
