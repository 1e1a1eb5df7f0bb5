"""Two methods on the same cases, by hand."""

import pandas as pd
import pytest

from cutaway.errors import CutawayError
from cutaway.scoreboard.paired import paired


def rows(**values):
    return pd.DataFrame(
        [
            {"kind": "drawn", "redundancy": None, "softness": 0.0, "case": f"c{at}", "method": name, "auroc": value}
            for name, some in values.items()
            for at, value in enumerate(some)
        ]
    )


def test_differences_are_taken_case_by_case_and_cases_without_a_value_do_not_count():
    found = paired(rows(a=[0.9, 0.8, 0.7, None], b=[0.7, 0.8, 0.6, 0.1]), "a", "b", "auroc")
    assert found.difference.value == pytest.approx(0.1)
    assert found.difference.n == 3
    assert (found.better, found.worse) == (2, 0)


def test_a_steady_difference_is_sure_and_none_is_not():
    steady = paired(rows(a=[0.5 + 0.01 * at for at in range(12)], b=[0.4] * 12), "a", "b", "auroc")
    assert steady.p < 0.001
    assert steady.difference.low > 0
    assert paired(rows(a=[0.5] * 6, b=[0.5] * 6), "a", "b", "auroc").p == 1.0


def test_methods_without_a_common_case_are_refused():
    with pytest.raises(CutawayError, match="no case has 'auroc' of both 'a' and 'c'"):
        paired(rows(a=[0.5], b=[0.5]), "a", "c", "auroc")
    with pytest.raises(CutawayError, match="of both"):
        paired(rows(a=[None], b=[0.5]), "a", "b", "auroc")
