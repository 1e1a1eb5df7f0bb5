"""A tidy table of several seeds, or models, as means with intervals: what lines with bands are drawn from."""

from collections.abc import Sequence

import pandas as pd

from cutaway.stats.intervals import mean_of_few


def over_seeds(table: pd.DataFrame, by: Sequence[str], measured: str, *, seed: str = "seed") -> pd.DataFrame:
    """One row for each group: the mean over seeds of each seed's own mean, with Student's interval as `low` and `high`.

    `seed`: the column that tells independent ones apart. Groups stay in the order of their first rows.
    Raises: ValueError for a group of one seed.
    """
    each = table.groupby([*by, seed], sort=False)[measured].mean().reset_index()
    rows = []
    for key, some in each.groupby(list(by), sort=False):
        found = mean_of_few(some[measured].tolist())
        rows.append(dict(zip(by, key, strict=True)) | {measured: found.value, "low": found.low, "high": found.high})
    return pd.DataFrame(rows)
