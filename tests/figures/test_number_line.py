"""Scales with round ends: which ends, and where numbers stand between them, worked out by hand."""

import math

import pytest

from cutaway.figures.number_line import number_line

INF, NAN = float("inf"), float("nan")


def line(*values):
    return number_line(values, width=120, margin=10, edge=4)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ((0.505, 0.99, 1.0), (0.5, 1.0)),  # 0.495 in ten steps: 0.05
        ((0.1, 0.87), (0.0, 0.9)),  # zero takes 0.1 of 0.87; steps of 0.1
        ((-0.9, -0.1), (-0.9, 0.0)),
        ((-0.27, 0.76), (-0.4, 0.8)),  # 1.03 in ten steps: more than 0.1, so 0.2
        ((2.8, 12.5, 15.5, 100.0), (0.0, 100.0)),
        ((0.3, 0.6), (0.3, 0.6)),  # 0.3 / 0.05 is 5.999...
        ((-4.0, -2.0), (-4.0, -2.0)),
        ((5.0, 5.0), (0.0, 8.0)),  # alike: 5 wide, from 2.5 to 7.5, and zero is near; steps of 0.75, so 1
    ],
)
def test_the_ends_are_the_nearest_round_numbers(values, ends):
    found = line(*values)
    assert (found.low, found.high) == pytest.approx(ends)


def test_the_ends_stand_inside_by_the_margin_and_the_rest_between_in_proportion():
    found = line(0.5, 1.0)
    assert [found.at(value) for value in (0.5, 0.75, 0.9, 1.0)] == pytest.approx([10, 60, 90, 110])


def test_what_is_infinite_stands_beyond_the_ends_and_what_is_no_number_nowhere():
    found = line(0.0, 1.0, INF, NAN, None)
    assert (found.low, found.high) == (0, 1)
    assert [found.at(value) for value in (-INF, INF, NAN, None)] == [4, 116, None, None]


@pytest.mark.parametrize("values", [(), (None,), (NAN, INF, -INF)])
def test_without_a_finite_number_there_is_no_scale(values):
    assert line(*values) is None


@pytest.mark.parametrize(
    "values",
    [(0.0, 0.0), (1e299, -1e299), (5e-324, 0.0), (1e6, 1e6 + 1e-7), (1e6, 1e6 + 0.5), (-3.0, -3.0), (1e-9, 2e-9)],
)
def test_extreme_numbers_stand_between_the_ends(values):
    found = line(*values)
    places = [found.at(value) for value in values]
    assert all(math.isfinite(place) and 10 - 1e-6 <= place <= 110 + 1e-6 for place in places)
    assert found.ends[0] != found.ends[1]


def test_ends_are_printed_without_dust():
    assert line(-0.3, 0.6).ends == ("−0.3", "0.6")
