"""Ratings, against the seventeen that occur in the list, put in order of ease by hand."""

import random

import pytest

from cutaway.catalog.difficulty import read_difficulty

FROM_EASY_TO_HARD = [
    *["A", "A*", "A-B", "A-C", "A-C*", "A-D*"],
    *["B", "B*", "B-C", "B-C*", "B-D", "B-D*"],
    *["C", "C*", "C-D*", "D", "D*"],
]


def test_ratings_sort_by_start_then_end_then_star():
    shuffled = random.Random(0).sample(FROM_EASY_TO_HARD, len(FROM_EASY_TO_HARD))
    assert [str(rating) for rating in sorted(map(read_difficulty, shuffled))] == FROM_EASY_TO_HARD


@pytest.mark.parametrize(
    ("rating", "letters"), [("A", "A"), ("B*", "B"), ("B-C", "BC"), ("A-D*", "ABCD"), ("B-D", "BCD")]
)
def test_a_range_includes_its_ends_and_what_lies_between(rating, letters):
    assert "".join(letter for letter in "ABCD" if read_difficulty(rating).includes(letter)) == letters


@pytest.mark.parametrize(
    "text", ["", "E", "b", "AB", "A-", "-B", "C-B", "B-B", "A-B-C", "B**", "*B", "A - B", "B ", "B\n"]
)
def test_other_text_is_no_rating(text):
    with pytest.raises(ValueError, match="not a difficulty"):
        read_difficulty(text)
