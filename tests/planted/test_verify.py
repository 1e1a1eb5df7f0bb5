"""The verifier: its interventions are exact, and a truth that is false does not pass."""

from dataclasses import replace

import pytest
import torch

from cutaway.errors.planted import UntrueError
from cutaway.planted import Edge, Planted, Statement, check, circuit, verify
from cutaway.planted.transformer_interventions import TransformerInterventions


@pytest.fixture(scope="module")
def induction() -> Planted:
    return circuit("induction", sharpness=5.0)


def by_hand(planted: Planted, tokens, *, key_without: str | None = None, value_without_tokens: bool = False):
    """Logits of the two-layer circuit from its weights alone; the induction head may read less than there is."""
    model, truth = planted.model, planted.truth
    stream = model.W_E[tokens] + model.W_pos[: tokens.shape[1]]
    written = {}
    embedded = model.W_E[tokens]
    for layer in range(2):
        added = torch.zeros_like(stream)
        for part in truth.heads:
            if part.layer != layer:
                continue
            w_q, w_k, w_v, w_o = (model.weight(name, layer)[part.head] for name in ("W_Q", "W_K", "W_V", "W_O"))
            key, value = stream, stream
            if part.name == "induction" and key_without is not None:
                key = stream - written[key_without]
            if part.name == "induction" and value_without_tokens:
                value = stream - embedded
            scores = (stream @ w_q) @ (key @ w_k).transpose(1, 2)
            later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
            pattern = scores.masked_fill(later, -torch.inf).softmax(dim=-1)
            out = pattern @ (value @ w_v) @ w_o
            written[part.name] = out
            added = added + out
        stream = stream + added
    return stream @ model.W_U


@torch.no_grad()
def test_zeroing_an_edge_changes_only_what_its_receiver_reads(induction):
    pairs = induction.sample(16, 0)
    at_work = TransformerInterventions(induction.model, induction.truth, pairs)
    base = pairs.metric(by_hand(induction, pairs.clean))
    for edge, logits in {
        Edge("previous", "induction", "k"): by_hand(induction, pairs.clean, key_without="previous"),
        Edge("embed", "induction", "v"): by_hand(induction, pairs.clean, value_without_tokens=True),
    }.items():
        expected = pairs.metric(logits) - base
        assert float(expected.abs().max()) > 0.5
        torch.testing.assert_close(at_work.effects([[edge]], "zero")[0], expected, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_ablating_a_part_equals_ablating_all_its_edges(induction):
    at_work = TransformerInterventions(induction.model, induction.truth, induction.sample(16, 0))
    for name in ("previous", "induction"):
        out = [edge for edge in induction.truth.edges if edge.sender == name]
        for ablation in ("zero", "mean", "other-answer"):
            whole, parts = at_work.effects([[name], out], ablation)
            torch.testing.assert_close(whole, parts, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_all_that_is_replaced_together_gives_the_corrupted_run(induction):
    pairs = induction.sample(16, 0)
    at_work = TransformerInterventions(induction.model, induction.truth, pairs)
    everything = [edge for edge in induction.truth.edges if edge.receiver == "logits"]
    effect = at_work.effects([everything], "other-answer")[0]
    expected = pairs.metric(at_work.corrupted.logits) - pairs.metric(at_work.clean.logits)
    torch.testing.assert_close(effect, expected, rtol=1e-4, atol=1e-4)


def test_every_statement_turned_round_is_caught(induction):
    turned = tuple(replace(one, moves=not one.moves) for one in induction.truth.statements)
    table = verify(replace(induction, truth=replace(induction.truth, statements=turned)))
    assert len(table) == len(turned)
    assert not table["holds"].any()


def test_an_untrue_statement_is_named_with_its_ablation_and_its_effect(induction):
    claim = Statement(frozenset(["previous"]), "zero", False)
    liar = replace(induction, truth=replace(induction.truth, statements=(claim,)))
    with pytest.raises(UntrueError, match=r"(?s)not true.*previous ablated \(zero\): nothing: measured"):
        check(liar)


def test_a_broken_weight_is_caught(induction):
    planted = circuit("induction")
    head = planted.truth.part("induction")
    with torch.no_grad():
        planted.model.weight("W_O", head.layer)[head.head] = 0.0
    with pytest.raises(UntrueError, match="right on"):
        check(planted)
