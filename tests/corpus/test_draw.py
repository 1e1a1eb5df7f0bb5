"""Choices: from the seed alone, and as likely as they say."""

from collections import Counter
from math import log

import pytest

from cutaway.corpus.draw import Draw


def test_a_seed_makes_the_same_choices():
    one, same, other = (Draw(seed) for seed in (3, 3, 4))
    made = [one.below(1000) for _ in range(20)]
    assert made == [same.below(1000) for _ in range(20)]
    assert made != [other.below(1000) for _ in range(20)]


def test_integers_reach_both_ends_and_no_further():
    draw = Draw(0)
    assert {draw.between(2, 4) for _ in range(200)} == {2, 3, 4}
    assert {draw.below(3) for _ in range(200)} == {0, 1, 2}


def test_common_choices_follow_zipf():
    draw, n = Draw(1), 200_000
    counts = Counter(draw.common(range(9)) for _ in range(n))
    for place in range(9):
        assert counts[place] / n == pytest.approx(log((place + 2) / (place + 1)) / log(10), abs=0.005)


def test_some_are_different_and_each_as_likely():
    draw = Draw(2)
    drawn = [draw.some("abcde", 2) for _ in range(5000)]
    assert all(len(set(pair)) == 2 for pair in drawn)
    counts = Counter(letter for pair in drawn for letter in pair)
    assert all(count == pytest.approx(2000, abs=150) for count in counts.values())
    assert sorted(Draw(0).shuffled("abcde")) == list("abcde")


def test_weights_are_shares():
    draw = Draw(5)
    counts = Counter(draw.weighted(((3.0, "a"), (1.0, "b"), (0.0, "c"))) for _ in range(8000))
    assert counts["a"] == pytest.approx(6000, abs=160)
    assert counts["c"] == 0
