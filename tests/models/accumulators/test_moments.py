"""Moments against numpy, where naive sums fail too."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cutaway.models.accumulators import Moments, Seen
from tests.models.accumulators.scans import corpus, in_batches, scan


def assert_as_numpy(moments, values):
    exact = values.double().numpy()
    np.testing.assert_allclose(moments.mean.numpy(), exact.mean(axis=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(moments.variance.numpy(), exact.var(axis=0, ddof=0), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(moments.min.numpy(), exact.min(axis=0))
    np.testing.assert_array_equal(moments.max.numpy(), exact.max(axis=0))


@given(seed=st.integers(0, 10_000), samples=st.integers(1, 60), shards=st.integers(1, 4), cuts=st.integers(0, 12))
def test_any_split_gives_what_numpy_gives_for_the_whole(seed, samples, shards, cuts):
    seen = corpus(samples, (2, 3), seed)
    moments = scan(Moments(), seen, shards=shards, cuts=cuts, seed=seed)
    assert moments.count == samples
    assert_as_numpy(moments, seen.values)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_summed_in_double(dtype):
    seen = corpus(100, (3,), seed=1)
    seen = Seen(seen.values.to(dtype), seen.row, seen.position)
    assert_as_numpy(scan(Moments(), seen, shards=2, cuts=4), seen.values)


def test_half_precision_does_not_stall():
    """Half precision cannot count past 2048, nor hold a sum above 65504."""
    seen = corpus(6000, (1,), seed=1)
    ones_and_threes = torch.tensor([1.0, 3.0]).repeat(3000).reshape(-1, 1).half()
    moments = scan(Moments(), Seen(ones_and_threes, seen.row, seen.position))
    assert (moments.mean.item(), moments.variance.item()) == (2.0, 1.0)


def test_a_large_mean_does_not_drown_a_small_spread():
    """One part in a hundred million apart: E[x^2] - E[x]^2 has no correct digit left."""
    dice = torch.Generator().manual_seed(0)
    spread = torch.randint(0, 2, (5000, 2), generator=dice).double()
    seen = corpus(5000, (2,), seed=1)
    moments = Moments()
    for batch in in_batches(Seen(1e8 + spread, seen.row, seen.position), 64):
        moments.add(batch)
    share = spread.mean(dim=0)
    torch.testing.assert_close(moments.variance, share * (1 - share), rtol=1e-6, atol=0)


@pytest.mark.parametrize("result", ["mean", "variance", "min", "max"])
def test_results_are_the_callers_to_change(result):
    moments = scan(Moments(), corpus(20, (2,), seed=1))
    before = getattr(moments, result).clone()
    getattr(moments, result).zero_()
    torch.testing.assert_close(getattr(moments, result), before)


def test_unequal_shards_weigh_by_their_counts_by_hand():
    zero, index = torch.zeros(4, dtype=torch.long), torch.arange(4)
    one, three = Moments(), Moments()
    one.add(Seen(torch.tensor([[8.0]]), zero[:1], index[:1]))
    three.add(Seen(torch.tensor([[0.0], [2.0], [4.0]]), zero[:3], index[1:]))
    one.merge(three)  # 8 0 2 4: mean 14 / 4, mean square 84 / 4
    assert (one.mean.item(), one.variance.item()) == (3.5, 21 - 3.5**2)
