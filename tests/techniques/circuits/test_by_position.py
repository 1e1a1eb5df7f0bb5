"""Circuits whose edges have positions: on planted models nothing matters where nobody looks."""

from dataclasses import replace

import pytest
import torch

from cutaway.errors.circuits import PositionsUnknownError
from cutaway.models.graph import Edge
from cutaway.planted import circuit, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.acdc import acdc
from cutaway.techniques.circuits.against_truth import against_truth
from cutaway.techniques.circuits.changed_edges import changed_edges
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.edge_attribution_ig import edge_attribution_ig
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.evaluate import evaluate
from cutaway.techniques.circuits.minimality import minimality
from cutaway.techniques.circuits.node_scores import node_scores
from cutaway.techniques.circuits.picture import circuit_table
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.recursive import recursive_paths
from cutaway.techniques.circuits.smallest import smallest_faithful

DRAWN = 5


def by_position(question: Question) -> Question:
    return replace(question, graph=question.graph.by_position(question.tokens.shape[1]))


@pytest.fixture(scope="module")
def induction() -> Question:
    """Enough prompts that every place has a repeated token on some of them."""
    planted = circuit("induction")
    return Question(graph_of(planted), planted.sample(64, 0, "no-match"))


@pytest.fixture(scope="module")
def drawn() -> Question:
    planted = random_circuit(DRAWN, layers=2, redundancy=0.0, noise=0.0, softness=0.0)
    return Question(graph_of(planted), planted.sample(16, 0))


@torch.no_grad()
@pytest.mark.parametrize("ablation", ["corrupted", "zero"])
def test_each_edge_alone_is_the_run_with_that_edge_cut(drawn, ablation):
    question = by_position(drawn.under(ablation))
    effects = edge_effects(question)
    some = torch.randperm(len(effects.values), generator=torch.Generator().manual_seed(0))[:40]
    some = torch.cat([some, effects.values.abs().topk(10).indices])
    kept = torch.ones(len(some), len(effects.values))
    kept[torch.arange(len(some)), some] = 0
    found = question.cut.scores(kept, question.metric).mean(dim=1) - question.ends[0].mean()
    torch.testing.assert_close(effects.values[some], found, rtol=1e-4, atol=1e-4)
    assert float(found.abs().max()) > 0.1


def test_nothing_matters_where_no_answer_is_read(drawn):
    question = by_position(drawn)
    last = question.pairs.answers.at.unique().tolist()
    assert len(last) == 1  # all answers of these prompts stand at one place
    scored = list(zip(question.graph.edges, edge_effects(question).values.tolist(), strict=True))
    into_logits = [(edge.position, abs(value)) for edge, value in scored if edge.receiver == "logits"]
    assert max(value for position, value in into_logits if position == last[0]) > 0.1
    assert max(value for position, value in into_logits if position != last[0]) < 1e-6


@pytest.mark.parametrize("method", [edge_attribution, edge_attribution_ig])
def test_scores_to_first_order_add_up_to_those_of_whole_edges(drawn, method):
    whole, each = method(drawn), method(by_position(drawn))
    added = each.anywhere()
    assert added.graph.edges == whole.graph.edges
    torch.testing.assert_close(added.values, whole.values, rtol=1e-4, atol=1e-5)
    assert node_scores(each) == pytest.approx(node_scores(whole), rel=1e-4, abs=1e-4)
    assert whole.anywhere() is whole


def test_changes_are_none_at_positions_of_equal_tokens(induction):
    question = by_position(induction)
    differs = (question.pairs.clean != question.pairs.corrupted).any(dim=0)
    scores = changed_edges(question)
    heard = {(edge.slot, edge.position): value for edge, value in zip(
        scores.graph.edges, scores.values.tolist(), strict=True) if edge.sender == "embed"}  # fmt: skip
    for (_, position), value in heard.items():
        assert (value > 0) == bool(differs[position])


def test_acdc_keeps_queries_at_the_last_place_alone_and_the_circuit_holds_on_other_prompts(induction):
    question = by_position(induction)
    found = acdc(question, 0.05, objective="metric").circuit
    whole = acdc(induction, 0.05, objective="metric").circuit
    assert found.anywhere.edges == whole.edges
    asked = {edge.position for edge in found.edges if edge.slot in ("q", "logits") and edge.receiver != "previous"}
    assert asked == set(question.pairs.answers.at.unique().tolist())
    assert len(found.edges) < len(whole.edges) * question.tokens.shape[1] / 2
    held_out = Question(induction.graph, circuit("induction").sample(16, 1, "no-match"))
    judged = evaluate(found, by_position(held_out))
    assert judged.frame["value"].iloc[0] > 0.9
    assert set(minimality(found, question).columns) == {"sender", "receiver", "slot", "position", "loss"}


def test_rounds_of_recursive_paths_have_positions(induction):
    rounds = recursive_paths(by_position(induction), 0.05).rounds
    assert rounds["position"].nunique() == induction.tokens.shape[1]


def test_a_circuit_survives_saving_and_a_curve_stands_for_all_positions(drawn, tmp_path):
    question = by_position(drawn)
    scores = edge_effects(question)
    found = smallest_faithful(scores, question, keeps=0.9)
    more = replace(found, edges=found.edges | {replace(edge, position=0) for edge in found.edges})
    found.save(tmp_path / "circuit.json")
    again = Circuit.load(tmp_path / "circuit.json")
    assert again == found
    assert list(again.frame.columns) == ["sender", "receiver", "slot", "position"]
    table = circuit_table(more, question.graph, scores)
    assert len(table) == len(more.anywhere.edges) < len(more.edges)
    kept = more.kept(question.graph)
    assert table["value"].sum() == pytest.approx(-float(scores.values[kept].sum()), rel=1e-4)


def test_a_truth_of_whole_edges_is_not_held_against_positions(drawn):
    planted = random_circuit(DRAWN, layers=2, redundancy=0.0, noise=0.0, softness=0.0)
    scores = edge_effects(by_position(drawn))
    with pytest.raises(PositionsUnknownError, match=r"scores.anywhere\(\)"):
        against_truth(scores, planted, ablation=planted.corruptions[0].name)
    assert against_truth(scores.anywhere(), planted, ablation=planted.corruptions[0].name).auroc == 1.0


def test_an_edge_says_where_it_is_read():
    assert str(Edge("embed", "0.1", "q", 3)) == "embed -> 0.1.q at 3"
    assert str(Edge("embed", "logits", "logits")) == "embed -> logits"
