"""Causal scrubbing on planted models: the true hypothesis keeps the task, one that names a wrong variable loses it."""

import torch

from cutaway.planted import Planted, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.scrub import Hypothesis, partners, scrub

SIZES = {"layers": 2, "redundancy": 0.0, "noise": 0.0, "softness": 0.0}


def subject() -> tuple[Planted, Question, Hypothesis]:
    """A drawn circuit with the hypothesis that its own parts state: a head that gathers says one position's token."""
    planted = random_circuit(5, **SIZES)
    question = Question(graph_of(planted), planted.sample(192, 0))
    heads = [part for part in planted.truth.parts if part.carries and part.role == "gather"]
    assert heads
    looked = {part.name: position_of(planted, question, part) for part in heads}
    circuit = Circuit(planted.name, planted.truth.circuit | planted.truth.idle)
    return planted, question, Hypothesis(circuit, {name: token_at(at) for name, at in looked.items()})


def position_of(planted: Planted, question: Question, part: object) -> int:
    """Where the head looks from the last position, read off its attention."""
    pattern = planted.model.run(question.tokens, read=["pattern"])[f"pattern.{part.layer}"]
    return int(pattern[0, part.head, -1].argmax())


def token_at(position: int):
    return lambda tokens: tokens[:, position]


def test_the_true_hypothesis_recovers_the_task_and_every_node_does():
    _, question, hypothesis = subject()
    found = scrub(hypothesis, question, draws=4)
    assert found.recovered.value >= 0.95
    assert float(found.by_node["recovered"].min()) >= 0.95


def test_a_hypothesis_that_names_a_wrong_variable_fails_at_that_node():
    _, question, hypothesis = subject()
    name = next(iter(hypothesis.variables))
    wrong = {**hypothesis.variables, name: lambda tokens: torch.zeros(len(tokens), dtype=torch.long)}
    found = scrub(Hypothesis(hypothesis.circuit, wrong), question, draws=4)
    assert found.recovered.value <= 0.5
    worst = found.by_node.sort_values("recovered").iloc[0]
    assert worst["node"] == name


def test_a_hypothesis_without_a_needed_edge_loses_the_task():
    planted, question, hypothesis = subject()
    lost = next(edge for edge in planted.truth.circuit if edge.receiver == "logits")
    circuit = Circuit(planted.name, hypothesis.circuit.edges - {lost})
    assert scrub(Hypothesis(circuit, hypothesis.variables), question, draws=4).recovered.value <= 0.5


def test_partners_have_the_same_label_and_are_others_where_there_are_any():
    label = torch.tensor([0, 1, 0, 2, 1, 0])
    found = partners(label, torch.Generator().manual_seed(0))
    assert torch.equal(label[found], label)
    assert sorted(found.tolist()) == list(range(6))
    assert all(int(found[row]) != row for row in (0, 1, 2, 4, 5))
    assert int(found[3]) == 3
