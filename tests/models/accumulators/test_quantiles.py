"""Quantiles: as numpy while all is kept, the same bytes in any split, and the standard error it states."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors.accumulators import AccumulatorSettingError
from cutaway.models.accumulators import Quantiles, Seen
from cutaway.models.accumulators.quantiles import _mixed
from tests.models.accumulators.scans import corpus, scan

SHARES = (0.0, 0.01, 0.25, 0.5, 0.77, 1.0)
splits = {"seed": st.integers(0, 10_000), "shards": st.integers(1, 4), "cuts": st.integers(0, 12)}


@given(samples=st.integers(1, 60), **splits)
def test_exact_while_every_sample_is_kept(seed, samples, shards, cuts):
    seen = corpus(samples, (2, 3), seed)
    found = scan(Quantiles(capacity=60), seen, shards=shards, cuts=cuts, seed=seed)
    for q in SHARES:
        np.testing.assert_allclose(found.at(q), np.quantile(seen.values.numpy(), q, axis=0), rtol=1e-5, atol=1e-6)


@given(capacity=st.integers(1, 80), **splits)
def test_any_split_keeps_the_same_samples(seed, shards, cuts, capacity):
    seen = corpus(100, (2,), seed)
    whole = Quantiles(capacity)
    whole.add(seen)
    split = scan(Quantiles(capacity), seen, shards=shards, cuts=cuts, seed=seed)
    for q in SHARES:
        assert torch.equal(whole.at(q), split.at(q))


def test_samples_are_kept_whole():
    """The second feature is twice the first in every sample, so also in the sample of samples."""
    seen = corpus(500, (1,), seed=1)
    pairs = Seen(torch.cat([seen.values, 2 * seen.values], dim=1), seen.row, seen.position)
    found = scan(Quantiles(capacity=50), pairs, shards=3, cuts=9)
    for q in SHARES:
        first, second = found.at(q)
        torch.testing.assert_close(second, 2 * first)


def ranks(q, capacity, corpora, length=1000):
    """Where in each corpus the estimate lies; values rise with row and position, the worst for a lazy sample."""
    found = []
    for number in range(corpora):
        index = torch.arange(length)
        rising = (index / (length - 1)).reshape(-1, 1)
        quantiles = Quantiles(capacity)
        quantiles.add(Seen(rising, row=number * 100 + index // 10, position=index % 10))
        found.append(quantiles.at(q).item())
    return np.array(found)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_errors_are_as_large_as_stated(q):
    """Over 400 corpora: centred on q, and spread by sqrt(q (1 - q) / capacity), less what sampling 1 in 20 saves."""
    found = ranks(q, capacity=50, corpora=400)
    stated = np.sqrt(q * (1 - q) / 50)
    assert abs(found.mean() - q) < 4 * stated / np.sqrt(400) + 0.01  # interpolation moves a small quantile by < 1/100
    np.testing.assert_allclose(found.std(), stated * np.sqrt(1 - 50 / 1000), rtol=0.15)  # 4 standard errors of a spread


def test_hash_is_splitmix64():
    """The first numbers of its published generator from seed 1234567 (rosettacode.org, Splitmix64)."""
    golden = torch.tensor(0x9E3779B97F4A7C15 - 2**64)
    states = 1234567 + golden * torch.arange(5)  # wraps around, as the generator's state does
    unsigned = [int(number) % 2**64 for number in _mixed(states)]
    assert unsigned == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_values_keep_what_their_precision_holds(dtype):
    seen = corpus(90, (3,), seed=6)
    seen = Seen(seen.values.to(dtype), seen.row, seen.position)
    found = scan(Quantiles(), seen, shards=2, cuts=5)
    assert found.at(0.5).dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    exact = np.quantile(seen.values.double().numpy(), 0.37, axis=0)
    np.testing.assert_allclose(found.at(0.37), exact, rtol=1e-12 if dtype == torch.float64 else 1e-6)


@pytest.mark.parametrize("q", [-0.01, 1.01, float("nan")])
def test_q_is_a_share(q):
    found = Quantiles()
    found.add(corpus(3, (2,), seed=1))
    with pytest.raises(AccumulatorSettingError, match="from 0 to 1"):
        found.at(q)


def test_capacity_is_at_least_one():
    with pytest.raises(AccumulatorSettingError, match="at least one sample"):
        Quantiles(capacity=0)
