"""Units ranked and taken out, on a model by hand: two neurons mend a bug, two fire with them and are not heard."""

import pytest

from cutaway.lab.menders import SHARES, every_neuron, order, taken_out
from cutaway.planted import circuit


@pytest.fixture(scope="module")
def by_hand():
    planted = circuit("crossed-skip-trigrams-fixed", seed=3)
    return planted, every_neuron(planted.model), planted.sample(64, 0)


def test_neurons_that_are_heard_come_first_and_last_where_what_they_say_should_not_be_said(by_hand):
    planted, units, pairs = by_hand
    assert set(order(planted.model, pairs, units)[:2]) == {0, 1}
    assert set(order(planted.model, pairs, units, misfires=True)[2:]) == {0, 1}


def test_what_is_lost_as_much_beside_the_bug_counts_for_nothing(by_hand):
    planted, units, pairs = by_hand
    assert order(planted.model, pairs, units, beside=pairs) == [0, 1, 2, 3]  # none before another
    unheard_first = order(planted.model, pairs, units[::-1])
    assert {unheard_first[0], unheard_first[1]} == {2, 3}


def test_with_two_of_four_out_half_are_wrong_and_with_their_doubles_out_none(by_hand):
    planted, units, pairs = by_hand
    ranked = order(planted.model, pairs, units)
    table = taken_out(planted.model, ranked, {"uncrossed": planted.sample(64, 1)}, units)
    wrong = table[table["share"] == SHARES[2]].groupby("out")["wrong"].agg(["min", "max"])
    assert table.loc[table["out"] == "none", "wrong"].tolist() == [0.0]
    assert 0.3 < wrong.loc["chosen", "min"] < 0.7  # what the means raise is one and the same
    assert wrong.loc["others", "max"] == 0.0


def test_where_the_answer_is_what_should_not_be_said_saying_it_is_wrong(by_hand):
    planted, units, pairs = by_hand
    ranked = order(planted.model, pairs, units, misfires=True)
    table = taken_out(planted.model, ranked, {"uncrossed": pairs}, units, misfires=True)
    assert table.loc[table["out"] == "none", "wrong"].tolist() == [1.0]
