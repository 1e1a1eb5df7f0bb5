"""What holds for every accumulator: flat memory, refusals that leave no trace, merges that share nothing."""

import numpy as np
import pytest
import torch

from cutaway.errors.accumulators import (
    ChangedFeaturesError,
    MergeError,
    NonFiniteError,
    NothingSeenError,
    UnevenBatchError,
)
from cutaway.models.accumulators import (
    Covariance,
    Histogram,
    Moments,
    ParquetSink,
    Quantiles,
    SafetensorsSink,
    Seen,
    TopK,
)
from tests.models.accumulators.scans import chosen, corpus, held_bytes, in_batches

# Each with another of the same kind that it must not merge with, and with a result to read.
IN_MEMORY = {
    "top_k": (TopK(k=3), TopK(k=4), lambda it: it.frame()["value"].to_numpy()),
    "moments": (Moments(), None, lambda it: it.variance.numpy()),
    "histogram": (Histogram(-1.0, 1.0, bins=5), Histogram(-1.0, 1.5, bins=5), lambda it: it.counts.numpy()),
    "quantiles": (Quantiles(capacity=30), Quantiles(capacity=31), lambda it: it.at(0.3).numpy()),
    "covariance": (Covariance(), None, lambda it: it.covariance.numpy()),
}
each = pytest.mark.parametrize("kind", IN_MEMORY)


@pytest.fixture(params=["parquet", "safetensors", *IN_MEMORY])
def any_kind(request, tmp_path):
    """Every accumulator, the sinks with parts of 2 KiB."""
    sinks = {"parquet": ParquetSink, "safetensors": SafetensorsSink}
    if request.param in sinks:
        return sinks[request.param](tmp_path / "activations", part_bytes=2048)
    return IN_MEMORY[request.param][0].empty()


def test_memory_does_not_grow_with_the_samples(any_kind):
    batches = in_batches(corpus(40_000, (2, 3), seed=1), 40)
    held = []
    for number, batch in enumerate(batches, start=1):
        any_kind.add(batch)
        if number in (50, 200, 1000):
            held.append(held_bytes(any_kind))
    assert held[0] > 0
    if "Sink" in repr(any_kind):
        assert max(held) <= 2048  # a part at most waits
    else:
        assert held[0] == held[1] == held[2]


def test_count_is_of_the_samples_seen_here_and_by_those_merged(any_kind):
    any_kind.add(corpus(12, (2,), seed=1))
    any_kind.add(corpus(0, (2,), seed=1))
    assert (any_kind.count, any_kind.feature_shape) == (12, (2,))


@each
def test_merging_leaves_the_other_as_it_was_and_shares_nothing_with_it(kind):
    template, _, result = IN_MEMORY[kind]
    first, second, third = (chosen(corpus(30, (2,), seed=2), slice(low, low + 10)) for low in (0, 10, 20))
    mine, other, whole = template.empty(), template.empty(), template.empty()
    other.add(first)
    before = result(other).copy()
    mine.merge(other)
    mine.add(second)
    mine.add(third)
    np.testing.assert_array_equal(result(other), before)
    other.add(second)
    for part in (first, second, third):
        whole.add(part)
    np.testing.assert_allclose(result(mine), result(whole), rtol=1e-12)
    assert mine.count == 30


@each
def test_a_shard_that_saw_nothing_changes_nothing(kind):
    template, _, result = IN_MEMORY[kind]
    mine = template.empty()
    mine.add(corpus(20, (2,), seed=3))
    before = result(mine).copy()
    mine.merge(template.empty())
    np.testing.assert_array_equal(result(mine), before)


@pytest.mark.parametrize("kind", sorted(set(IN_MEMORY) - {"top_k"}))  # pandas gives it out read-only
def test_results_have_no_say_in_what_is_kept(kind):
    template, _, result = IN_MEMORY[kind]
    mine = template.empty()
    mine.add(corpus(20, (2,), seed=3))
    before = result(mine).copy()
    result(mine)[:] = 7
    np.testing.assert_array_equal(result(mine), before)


