"""Discovery of circuits: on planted models the true edges, and ACDC the very decisions that single runs give."""

import pytest
import torch

from cutaway.errors.circuits import EmptyCircuitError, NothingToExplainError, OtherModelError
from cutaway.models.answers import Answers
from cutaway.models.graph import Edge, Graph
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.acdc import acdc, cost_of, traversal
from cutaway.techniques.circuits.changed_edges import changed_edges
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_masks import Pruning, edge_masks
from cutaway.techniques.circuits.node_scores import by_nodes, node_scores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import random_edges
from cutaway.techniques.circuits.recursive import recursive_paths
from cutaway.techniques.circuits.thresholded import thresholded
from tests.models.graph.models import MODELS


def planted_question(seed: int = 5, rows: int = 32) -> Question:
    planted = random_circuit(seed, layers=2, redundancy=0.0, noise=0.0, softness=0.0)
    return Question(graph_of(planted), planted.sample(rows, 0))


@pytest.fixture(scope="module")
def induction() -> Question:
    planted = circuit("induction")
    return Question(graph_of(planted), planted.sample(32, 0, "no-match"))


def random_question(name: str) -> Question:
    """A model of random weights on random prompts."""
    clean, corrupted = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
    at = torch.full((3, 1), 6)
    answers = Answers(at, torch.tensor([3, 4, 5])[:, None, None], torch.tensor([9, 8, 7])[:, None, None])
    return Question(Graph.of(MODELS[name]()), Pairs(clean, corrupted, answers))


def true_edges(question: Question, seed: int = 5) -> frozenset[Edge]:
    """What the program says matters under the corruption, found without the network."""
    planted = random_circuit(seed, layers=2, redundancy=0.0, noise=0.0, softness=0.0)
    alone = planted.truth.alone(planted.corruptions[0].name)
    return frozenset(edge for edge, moves in alone.items() if isinstance(edge, Edge) and moves)


def one_at_a_time(question: Question, threshold: float) -> frozenset[Edge]:
    """ACDC as it is written: one run an edge."""
    measure, kept, now = cost_of(question, "kl"), torch.ones(1, len(question.graph.edges), dtype=torch.bool), 0.0
    for number in traversal(question):
        kept[0, number] = False
        cost = float(question.cut.scores(kept, measure).double().mean())
        if cost - now > threshold:
            kept[0, number] = True
        else:
            now = cost
    return frozenset(edge for edge, stays in zip(question.graph.edges, kept[0].tolist(), strict=True) if stays)


def test_training_gates_leaves_the_models_own_gradients_as_they_are():
    question = random_question("gpt2")
    edge_masks(question, Pruning(steps=1))
    assert all(weight.requires_grad and weight.grad is None for weight in question.graph.model.module.parameters())


@pytest.mark.parametrize("threshold", [1e-4, 0.1])
def test_guessing_several_decisions_gives_what_single_runs_give(threshold):
    question = planted_question(rows=16)
    found = acdc(question, threshold)
    assert found.circuit.edges == one_at_a_time(question, threshold)
    assert found.passes < found.runs


def test_costs_count_from_the_last_edge_that_was_cut_not_from_the_whole_model():
    # random weights, where every edge costs a little: what is cut adds up to far more than the threshold
    question = random_question("attention only")
    found = acdc(question, 0.02)
    kept = found.circuit.kept(question.graph)[None]
    total = float(question.cut.scores(kept, cost_of(question, "kl")).double().mean())
    assert total > 0.04
    assert found.circuit.edges == one_at_a_time(question, 0.02)


def test_acdc_finds_the_edges_of_a_circuit_without_redundancy():
    question = planted_question()
    assert acdc(question, 1e-3).circuit.edges == true_edges(question)


def test_exact_effects_are_nonzero_on_the_true_edges_and_on_no_other():
    question = planted_question()
    effects = edge_effects(question).values.abs()
    assert {
        edge for edge, size in zip(question.graph.edges, effects.tolist(), strict=True) if size > 1e-3
    } == true_edges(question)


def test_masks_leave_the_true_edges_open():
    question = planted_question()
    values = edge_masks(question, Pruning(steps=80, rate=0.2)).values
    inside = question.graph.chosen(true_edges(question))
    assert float(values[inside].min()) > float(values[~inside].median())
    assert float((values[inside] > 0.5).float().mean()) > 0.8


def test_recursive_paths_find_the_edges_round_by_round(induction):
    traced = recursive_paths(induction, 0.05)
    assert Edge("induction", "logits", "logits") in traced.circuit.edges
    assert Edge("previous", "induction", "k") in traced.circuit.edges
    first = traced.rounds[traced.rounds["round"] == 1]
    assert set(first["receiver"]) == {"logits"}
    second = traced.rounds[(traced.rounds["round"] == 2) & traced.rounds["stays"]]
    assert set(second["receiver"]) == {"induction"}


def test_threshold_takes_the_largest_by_size_or_those_that_help(induction):
    scores = edge_effects(induction)
    two = thresholded(scores, edges=2)
    sizes = scores.frame.assign(size=scores.frame["score"].abs()).nlargest(2, "size")
    assert {(edge.sender, edge.receiver) for edge in two.edges} == set(
        zip(sizes["sender"], sizes["receiver"], strict=True)
    )


def test_a_nodes_score_is_the_sum_of_its_edges_and_edges_take_the_lesser_end(induction):
    scores = edge_effects(induction)
    worth = node_scores(scores)
    frame = scores.frame
    assert worth["previous"] == pytest.approx(float(frame[frame["sender"] == "previous"]["score"].sum()), rel=1e-4)
    values = by_nodes(induction.graph, {"previous": 3.0, "induction": 2.0})
    number = induction.graph.number
    assert float(values[number[Edge("previous", "induction", "k")]]) == 2.0
    assert float(values[number[Edge("embed", "previous", "v")]]) == 3.0


def test_baselines_are_seeded_and_changed_sees_only_what_differs(induction):
    assert torch.equal(random_edges(induction, seed=1).values, random_edges(induction, seed=1).values)
    assert not torch.equal(random_edges(induction, seed=1).values, random_edges(induction, seed=2).values)
    changed = changed_edges(induction)
    positions = [edge.sender == "positions" for edge in induction.graph.edges]
    assert float(changed.values[positions].abs().max()) < 1e-5
    assert float(changed.values.max()) > 0.1


def test_a_circuit_survives_saving_and_refuses_other_models(induction, tmp_path):
    found = recursive_paths(induction, 0.05).circuit
    found.save(tmp_path / "found.json")
    again = Circuit.load(tmp_path / "found.json")
    assert again == found
    assert again.overlap(found) == 1.0
    with pytest.raises(OtherModelError):
        again.kept(Graph.of(circuit("ioi").model))
    with pytest.raises(EmptyCircuitError):
        Circuit("induction", frozenset()).kept(induction.graph)


def test_overlap_is_shared_edges_over_all_edges():
    one, two, three = (Edge("embed", name, "q") for name in "abc")
    assert Circuit("m", frozenset([one, two])).overlap(Circuit("m", frozenset([two, three]))) == pytest.approx(1 / 3)


def test_no_gap_is_an_error():
    planted = circuit("induction")
    pairs = planted.sample(8, 0)
    same = type(pairs)(pairs.clean, pairs.clean, pairs.answers)
    with pytest.raises(NothingToExplainError, match="Choose a corruption"):
        _ = Question(graph_of(planted), same).ends
