"""Edges between heads, by hand; and what takes three heads in a row, on planted circuits that need it or do not."""

import torch

from cutaway.models import loss
from cutaway.models.graph import Graph
from cutaway.planted import circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.between_heads import between_heads, without_chains
from cutaway.techniques.circuits.question import Question
from cutaway.zoo.load import load


def gap_kept(name):
    """The share of the gap that stays without chains, and without anything between heads."""
    planted = circuit(name)
    question = Question(graph_of(planted), planted.sample(16, 0))
    whole, empty = (float(end.mean()) for end in question.ends)
    cut = question.cut.scores((~between_heads(question.graph)).float()[None], question.metric)
    return [(float(one.mean()) - empty) / (whole - empty) for one in (without_chains(question), cut)]


def test_edges_between_heads_are_those_with_a_head_at_both_ends():
    graph = Graph.of(load("gelu-1l"))
    assert not between_heads(graph).any()  # heads of one layer do not hear one another, and mlp0 is no head
    graph = Graph.of(load("attn-only-2l"))
    heads = graph.model.shape.n_heads
    assert int(between_heads(graph).sum()) == 3 * heads**2
    assert {edge.slot for edge, some in zip(graph.edges, between_heads(graph, ("k",)), strict=True) if some} == {"k"}


def test_in_two_layers_nothing_takes_three_heads_in_a_row():
    model = load("attn-only-2l")
    tokens = torch.randint(1, 200, (4, 24), generator=torch.Generator().manual_seed(0))
    planted = circuit("induction")
    pairs = planted.sample(4, 0)
    question = Question(Graph.of(model), type(pairs)(tokens, tokens.flip(0), pairs.answers), "corrupted", loss(tokens))
    torch.testing.assert_close(without_chains(question), loss(tokens)(model.run(tokens).logits).detach())


def test_indirect_object_identification_needs_three_heads_in_a_row_and_two_hops_need_two():
    chains, cut = gap_kept("ioi")
    assert max(abs(chains), abs(cut)) < 0.01
    chains, cut = gap_kept("two-hop")
    assert abs(chains - 1) < 0.01
    assert abs(cut) < 0.01
