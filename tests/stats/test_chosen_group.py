"""The group that gains most: by hand, and no group where there is none."""

import numpy as np
import pytest

from cutaway.stats.chosen_group import chosen_by_chance, chosen_group, group_means
from cutaway.stats.separation import auroc, aurocs

GROUPS = np.array(["a", "b", "c", "b"] * 20)
CHOOSE = np.arange(80) < 40


def test_the_group_is_chosen_on_one_half_and_measured_on_the_other():
    gains = np.ones((2, 80))
    gains[:, (GROUPS == "c") & CHOOSE] = 9.0  # where it is chosen
    gains[0, (GROUPS == "c") & ~CHOOSE], gains[1, (GROUPS == "c") & ~CHOOSE] = 5.0, 3.0
    found = chosen_group(gains, GROUPS, choose=CHOOSE)
    assert found.name == "c"
    assert found.beyond == pytest.approx(
        (5 - 2, 3 - 1.5)
    )  # less the mean of all on that half: (3 + 5) / 4, (3 + 3) / 4


def test_a_group_of_too_few_cases_is_not_chosen():
    gains = np.where(GROUPS == "c", 9.0, np.where(GROUPS == "b", 2.0, 1.0))[None]
    assert chosen_group(gains, GROUPS, choose=CHOOSE, fewest=10).name == "c"
    assert chosen_group(gains, GROUPS, choose=CHOOSE, fewest=11).name == "b"
    with pytest.raises(ValueError, match="21 cases"):
        chosen_group(gains, GROUPS, choose=CHOOSE, fewest=21)


def test_the_luckiest_of_groups_that_do_not_differ_gains_no_more_than_others_elsewhere():
    generator = np.random.default_rng(0)
    gains, groups = 1 + generator.standard_normal((1, 4000)), np.array([f"group {n % 40}" for n in range(4000)])
    choose = np.arange(4000) < 2000
    beyond = [float(chosen_group(gains, generator.permutation(groups), choose=choose).beyond[0]) for _ in range(50)]
    assert np.mean(beyond) == pytest.approx(0.0, abs=0.1)
    assert chosen_by_chance(gains, groups, choose=choose, seed=0, draws=5) == chosen_by_chance(
        gains, groups, choose=choose, seed=0, draws=5
    )


def test_dealing_groups_out_anew_takes_the_difference_away():
    gains = np.where(GROUPS == "c", 9.0, 1.0)[None]
    assert chosen_group(gains, GROUPS, choose=CHOOSE).beyond[0] == pytest.approx(6.0)
    assert np.mean(chosen_by_chance(gains, GROUPS, choose=CHOOSE, seed=0)) < 1.0


def test_means_of_groups_are_in_the_order_of_their_names():
    np.testing.assert_allclose(group_means(np.array([1.0, 2.0, 4.0]), np.array(["b", "a", "b"])), [2.0, 2.5])


def test_many_aurocs_are_each_what_one_is():
    generator = np.random.default_rng(1)
    scores, is_true = generator.integers(0, 5, (60, 3)).astype(float), generator.random((60, 2)) < 0.4
    found = aurocs(scores, is_true)
    each = [[auroc(scores[:, unit], is_true[:, tag]) for tag in range(2)] for unit in range(3)]
    np.testing.assert_allclose(found, each)
    assert np.isnan(aurocs(scores, np.ones((60, 1), dtype=bool))).all()
