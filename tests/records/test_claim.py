"""Verdicts follow from interval, line, null and control, and from nothing else."""

import numpy as np
import pytest

from cutaway.records import Claim, Control, Finding, Measured, upper_percentile, verdict

ABOVE = Claim(key="k", sentence="s", unit="u", tier="trained", above=1.0)
BELOW = Claim(key="k", sentence="s", unit="u", tier="trained", below=1.0)


def finding(low, high, null=(), control=None):
    measured = Measured(value=(low + high) / 2, low=low, high=high, n=9)
    return Finding(measured, null=tuple(null), control=None if control is None else Control("c", control))


@pytest.mark.parametrize(
    ("low", "high", "null", "expected"),
    [
        (1.1, 2.0, (), "held"),
        (0.2, 0.9, (), "failed"),
        (0.9, 1.1, (), "undecided"),
        (1.0, 1.1, (), "undecided"),  # the line itself is not above the line
        (1.1, 2.0, [0.5] * 20, "held"),
        (1.1, 2.0, [1.5] * 20, "undecided"),  # above the line, not above the null
        (0.2, 0.9, [1.5] * 20, "failed"),
    ],
)
def test_claim_of_presence(low, high, null, expected):
    assert verdict(ABOVE, finding(low, high, null)) == expected


@pytest.mark.parametrize(
    ("low", "high", "control", "expected"),
    [
        (0.2, 0.9, 3.0, "held"),
        (0.2, 0.9, None, "undecided"),  # absence needs a control that shows presence would be seen
        (0.2, 0.9, 0.5, "undecided"),
        (1.1, 2.0, 3.0, "failed"),
        (0.9, 1.1, 3.0, "undecided"),
    ],
)
def test_claim_of_absence(low, high, control, expected):
    assert verdict(BELOW, finding(low, high, control=control)) == expected


def test_claim_without_a_line_is_only_reported():
    assert verdict(Claim(key="k", sentence="s", unit="u", tier="planted"), finding(5, 6)) == "reported"


def test_one_more_draw_exceeds_the_percentile_as_often_as_it_says():
    """The line is at rank 0.95 * (n + 1): 19.95 of 20 draws, 95 of 99, and past the largest of 10."""
    assert upper_percentile(list(range(1, 21))) == pytest.approx(19.95)
    assert upper_percentile(list(range(1, 11))) == 10
    assert upper_percentile(list(range(1, 100))) == pytest.approx(95)
    generator = np.random.default_rng(0)
    exceeded = np.mean([generator.normal() > upper_percentile(generator.normal(size=39).tolist()) for _ in range(4000)])
    assert exceeded == pytest.approx(0.05, abs=0.012)


def test_percentile_of_one_value_is_that_value():
    assert upper_percentile([3.0]) == 3.0
