"""Average precision, worked by hand and by going through the definition threshold by threshold."""

import numpy as np
import pytest

from cutaway.stats.separation import auprc


def test_average_precision_by_hand():
    # down to the first true case 1 of 1 is true, down to the second 2 of 3
    assert auprc(np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, True, False])) == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.parametrize("seed", range(5))
def test_cases_of_one_score_count_together(seed):
    generator = np.random.default_rng(seed)
    scores, true = generator.integers(0, 6, 40).astype(float), generator.random(40) < 0.3
    total = 0.0
    for score, is_true in zip(scores, true, strict=True):
        if is_true:
            total += true[scores >= score].mean()
    assert auprc(scores, true) == pytest.approx(total / true.sum())


def test_without_a_true_case_there_is_no_precision():
    with pytest.raises(ValueError, match="needs a true case"):
        auprc(np.zeros(3), np.zeros(3, dtype=bool))
