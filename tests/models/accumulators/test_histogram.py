"""Histogram against numpy, with values on the edges."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors.accumulators import AccumulatorSettingError
from cutaway.models.accumulators import Histogram, Seen
from tests.models.accumulators.scans import corpus, scan


def assert_as_numpy(histogram, values):
    exact = values.double().numpy()
    np.testing.assert_allclose(histogram.edges, np.linspace(histogram.low, histogram.high, histogram.bins + 1))
    for feature in np.ndindex(exact.shape[1:]):
        column = exact[(slice(None), *feature)]
        counts, _ = np.histogram(column, bins=histogram.edges.numpy())
        assert histogram.counts[feature].tolist() == counts.tolist()
        assert histogram.under[feature].item() == (column < histogram.low).sum()
        assert histogram.over[feature].item() == (column > histogram.high).sum()


@given(
    seed=st.integers(0, 10_000),
    samples=st.integers(1, 60),
    bins=st.integers(1, 9),
    levels=st.sampled_from([2, 4, None]),
    shards=st.integers(1, 4),
    cuts=st.integers(0, 12),
)
def test_any_split_gives_what_numpy_gives_for_the_whole(seed, samples, bins, levels, shards, cuts):
    seen = corpus(samples, (2, 2), seed, levels=levels)
    assert_as_numpy(scan(Histogram(-1.0, 0.75, bins), seen, shards=shards, cuts=cuts, seed=seed), seen.values)


def test_edges_by_hand():
    values = torch.tensor([-0.1, 0.0, 0.4, 0.5, 0.5, 1.0, 1.1, torch.inf, -torch.inf])
    index = torch.arange(len(values))
    histogram = Histogram(0.0, 1.0, bins=2)
    histogram.add(Seen(values, row=index, position=index))
    assert histogram.counts.tolist() == [2, 3]
    assert (histogram.under.item(), histogram.over.item()) == (2, 2)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_is_compared_in_double(dtype):
    seen = corpus(300, (2,), seed=1)
    histogram = Histogram(-1.1, 1.3, bins=7)  # edges that half precision does not hold
    seen = Seen(seen.values.to(dtype), seen.row, seen.position)
    assert_as_numpy(scan(histogram, seen, shards=2, cuts=4), seen.values)


@pytest.mark.parametrize(
    ("low", "high", "bins"), [(1, 1, 4), (2, 1, 4), (0, float("inf"), 4), (float("nan"), 1, 4), (0, 1, 0)]
)
def test_bins_that_cannot_be_are_refused(low, high, bins):
    with pytest.raises(AccumulatorSettingError, match="low is below high"):
        Histogram(low, high, bins)
