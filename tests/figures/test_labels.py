"""Labels along a line of 100 pixels, ten pixels a letter and five between two: places worked out by hand."""

import itertools
import random

import pytest

from cutaway.figures.labels import GAP, LETTER, Label, spread, where_room

TEN = 10 / LETTER  # the font size at which a letter is ten pixels wide


def labels(*places, text="ab"):
    return [Label(text, at, TEN) for at in places]


def lefts(placed):
    return [each.left for each in placed]


def test_a_label_alone_stands_in_the_middle_of_its_mark():
    assert lefts(spread(labels(50), width=100)) == pytest.approx([40])


@pytest.mark.parametrize(("at", "left"), [(3, 0), (97, 80), (-1000, 0), (1000, 80)])
def test_a_label_near_an_end_stays_inside(at, left):
    assert lefts(spread(labels(at), width=100)) == pytest.approx([left])


def test_two_at_one_place_share_the_way():
    assert lefts(spread(labels(50, 50), width=100)) == pytest.approx([27.5, 52.5]), "each 12.5 from the mark"


def test_two_with_room_stay_where_they_are():
    assert lefts(spread(labels(20, 45), width=100)) == pytest.approx([10, 35])


def test_a_pair_pushed_onto_a_third_moves_with_it():
    # wishes 30, 40, 52 in a row of lefts s, s + 25, s + 50: s is the mean of 30, 15 and 2
    third = 47 / 3
    assert lefts(spread(labels(40, 50, 62), width=100)) == pytest.approx([third, third + 25, third + 50])


def test_labels_are_in_the_order_of_their_marks():
    first, second = labels(70)[0], labels(30, text="c")[0]
    assert [placed.label for placed in spread([first, second], width=100)] == [second, first]


def test_where_not_all_fit_the_last_given_goes():
    first, second, third = labels(10, 90, 50)
    assert [placed.label for placed in spread([first, second, third], width=50)] == [first, second]


def test_what_finds_no_room_is_left_out_and_nothing_moves_for_it():
    (placed,) = spread(labels(50), width=100)
    # occupied: 40 to 60, and 5 on either side
    assert lefts(where_room([placed], labels(25, 26, 85), width=100)) == pytest.approx([15, 75])
    assert where_room([placed], labels(74), width=100) == []


def test_whatever_is_asked_for_nothing_touches_and_nothing_leaves():
    rng = random.Random(0)
    for _ in range(500):
        asked = [Label("x" * rng.randint(1, 9), rng.uniform(-20, 280), 11) for _ in range(rng.randint(1, 5))]
        placed = spread(asked, width=260)
        placed += where_room(placed, [Label("12.5", at, 11) for at in (0, 260)], width=260)
        row = sorted(placed, key=lambda each: each.left)
        assert row[0].left >= 0
        assert row[-1].right <= 260 + 1e-9
        assert all(one.right + GAP <= other.left + 1e-9 for one, other in itertools.pairwise(row))
