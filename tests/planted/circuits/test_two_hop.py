"""Two hops through pairs written by hand."""

import pytest

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import answer, looks_at, shuffled_share

PAIRS = [0, 3, 4, 7, 9, 4, 6, 9, 2, 11, 12]  # 3 -> 4 -> 6, 7 -> 9 -> 2, and 11 -> 12


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("two-hop", sharpness=request.param, seed=1)


@pytest.mark.parametrize(("start", "end"), [(3, 6), (7, 2)])
def test_it_follows_two_pairs(planted, start, end):
    assert answer(planted, [*PAIRS, start]) == end


@pytest.mark.parametrize(
    ("head", "query", "key"),
    [
        ("pairs", 2, 1),
        ("pairs", 6, 5),
        ("pairs", 5, 0),  # the first of a pair belongs to no pair before it: it rests
        ("first hop", 11, 2),  # 3 stands before the 4 at place 2
        ("second hop", 11, 6),  # 4 stands before the 6 at place 6
        ("first hop nowhere", 11, 2),
        ("one hop", 11, 2),
        ("second hop nowhere", 11, 6),
    ],
)
def test_heads_look_at_the_seconds_of_pairs(planted, head, query, key):
    assert looks_at(planted, head, [*PAIRS, 3], query=query) == key


def test_the_second_hop_needs_the_first_to_know_where_to_look(planted):
    assert looks_at(planted, "second hop", [*PAIRS, 3], "first hop") != 6
    assert looks_at(planted, "first hop", [*PAIRS, 3], "pairs") is None


def test_each_corruption_shows_other_links_of_the_chain(planted):
    def shown(corruption):
        return {str(one) for one, moves in planted.truth.alone(corruption).items() if moves and "->" in str(one)}

    ends = {"first hop -> second hop.q", "second hop -> logits"}
    assert shown("other-start") == {"embed -> first hop.q", *ends}
    assert shown("other-link") == {"embed -> first hop.v", *ends}
    assert shown("other-end") == {"embed -> second hop.v", "second hop -> logits"}


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("two-hop")) < 0.6  # one of two
