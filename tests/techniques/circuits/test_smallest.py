"""The smallest faithful circuit of a ranking, and its picture."""

import pytest
import torch

from cutaway.errors import CutawayError
from cutaway.models.graph import Graph
from cutaway.planted import circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.faithfulness import faithfulness
from cutaway.techniques.circuits.picture import circuit_table, level
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.smallest import smallest_faithful
from tests.conformance.families import build


@pytest.fixture(scope="module")
def question() -> Question:
    planted = circuit("induction")
    return Question(graph_of(planted), planted.sample(32, 0, "no-match"))


def kept_share(found, question):
    return float(faithfulness(found, question, ablations=[question.ablation])["share"].iloc[0])


def test_the_planted_circuit_is_the_smallest_that_keeps_nearly_all(question):
    scores = edge_effects(question)
    found = smallest_faithful(scores, question, keeps=0.95)
    assert kept_share(found, question) >= 0.95
    fewer = torch.zeros(len(question.graph.edges), dtype=torch.bool)
    fewer[scores.order()[: len(found.edges) - 1]] = True
    assert kept_share(fewer, question) < 0.95


def test_where_every_edge_is_needed_all_are_kept(question):
    """The ranking upside down: what matters comes last."""
    scores = edge_effects(question)
    ranks = torch.zeros_like(scores.values)
    ranks[scores.order().flip(0)] = torch.arange(len(ranks), 0, -1).float()
    worst = EdgeScores(question.graph, "upside down", question.ablation, ranks, 0.0)
    found = smallest_faithful(worst, question)
    strongest = question.graph.edges[int(scores.order()[0])]
    assert strongest in found.edges
    assert len(found.edges) > len(ranks) - 6


@pytest.mark.parametrize("keeps", [0.0, 1.5, float("nan")])
def test_a_share_that_cannot_be_kept_is_refused(question, keeps):
    with pytest.raises(CutawayError, match="cannot be asked to keep"):
        smallest_faithful(edge_effects(question), question, keeps=keeps)


def test_the_table_of_a_picture_has_a_level_for_each_end(question):
    scores = edge_effects(question)
    found = smallest_faithful(scores, question)
    table = circuit_table(found, question.graph, scores)
    assert len(table) == len(found.edges)
    assert (table["sender_level"] < table["receiver_level"]).all()
    assert table["value"].abs().max() == pytest.approx(float(scores.values.abs().max()))


def test_levels_rise_through_the_model_and_parallel_halves_share_one():
    graph = Graph.of(build("gpt2"))
    levels = [level(graph, graph.node(name)) for name in ("embed", "0.1", "mlp0", "1.0", "mlp2", "logits")]
    assert levels == sorted(set(levels))
    parallel = Graph.of(build("gpt_neox-parallel"))
    assert level(parallel, parallel.node("1.0")) == level(parallel, parallel.node("mlp1"))


def test_in_a_picture_what_helps_is_above_zero_and_sizes_alone_are_never_below(question):
    scores = edge_effects(question)
    found = smallest_faithful(scores, question)
    helps = circuit_table(found, question.graph, scores)["value"]
    assert (helps > 0).all()  # cutting any edge of this circuit lowers the metric
    sizes = EdgeScores(question.graph, "sizes", question.ablation, scores.values.abs(), 0.0, directed=False)
    assert (circuit_table(found, question.graph, sizes)["value"] > 0).all()


def test_scores_without_a_direction_have_one_order(question):
    scores = edge_effects(question)
    sizes = EdgeScores(question.graph, "sizes", question.ablation, scores.values.abs(), 0.0, directed=False)
    assert sizes.order(signed=True).tolist() == sizes.order().tolist()
    assert scores.order(signed=True)[0] == scores.values.argmin()