@each
def test_no_result_before_the_first_sample(kind):
    template, _, result = IN_MEMORY[kind]
    with pytest.raises(NothingSeenError, match="has seen no sample"):
        result(template.empty())


@each
def test_other_settings_do_not_merge(kind):
    template, other, _ = IN_MEMORY[kind]
    if other is not None:
        with pytest.raises(MergeError, match="settings differ"):
            template.empty().merge(other.empty())


def test_another_kind_or_other_features_or_itself_do_not_merge(any_kind):
    stranger = Moments() if not isinstance(any_kind, Moments) else Covariance()
    with pytest.raises(MergeError, match="another kind"):
        any_kind.merge(stranger)
    with pytest.raises(MergeError, match="count twice"):
        any_kind.merge(any_kind)
    other = any_kind.empty()
    any_kind.add(corpus(3, (2, 3), seed=1))
    other.add(corpus(3, (6,), seed=1))
    with pytest.raises(MergeError, match=r"\(6,\) in float32, not shape \(2, 3\) in float32"):
        any_kind.merge(other)


def test_a_batch_with_other_features_is_refused(any_kind):
    batch = corpus(3, (2, 3), seed=1)
    any_kind.add(batch)
    with pytest.raises(ChangedFeaturesError, match=r"shape \(2, 3\) in float32, and this batch has shape \(6,\)"):
        any_kind.add(corpus(3, (6,), seed=1))
    with pytest.raises(ChangedFeaturesError, match="float16"):
        any_kind.add(Seen(batch.values.half(), batch.row, batch.position, batch.token))
    assert any_kind.count == 3


@each
def test_nan_is_refused_with_its_place_and_leaves_no_trace(kind):
    template, _, result = IN_MEMORY[kind]
    mine = template.empty()
    good, bad = corpus(20, (2, 3), seed=4), corpus(20, (2, 3), seed=5)
    bad.values[16, 1, 2] = torch.nan
    with pytest.raises(NonFiniteError, match="nan in feature 5 at row 2, position 2"):
        mine.add(bad)
    assert mine.count == 0
    mine.add(good)
    before = result(mine).copy()
    with pytest.raises(NonFiniteError, match="nan in feature 5 at row 2, position 2"):
        mine.add(bad)
    np.testing.assert_array_equal(result(mine), before)
    assert mine.count == 20


@pytest.mark.parametrize("kind", ["moments", "covariance", "quantiles"])
@pytest.mark.parametrize("value", [torch.inf, -torch.inf])
def test_infinity_is_refused_where_it_would_turn_into_nan(kind, value):
    bad = corpus(20, (2,), seed=4)
    bad.values[8, 1] = value
    with pytest.raises(NonFiniteError, match=f"{value} in feature 1 at row 1, position 1"):
        IN_MEMORY[kind][0].empty().add(bad)


@pytest.mark.parametrize(
    ("values", "labels", "words"),
    [((4, 2), 3, "values of 4 samples"), ((), 1, "no sample axis"), ((2, 2, 5), 4, "flatten")],
)
@pytest.mark.usefixtures("unchecked")
def test_labels_must_number_the_samples(values, labels, words):
    label = torch.zeros(labels, dtype=torch.long)
    with pytest.raises(UnevenBatchError, match=words):
        Seen(torch.zeros(values), row=label, position=label)


@pytest.mark.usefixtures("unchecked")
def test_a_token_too_many_is_refused():
    label = torch.zeros(3, dtype=torch.long)
    with pytest.raises(UnevenBatchError, match=r"token: shape \(4,\)"):
        Seen(torch.zeros(3, 2), row=label, position=label, token=torch.zeros(4, dtype=torch.long))


def test_gradients_are_not_kept_alive():
    moments = Moments()
    label = torch.zeros(3, dtype=torch.long)
    moments.add(Seen(torch.ones(3, 2, requires_grad=True), row=label, position=torch.arange(3)))
    assert not moments.mean.requires_grad
