"""Circuits across questions, on a planted model that recalls facts of two relations by two heads."""

import pytest

from cutaway.errors.circuits import OtherGraphsError
from cutaway.models.graph import Graph
from cutaway.planted import circuit
from cutaway.planted.circuits.fact_recall import ASKS
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.across import across
from cutaway.techniques.circuits.bootstrapped import chosen
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.smallest import smallest_faithful


def questions(seed: int) -> dict[str, Question]:
    """One for each relation."""
    planted = circuit("fact-recall")
    graph, pairs = graph_of(planted), planted.sample(64, seed, "other-subject")
    rows = {name: (pairs.clean[:, -1] == token).nonzero().flatten() for name, token in ASKS.items()}
    return {name: Question(graph, chosen(pairs, some)) for name, some in rows.items()}


@pytest.fixture(scope="module")
def circuits() -> dict[str, Circuit]:
    return {name: smallest_faithful(edge_effects(one), one, keeps=0.95) for name, one in questions(0).items()}


def test_each_circuit_does_its_own_task_and_nothing_of_the_other(circuits):
    found = across(circuits, questions(1), controls=8)
    own, other = (found.frame[found.frame["own"] == whether] for whether in (True, False))
    assert len(own) == len(other) == 2
    assert (own["faithfulness"] > 0.9).all()
    assert (other["faithfulness"].abs() < 0.05).all()
    assert (own["faithfulness"] > own["random_high"] + 0.3).all()
    assert (own["overlap"] == 1).all()
    assert (other["overlap"] < 0.2).all()


def test_all_edges_do_everything_and_so_do_random_ones_of_that_size(circuits):
    graph = next(iter(questions(1).values())).graph
    whole = Circuit(graph.model.name, frozenset(graph.edges))
    frame = across({"whole": whole}, questions(1), controls=3).frame
    assert frame["faithfulness"].tolist() == pytest.approx([1, 1])
    assert frame["random"].tolist() == pytest.approx([1, 1])
    assert frame["overlap"].isna().all()  # no question has its name


def test_a_picture_names_both(circuits, tmp_path):
    across(circuits, questions(1), controls=0).plot().save(tmp_path / "across.svg")
    drawn = (tmp_path / "across.svg").read_text()
    assert "town" in drawn
    assert "trade" in drawn


def test_questions_about_two_graphs_are_refused_and_so_are_none(circuits):
    (first, second) = questions(1).values()
    other = Question(Graph.of(first.graph.model), second.pairs)
    with pytest.raises(OtherGraphsError, match="the same graph"):
        across(circuits, {"a": first, "b": other})
    with pytest.raises(OtherGraphsError, match="about none"):
        across(circuits, {})
