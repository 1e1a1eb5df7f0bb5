"""TopK against a full sort by pandas, with many ties, in any split."""

import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors.accumulators import AccumulatorSettingError
from cutaway.models.accumulators import Seen, TopK
from tests.models.accumulators.scans import corpus, in_batches, scan


def by_sorting(seen, k, largest):
    """All samples of all features in one table, sorted, cut."""
    values = seen.values.flatten(1).double().numpy()
    everything = pd.DataFrame(
        {
            "feature": feature,
            "value": values[sample, feature],
            "row": int(seen.row[sample]),
            "position": int(seen.position[sample]),
            "token": int(seen.token[sample]),
        }
        for sample in range(values.shape[0])
        for feature in range(values.shape[1])
    )
    keys = ["feature", "value", "row", "position"]
    ordered = everything.sort_values(keys, ascending=[True, not largest, True, True])
    return ordered.groupby("feature").head(k).reset_index(drop=True)


def assert_same(frame, expected):
    columns = ["feature", "value", "row", "position", "token"]
    pd.testing.assert_frame_equal(frame[columns], expected[columns], check_dtype=False, check_exact=True)


@given(
    seed=st.integers(0, 10_000),
    samples=st.integers(1, 60),
    k=st.integers(1, 25),
    largest=st.booleans(),
    levels=st.sampled_from([1, 3, None]),
    shards=st.integers(1, 4),
    cuts=st.integers(0, 12),
)
def test_any_split_gives_the_full_sort_cut_at_k(seed, samples, k, largest, levels, shards, cuts):
    seen = corpus(samples, (2, 2), seed, levels=levels)
    found = scan(TopK(k, largest), seen, shards=shards, cuts=cuts, seed=seed).frame()
    assert_same(found, by_sorting(seen, k, largest))


def test_ranks_count_from_one_within_each_feature():
    seen = corpus(5, (2,), seed=1)
    frame = scan(TopK(k=3), seen).frame()
    assert list(frame.columns) == ["feature", "rank", "value", "row", "position", "token"]
    assert frame["feature"].tolist() == [0, 0, 0, 1, 1, 1]
    assert frame["rank"].tolist() == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize("dead_first", [True, False])
def test_a_feature_that_is_always_zero_keeps_its_earliest_samples(dead_first):
    seen = Seen(torch.zeros(50, 1), row=torch.arange(50), position=torch.zeros(50, dtype=torch.long))
    batches = in_batches(seen, 10)
    top = TopK(k=4)
    for batch in batches if dead_first else reversed(batches):
        top.add(batch)
    assert top.frame()["row"].tolist() == [0, 1, 2, 3]
    assert top.frame()["value"].tolist() == [0.0] * 4


def test_infinities_are_ranked():
    values = torch.tensor([[1.0], [torch.inf], [-torch.inf]])
    top = TopK(k=3)
    top.add(Seen(values, row=torch.tensor([4, 5, 6]), position=torch.zeros(3, dtype=torch.long)))
    assert top.frame()["row"].tolist() == [5, 4, 6]


def test_token_is_missing_where_a_batch_came_without():
    top = TopK(k=2)
    label = torch.zeros(1, dtype=torch.long)
    top.add(Seen(torch.tensor([[1.0]]), row=label, position=label, token=torch.tensor([7])))
    top.add(Seen(torch.tensor([[2.0]]), row=label + 1, position=label))
    assert top.frame()["token"].isna().tolist() == [True, False]
    assert top.frame()["token"][1] == 7


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_values_keep_what_their_precision_holds(dtype):
    seen = corpus(80, (3,), seed=6)
    seen = Seen(seen.values.to(dtype), seen.row, seen.position, seen.token)
    if dtype == torch.float64:
        seen.values[0, 0], seen.values[1, 0] = 9.0 + 1e-12, 9.0  # equal in float32
    assert_same(scan(TopK(k=5), seen, shards=2, cuts=5).frame(), by_sorting(seen, 5, largest=True))


def test_a_single_value_a_sample_is_one_feature():
    seen = corpus(30, (), seed=7)
    assert_same(scan(TopK(k=5), seen, cuts=3).frame(), by_sorting(Seen(seen.values[:, None], *labels(seen)), 5, True))


def labels(seen):
    return seen.row, seen.position, seen.token


def test_k_is_at_least_one():
    with pytest.raises(AccumulatorSettingError, match="k is 1 or more"):
        TopK(k=0)
