"""Random signs and overlaps of sets, against what can be counted."""

import numpy as np
import pytest

from cutaway.stats.intervals import mean_of_few
from cutaway.stats.overlap import hits_by_chance, jaccard, jaccard_by_chance
from cutaway.stats.signs import means_with_random_signs


def test_means_with_random_signs_are_those_of_all_sign_patterns():
    means = np.array(means_with_random_signs([1.0, 2.0, 4.0], seed=0, draws=8000))
    patterns = [(a + 2 * b + 4 * c) / 3 for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]
    assert set(np.round(means, 9)) == set(np.round(patterns, 9))
    assert np.mean(np.isclose(means, 7 / 3)) == pytest.approx(1 / 8, abs=0.02)


def test_overlap_is_what_both_have_by_what_either_has():
    assert jaccard((1, 2, 3), (2, 3, 4, 5)) == 2 / 5
    assert jaccard((), ()) == 1.0


def test_overlap_by_chance_of_two_of_four_with_two_of_four():
    # 0, 1 or 2 in common with probability 1/6, 4/6, 1/6: overlaps 0, 1/3, 1
    drawn = jaccard_by_chance((2, 2), of=4, seed=0, draws=6000)
    assert np.mean(drawn) == pytest.approx(4 / 6 / 3 + 1 / 6, abs=0.01)


def test_mean_of_few_has_student_s_interval():
    found = mean_of_few([1.0, 2.0, 3.0])  # sem 1/sqrt(3), t(0.975, 2) = 4.3027
    assert (found.value, found.n) == (2.0, 3)
    assert found.high - found.value == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    with pytest.raises(ValueError, match="two numbers"):
        mean_of_few([1.0])


def test_hits_by_chance_are_those_of_guesses_held_against_any_order_of_the_truths():
    drawn = hits_by_chance(["a", "b", "c"], ["a", "b", "c"], seed=0, draws=6000)  # 6 orders: 1 hits 3, 3 hit 1, 2 none
    assert {round(share * 3) for share in drawn} == {0, 1, 3}
    assert np.mean(drawn) == pytest.approx(1 / 3, abs=0.02)
    assert np.mean(np.isclose(drawn, 1.0)) == pytest.approx(1 / 6, abs=0.02)
    assert set(hits_by_chance([1, 1], [2, 2], seed=0, draws=20)) == {0.0}
