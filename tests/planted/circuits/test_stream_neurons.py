"""Clearing and boosting, read off the residual stream of prompts worked by hand."""

import pytest
import torch

from cutaway.models import Zero
from cutaway.planted import Edge, Planted, circuit

SLOT = torch.tensor([[0, 3, 1, 6, 2, 8, 4, 7, 25]])  # the earlier symbol 4, the later one 7, which is odd; 25 asks
FOUR_ODD, SEVEN_ODD = 9 + 2 * 3 + 1, 9 + 2 * 6 + 1
FAINT = torch.tensor([[0, 3, 1, 6, 2, 8, 4, 12, 5]])  # 12 is right; the usual successor of 5 is 6


@pytest.fixture(scope="module", params=[5.0, 12.0])
def clearing(request) -> Planted:
    return circuit("memory-clearing", sharpness=request.param)


@pytest.fixture(scope="module", params=[5.0, 12.0])
def boosting(request) -> Planted:
    return circuit("signal-boosting", sharpness=request.param)


def without(planted, name):
    part = planted.truth.part(name)
    return [Zero(f"mlp_post.{part.layer}", neuron=list(part.indices))]


def test_slot_holds_the_later_symbol_until_it_is_cleared_and_then_the_earlier_one(clearing):
    axes = clearing.truth.directions["slot"][:9]  # the symbols'
    run = clearing.model.run(SLOT, read=["resid_mid", "resid_post"])
    before, after, again = (run[site][0, -1] @ axes.T for site in ("resid_mid.0", "resid_post.0", "resid_mid.1"))
    assert int(before.argmax()) == 7
    assert float(before[7]) > 0.8
    torch.testing.assert_close(after, torch.zeros_like(after), atol=1e-5, rtol=0)
    assert int(again.argmax()) == 4


def test_later_reader_names_the_earlier_symbol_and_the_kind_of_the_later(clearing):
    assert int(clearing.model.run(SLOT).logits[0, -1].argmax()) == FOUR_ODD


def test_without_clearing_the_answers_of_both_symbols_tie(clearing):
    logits = clearing.model.run(SLOT, edit=without(clearing, "clear")).logits[0, -1]
    torch.testing.assert_close(logits[FOUR_ODD], logits[SEVEN_ODD], atol=1e-4, rtol=0)
    assert sorted(logits.topk(2).indices.tolist()) == [FOUR_ODD, SEVEN_ODD]


def test_what_is_cleared_is_a_miss_alone_and_with_the_clearing(clearing):
    left_over = Edge("one back", "answer", "in")
    assert clearing.truth.hidden("zero") == [left_over]
    both = [one.moves for one in clearing.truth.about("zero") if one.of == {left_over, "clear"}]
    assert both == [False]


@torch.no_grad()
def test_faint_answer_loses_before_it_is_boosted_and_wins_after(boosting):
    model = boosting.model
    run = model.run(FAINT, read=["resid_post.0"])
    faint = (run["resid_post.0"] @ model.W_U)[0, -1]
    assert int(faint.argmax()) == 12
    assert 0.4 < float(faint[12]) <= 0.5
    assert int(run.logits[0, -1].argmax()) == 12
    assert int(model.run(FAINT, edit=without(boosting, "boost")).logits[0, -1].argmax()) == 6


def test_boosting_neurons_write_along_what_they_read(boosting):
    part, model = boosting.truth.part("boost"), boosting.model
    which = list(part.indices)
    reads, writes = model.weight("W_in", part.layer)[:, which].T, model.weight("W_out", part.layer)[which]
    torch.testing.assert_close(writes, 10 * reads, atol=1e-4, rtol=0)


def test_neurons_for_louder_signals_never_fire(boosting):
    part = boosting.truth.part("never reached")
    active = boosting.model.run(boosting.sample(64, 0).clean, read=["mlp_post.1"])["mlp_post.1"]
    assert not bool(active[..., list(part.indices)].any())
    assert bool(active[..., list(boosting.truth.part("boost").indices)].any())


def test_rival_works_against_the_answer_and_is_no_part_of_the_circuit(boosting):
    pairs = boosting.sample(64, 0)
    clean = pairs.metric(boosting.model.run(pairs.clean).logits)
    freed = pairs.metric(boosting.model.run(pairs.clean, edit=without(boosting, "rival")).logits)
    torch.testing.assert_close(freed - clean, torch.full((64,), 1.5), atol=1e-4, rtol=0)
    assert boosting.truth.part("rival").is_decoy
    assert boosting.truth.alone("zero")["rival"]


@pytest.mark.parametrize("name", ["memory-clearing", "signal-boosting"])
def test_shuffled_twins_solve_neither(name):
    planted = circuit(name)
    pairs = planted.sample(64, 0)
    right = [pairs.accuracy(planted.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two, or likelier than three together: at most 0.5
