"""Statistics against closed forms, brute force and the textbook."""

import itertools

import numpy as np
import pytest

from cutaway.stats.intervals import bootstrap_mean, from_stderr, proportion
from cutaway.stats.rank import rank_agreement, shuffled_agreement, spearman
from cutaway.stats.separation import auroc


def test_auroc_is_the_share_of_pairs_in_the_right_order_by_brute_force():
    generator = np.random.default_rng(0)
    scores, truth = generator.integers(0, 6, 40).astype(float), generator.random(40) < 0.4
    pairs = itertools.product(scores[truth], scores[~truth])
    by_hand = np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs])
    assert auroc(scores, truth) == pytest.approx(by_hand)


@pytest.mark.parametrize(("scores", "expected"), [([3, 2, 1, 0], 1.0), ([0, 1, 2, 3], 0.0), ([1, 1, 1, 1], 0.5)])
def test_auroc_of_perfect_reversed_and_constant_scores(scores, expected):
    assert auroc(np.array(scores, dtype=float), np.array([True, True, False, False])) == expected


def test_auroc_without_false_cases_is_refused():
    with pytest.raises(ValueError, match="true and false"):
        auroc(np.array([1.0]), np.array([True]))


def test_spearman_sees_order_and_nothing_else():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert spearman(x, np.exp(x)) == pytest.approx(1.0)
    assert spearman(x, -(x**3)) == pytest.approx(-1.0)
    assert spearman(x, np.ones(4)) == 0.0
    # ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15)
    assert spearman(x, np.array([2.0, 1.0, 4.0, 3.0])) == pytest.approx(0.6)


def test_rank_agreement_of_noise_is_inside_its_null_and_of_signal_beyond_it():
    generator = np.random.default_rng(1)
    x = generator.normal(size=60)
    null = np.quantile(shuffled_agreement(x, x, seed=0), 0.95)
    assert rank_agreement(x, generator.normal(size=60), seed=0).low < null
    assert rank_agreement(x, x + 0.1 * generator.normal(size=60), seed=0).low > null


def test_bootstrap_covers_the_true_mean_about_as_often_as_it_says():
    generator = np.random.default_rng(2)
    covered = 0
    for trial in range(200):
        found = bootstrap_mean(generator.normal(size=40), seed=trial)
        covered += found.low <= 0.0 <= found.high
    assert 0.88 < covered / 200 < 0.99


def test_wilson_interval_of_the_textbook():
    """Newcombe 1998, Statistics in Medicine 17: 81 of 263 gives 0.2553 to 0.3662 by Wilson's method."""
    found = proportion(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert proportion(81, 263, per=100).value == pytest.approx(30.798, abs=1e-3)


def test_student_interval_of_the_textbook():
    """t with 9 degrees of freedom is 2.262 at 97.5 %."""
    found = from_stderr(5.0, 1.0, n=10)
    assert (found.low, found.high) == pytest.approx((5 - 2.262, 5 + 2.262), abs=1e-3)
