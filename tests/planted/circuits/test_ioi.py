"""Indirect object identification on prompts written by hand: who looks where, who stands in for whom."""

from itertools import product

import pytest
import torch

from cutaway.planted import Edge, Planted, circuit
from tests.planted.circuits.watching import answer, last_logits, looks_at, pattern, shuffled_share, written

ABBA, BABA = [0, 5, 8, 8, 13], [0, 5, 8, 5, 13]  # 13 is MID; right is 5, and then 8
THIRD = [0, 5, 8, 3, 13]  # nobody is repeated


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("ioi", sharpness=request.param, seed=2)


def lead(planted, *removed):
    logits = last_logits(planted, ABBA, *removed)
    return logits[5] - logits[8]


@pytest.mark.parametrize(
    ("head", "query", "in_abba", "in_baba"),
    [
        ("duplicate", 3, 2, 1),
        ("duplicate", 2, 0, 0),  # nothing equal before: it rests
        ("by name", 4, 3, 3),
        ("by place", 4, 3, 3),
        ("mover 1", 4, 1, 2),
        ("mover 2", 4, 1, 2),
        ("negative", 4, 1, 2),
        ("backup 1", 4, 0, 0),
        ("backup 2", 4, 0, 0),
        ("moves nowhere", 4, 1, 2),
        ("equal nowhere", 3, 2, 1),
    ],
)
def test_heads_look_where_the_paper_has_them(planted, head, query, in_abba, in_baba):
    assert looks_at(planted, head, ABBA, query=query) == in_abba
    assert looks_at(planted, head, BABA, query=query) == in_baba


def test_it_names_who_stands_once(planted):
    assert (answer(planted, ABBA), answer(planted, BABA)) == (5, 8)


@pytest.mark.parametrize(
    ("removed", "logits"),
    [
        ((), 4 + 4 - 3),
        (("mover 1",), 5),  # backup 1 gives as much
        (("mover 1", "mover 2"), 5),
        (("mover 1", "backup 2"), 5),
        (("backup 1", "backup 2"), 5),
        (("mover 1", "backup 1"), 4 - 3),
        (("mover 1", "mover 2", "backup 1", "backup 2"), -3),
        (("negative",), 4 + 4),
        (("by name",), 5),
        (("by place",), 5),
        (("by name", "by place"), (1 / 3 - 2 / 3) * 5),  # three names share all attention, two of them the subject's
    ],
)
def test_lead_is_the_sum_of_who_is_left_and_of_who_stands_in(planted, removed, logits):
    torch.testing.assert_close(lead(planted, *removed), torch.tensor(float(logits)), atol=0.01, rtol=0)


def test_a_backup_looks_at_the_name_when_its_own_name_mover_is_gone(planted):
    assert looks_at(planted, "backup 1", ABBA, "mover 1") == 1
    assert looks_at(planted, "backup 2", ABBA, "mover 1") == 0


@pytest.mark.parametrize(("removed", "prompt"), [(("by name", "by place"), ABBA), ((), THIRD)])
def test_without_a_signal_name_movers_look_at_all_three_names_alike(planted, removed, prompt):
    found = pattern(planted, "mover 1", prompt, *removed)
    torch.testing.assert_close(found[1:4], torch.full((3,), 1 / 3), atol=0.01, rtol=0)


def test_one_signal_names_the_name_and_the_other_the_places(planted):
    swapped = [0, 8, 5, 8, 13]
    for prompt, first in ((ABBA, 2), (swapped, 1)):
        name, places = (written(planted, space, "resid_post.1", prompt) for space in ("not_name", "not_place"))
        assert int(name.argmax()) == 8
        assert set(places.topk(2).indices.tolist()) == {first, 3}


def test_misses_are_what_has_a_stand_in_and_nothing_else(planted):
    parts = {one for one in planted.truth.hidden("zero") if isinstance(one, str)}
    assert parts == {"by name", "by place", "mover 1", "mover 2", "backup 1", "backup 2"}
    assert not [one for one in planted.truth.hidden("other-actor") if one in ("mover 1", "mover 2", "by name")]


def test_every_edge_that_something_is_stated_of_exists(planted):
    spoken_of = {one for statement in planted.truth.statements for one in statement.of}
    assert {one for one in spoken_of if isinstance(one, Edge)} == set(planted.truth.edges)


def test_all_pairs_of_names_in_both_orders_are_answered(planted):
    prompts, right = [], []
    for one, other in product(range(1, 13), repeat=2):
        if one != other:
            prompts += [[0, one, other, other, 13], [0, one, other, one, 13]]
            right += [one, other]
    said = planted.model.run(torch.tensor(prompts)).logits[:, -1].argmax(dim=-1)
    assert said.tolist() == right


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("ioi")) < 0.6  # one of two
