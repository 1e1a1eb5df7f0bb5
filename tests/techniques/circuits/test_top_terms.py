"""The largest terms of heads, on planted models whose edges are known."""

from dataclasses import replace

import pytest
import torch

from cutaway.models.graph import Edge
from cutaway.planted import circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.top_terms import top_terms


def asked(name):
    planted = circuit(name)
    return planted, Question(graph_of(planted), planted.sample(16, 0))


@pytest.mark.parametrize("name", ["ioi", "two-hop"])
def test_what_matters_is_a_true_edge_that_moves_the_metric(name):
    planted, question = asked(name)
    found = top_terms(question, edge_effects(question))
    alone = planted.truth.alone(planted.corruptions[0].name)
    assert len(found) > 0
    for row in found.to_dict("records"):
        assert alone[Edge(row["matters"], row["head"], row["slot"])], row


def test_the_second_hop_asks_for_what_the_first_hop_wrote():
    _, question = asked("two-hop")
    row = top_terms(question, edge_effects(question)).set_index(["head", "slot"]).loc["second hop", "q"]
    assert (row["matters"], row["largest"], row["changed"]) == ("first hop",) * 3
    assert row["writers"] == len([node for node in question.graph.senders if node.layer < 2])


def test_what_matters_follows_the_effects_that_are_given():
    _, question = asked("two-hop")
    effects = edge_effects(question)
    other = question.graph.chosen([Edge("embed", "second hop", "q")])
    given = replace(effects, values=torch.where(other, 10.0, effects.values))
    row = top_terms(question, given).set_index(["head", "slot"]).loc["second hop", "q"]
    assert (row["matters"], row["largest"]) == ("embed", "first hop")


def test_slots_into_which_nothing_matters_are_left_out():
    _, question = asked("ioi")
    effects = edge_effects(question)
    assert top_terms(question, replace(effects, values=torch.zeros_like(effects.values))).empty
