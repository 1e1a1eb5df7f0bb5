"""The successor head, by its OV on every ordinal and on prompts written by hand."""

import pytest
import torch

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import answer, looks_at, shuffled_share

LISTS = (range(1, 9), range(9, 16), range(16, 28))  # numbers, days, months
THREE, MONDAY, EIGHT, ASK = 3, 9, 8, 34


def prompt(ordinal):
    return [0, 28, 29, 30, ordinal, 31, 32, ASK]


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("successor", sharpness=request.param, seed=1)


@torch.no_grad()
def raised(planted, name):
    """For each token the logits that a head raises if it looks at it."""
    model, head = planted.model, planted.truth.part(name)
    w_v, w_o = (model.weight(which, head.layer)[head.head] for which in ("W_V", "W_O"))
    return model.W_E @ w_v @ w_o @ model.W_U


def test_ov_maps_every_ordinal_to_its_successor_and_the_last_of_a_list_to_nothing(planted):
    ov = raised(planted, "successor")
    for some in LISTS:
        for token in some[:-1]:
            assert int(ov[token].argmax()) == token + 1
        assert float(ov[some[-1]].abs().max()) == pytest.approx(0, abs=1e-4)


def test_ov_of_the_decoys_copies_or_reaches_no_logit(planted):
    ordinals = torch.tensor([token for some in LISTS for token in some])
    torch.testing.assert_close(raised(planted, "copies")[ordinals].argmax(dim=-1), ordinals)
    for name in ("writes nowhere", "goes back"):
        assert float(raised(planted, name).abs().max()) == pytest.approx(0, abs=1e-4)


def test_it_says_what_comes_next_in_any_list(planted):
    assert answer(planted, prompt(THREE)) == 4
    assert answer(planted, prompt(MONDAY)) == 10


def test_after_the_last_of_a_list_only_the_copy_is_left(planted):
    assert answer(planted, prompt(EIGHT)) == EIGHT


def test_without_the_successor_head_the_ordinal_is_said_again(planted):
    assert answer(planted, prompt(THREE), "successor") == THREE


def test_successor_and_decoys_look_at_the_ordinal_alike(planted):
    for head in ("successor", "copies", "writes nowhere", "goes back"):
        assert looks_at(planted, head, prompt(THREE)) == 4


def test_another_place_is_the_same_to_the_head_and_not_to_what_it_reads(planted):
    alone = planted.truth.alone("other-place")
    assert not alone["successor"]
    reads = {str(one): moves for one, moves in alone.items() if str(one).startswith("embed -> successor.")}
    assert reads == {"embed -> successor.k": True, "embed -> successor.v": True}


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("successor")) < 0.6  # one of two
