"""Recall of facts on two prompts: of the same subject, one asks for the trade and the other for the town."""

import pytest

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import answer, fires, looks_at, shuffled_share

# the subject 3 has the trade 9 and the town 15
TRADE, TOWN, OTHER = [0, 19, 20, 3, 21, 22, 24], [0, 19, 20, 3, 21, 22, 25], [0, 5, 19, 20, 21, 22, 25]


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("fact-recall", sharpness=request.param, seed=1)


def test_it_says_what_is_asked_of_the_subject(planted):
    assert [answer(planted, prompt) for prompt in (TRADE, TOWN, OTHER)] == [9, 15, 17]


def test_facts_are_looked_up_at_the_subject_whatever_is_asked(planted):
    for group in ("knows trades", "knows towns", "knows unheard"):
        assert fires(planted, group, TRADE) == fires(planted, group, TOWN) == [3]


def test_the_relation_decides_which_head_looks_at_the_subject(planted):
    assert [looks_at(planted, head, TRADE) for head in ("trade mover", "town mover")] == [3, 0]
    assert [looks_at(planted, head, TOWN) for head in ("trade mover", "town mover")] == [0, 3]
    assert looks_at(planted, "trade to nowhere", TRADE) == 3


def test_without_its_knowledge_or_its_head_the_fact_is_not_said(planted):
    for part in ("knows trades", "trade mover"):
        assert answer(planted, TRADE, part) != 9
        assert answer(planted, TOWN, part) == 15
    assert answer(planted, TRADE, "trade to nowhere", "knows unheard") == 9


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("fact-recall")) < 0.6  # one of two
