"""Numbers of problems are text in natural order, not decimals."""

import pytest

from cutaway.catalog.number import is_number, order


def test_places_are_ordered_as_whole_numbers():
    assert sorted(["1.10", "2.1", "1.2", "1.1", "1.23"], key=order) == ["1.1", "1.2", "1.10", "1.23", "2.1"]


def test_ten_is_not_one():
    assert order("1.10") != order("1.1")


@pytest.mark.parametrize(
    "text", ["", "6", "6.", ".6", "0.5", "6.0", "6.018", "6.18.1", "v6.18", "6,18", "6.18 ", "10.1"]
)
def test_other_text_is_no_number(text):
    assert not is_number(text)


@pytest.mark.parametrize("text", ["1.1", "1.10", "6.18", "9.63"])
def test_chapter_and_place_are_a_number(text):
    assert is_number(text)
