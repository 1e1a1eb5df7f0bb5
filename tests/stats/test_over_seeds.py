"""Means over seeds, by hand."""

import pandas as pd
import pytest

from cutaway.stats.over_seeds import over_seeds


def test_a_seed_counts_once_however_many_rows_it_has():
    rows = [("b", 0, 1.0), ("b", 0, 3.0), ("b", 1, 4.0), ("a", 0, 5.0), ("a", 1, 5.0)]
    found = over_seeds(pd.DataFrame(rows, columns=["kind", "seed", "loss"]), ["kind"], "loss")
    assert found["kind"].tolist() == ["b", "a"]
    assert found["loss"].tolist() == [3.0, 5.0]  # of 2 and 4, and of 5 and 5
    assert found["low"].tolist() == pytest.approx([3.0 - 12.706, 5.0], abs=1e-3)  # t(0.975, 1) = 12.706, sem 1
    assert found["high"].tolist() == pytest.approx([3.0 + 12.706, 5.0], abs=1e-3)


def test_groups_by_two_columns_and_models_for_seeds():
    rows = [("x", 1, "m", 2.0), ("x", 1, "n", 4.0), ("x", 2, "m", 0.0), ("x", 2, "n", 0.0)]
    table = pd.DataFrame(rows, columns=["method", "size", "model", "kept"])
    found = over_seeds(table, ["method", "size"], "kept", seed="model")
    assert found[["method", "size", "kept"]].values.tolist() == [["x", 1, 3.0], ["x", 2, 0.0]]
    with pytest.raises(ValueError, match="two numbers"):
        over_seeds(table.iloc[:1], ["method", "size"], "kept", seed="model")
