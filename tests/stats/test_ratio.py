"""ratio_of_shares: by a share that is known exactly, turned round, and how often it holds the truth."""

import numpy as np
import pytest

from cutaway.stats.intervals import proportion
from cutaway.stats.ratio import ratio_of_shares


def test_by_a_share_that_is_known_exactly_it_is_the_other_s_interval_divided():
    found, one = ratio_of_shares((30, 100), (4 * 10**8, 10**9)), proportion(30, 100)
    assert found.value == pytest.approx(0.3 / 0.4)
    assert (found.low, found.high) == pytest.approx((one.low / 0.4, one.high / 0.4), rel=1e-3)
    assert found.n == 100


def test_turned_round_the_ends_change_places():
    found, turned = ratio_of_shares((30, 100), (45, 200)), ratio_of_shares((45, 200), (30, 100))
    assert (turned.low, turned.high) == pytest.approx((1 / found.high, 1 / found.low))
    assert found.low < 0.3 / 0.225 < found.high


@pytest.mark.parametrize(("p", "q"), [(0.02, 0.2), (0.3, 0.3), (0.1, 0.5)])
def test_interval_holds_the_true_ratio_nineteen_times_in_twenty(p, q):
    rng, n = np.random.default_rng(0), 300
    drawn = [
        ratio_of_shares((int(a), n), (int(b), n)) for a, b in zip(*(rng.binomial(n, [[p], [q]], (2, 400))), strict=True)
    ]
    held = sum(one.low <= p / q <= one.high for one in drawn)
    assert 360 <= held <= 396


def test_none_at_all_is_nothing_of_many_and_without_end_of_none():
    none, of_none = ratio_of_shares((0, 200), (80, 200)), ratio_of_shares((80, 200), (0, 200))
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high < 0.1
    assert of_none.value == 160.0
    assert 10 < of_none.low < 160 < of_none.high
