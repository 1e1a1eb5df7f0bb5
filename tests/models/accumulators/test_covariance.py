"""Covariance against numpy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors.accumulators import TooManyFeaturesError
from cutaway.models.accumulators import Covariance, Seen
from tests.models.accumulators.scans import corpus, in_batches, scan


def assert_as_numpy(found, values):
    exact = values.flatten(1).double().numpy()
    np.testing.assert_allclose(found.mean, exact.mean(axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(exact, rowvar=False, ddof=0), rtol=1e-9, atol=1e-12)


@given(seed=st.integers(0, 10_000), samples=st.integers(1, 60), shards=st.integers(1, 4), cuts=st.integers(0, 12))
def test_any_split_gives_what_numpy_gives_for_the_whole(seed, samples, shards, cuts):
    seen = corpus(samples, (2, 3), seed)
    assert_as_numpy(scan(Covariance(), seen, shards=shards, cuts=cuts, seed=seed), seen.values)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_summed_in_double(dtype):
    seen = corpus(100, (3,), seed=1)
    seen = Seen(seen.values.to(dtype), seen.row, seen.position)
    assert_as_numpy(scan(Covariance(), seen, shards=2, cuts=4), seen.values)


def test_a_large_mean_does_not_drown_a_small_covariance():
    """Features that flip together, then against each other: 1/4 and -1/4, on top of a hundred million."""
    flips = torch.tensor([[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]).repeat(500, 1).double()
    seen = corpus(1000, (3,), seed=1)
    found = Covariance()
    for batch in in_batches(Seen(1e8 + flips, seen.row, seen.position), 30):
        found.add(batch)
    by_hand = torch.tensor([[0.25, 0.25, -0.25], [0.25, 0.25, -0.25], [-0.25, -0.25, 0.25]]).double()
    torch.testing.assert_close(found.covariance, by_hand, rtol=1e-6, atol=0)


@pytest.mark.parametrize("result", ["mean", "covariance"])
def test_results_are_the_callers_to_change(result):
    found = scan(Covariance(), corpus(20, (2,), seed=1))
    before = getattr(found, result).clone()
    getattr(found, result).zero_()
    torch.testing.assert_close(getattr(found, result), before)


def test_a_matrix_too_large_is_refused_before_it_is_made():
    label = torch.zeros(1, dtype=torch.long)
    with pytest.raises(TooManyFeaturesError, match=r"8193 features is a matrix of 0\.5 GiB; the limit is 8192"):
        Covariance().add(Seen(torch.zeros(1, 8193), row=label, position=label))
