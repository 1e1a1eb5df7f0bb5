"""agreement, on effects whose correlation is known by hand, and the choice of places that it is measured on."""

import numpy as np
import pandas as pd
import pytest
import torch

from cutaway.errors.attribution import NoPlacesError
from cutaway.techniques.attribution.agreement import agreement
from cutaway.techniques.attribution.places import half_drawn


def effects(*values):
    return torch.tensor(values)[:, None]


def places(count):
    return pd.DataFrame({"layer": range(count)})


def test_double_the_size_is_perfect_but_for_the_slope():
    found = agreement(effects(2.0, 4.0, -6.0, 8.0), effects(1.0, 2.0, -3.0, 4.0), places(4))
    assert (found.pearson.value, found.spearman.value, found.sign.value) == pytest.approx((1, 1, 1))
    assert found.slope == pytest.approx(0.5)


def test_pearson_sees_sizes_and_spearman_only_the_order():
    found = agreement(effects(1.0, 2.0, 3.0), effects(1.0, 2.0, 9.0), places(3))
    assert found.spearman.value == pytest.approx(1)
    assert found.pearson.value == pytest.approx(8 / (2 * 38) ** 0.5)  # deviations -1 0 1 and -3 -2 5


def test_signs_are_counted_only_where_the_exact_effect_is_not_negligible():
    found = agreement(effects(1.0, -1.0, 5.0, 1.0), effects(10.0, 10.0, -0.001, -10.0), places(4))
    assert found.sign.value == pytest.approx(1 / 3)
    assert found.frame["conflict"].tolist() == [False, True, False, True]


def test_means_over_prompts_are_compared_and_rounding_counts_as_nothing():
    found = agreement(
        torch.tensor([[1.0, 3.0], [1e-8, 0.0]]), torch.tensor([[2.0, 2.0], [0.0, -1e-8]]), places(2), rounding=1e-6
    )
    assert np.array_equal(found.approximate, [2.0, 0.0])
    assert np.array_equal(found.exact, [2.0, 0.0])


def test_nothing_that_moves_is_said_instead_of_a_correlation():
    assert "none of 2 of 9 places moves" in repr(agreement(effects(1.0, 2.0), effects(0.0, 0.0), places(2), of=9))


def test_one_place_is_no_agreement():
    with pytest.raises(NoPlacesError, match="two are the least"):
        agreement(effects(1.0), effects(1.0), places(1))


def test_half_of_the_sample_are_the_largest_and_none_is_twice_in_it():
    scores = torch.tensor([0.0, 9.0, -8.0, 0.1, 0.2, 0.3, 7.0, 0.0])[:, None]
    for seed in range(5):
        chosen = half_drawn(scores, 6, seed)
        assert {1, 2, 6} <= set(chosen)
        assert len(set(chosen)) == 6
    assert half_drawn(scores, 100, 0) == list(range(8))
