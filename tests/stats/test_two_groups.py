"""Two groups of a few numbers: their difference, and all other ways to share them out."""

import numpy as np
import pytest

from cutaway.stats.two_groups import difference_of_means, differences_by_relabelling


def test_difference_of_means_has_welch_s_interval():
    # means 2 and 5, variances 1 and 4, three each: standard error sqrt(1/3 + 4/3), 2.94 degrees of freedom, t = 3.219
    found = difference_of_means([1.0, 2.0, 3.0], [3.0, 5.0, 7.0])
    assert (found.value, found.n) == (-3.0, 6)
    assert (found.low, found.high) == pytest.approx((-3 - 3.219 * 1.2910, -3 + 3.219 * 1.2910), abs=2e-3)


def test_relabelled_differences_are_those_of_every_way_to_choose():
    # of 0, 0, 1, 3 two at a time: means differ by -2, -1, 0, 0, 1, 2 or so, worked out by hand
    found = differences_by_relabelling([0.0, 0.0], [1.0, 3.0])
    assert sorted(found) == [-2.0, -1.0, -1.0, 1.0, 1.0, 2.0]
    assert len(differences_by_relabelling([0.0] * 5, [1.0] * 5)) == 252
    assert np.mean(differences_by_relabelling([1.0, 5.0, 2.0], [7.0, 1.0])) == pytest.approx(0.0, abs=1e-12)
