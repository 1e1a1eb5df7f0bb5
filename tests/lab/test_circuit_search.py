"""The parts of the search for circuits, by hand and on planted models."""

import pytest
import torch

from cutaway.lab.circuit_search import (
    RANDOM,
    Hunt,
    at_most,
    attributed,
    composes,
    composing,
    exactness,
    first_of,
    hunt,
    joined_pairs,
    kept_share,
)
from cutaway.lab.ioi_prompts import ioi_halves
from cutaway.models.graph import Graph
from cutaway.planted import circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.zoo.load import load


def scores(*values):
    graph = graph_of(circuit("induction"))
    padded = torch.zeros(len(graph.edges))
    padded[: len(values)] = torch.tensor(values)
    return EdgeScores(graph, "by hand", "corrupted", padded, 0.0)


def test_a_circuit_of_at_most_a_share_of_edges_stops_before_ties_go_beyond_it():
    one = scores(-4.0, 3.0, 2.0, 2.0, 1.0)
    count = len(one.values)
    assert at_most(one, 2 / count).nonzero().flatten().tolist() == [0, 1]
    assert at_most(one, 3 / count).nonzero().flatten().tolist() == [0, 1]  # both edges of score 2, or none
    assert at_most(one, 4 / count).nonzero().flatten().tolist() == [0, 1, 2, 3]
    assert at_most(one, 1.0).sum() == 5  # never what has no score
    assert not at_most(one, 0.0).any()
    assert first_of(one, 3).nonzero().flatten().tolist() == [0, 1, 2]


def test_planted_models_that_compose_are_told_from_those_that_do_not():
    assert composes(circuit("induction"))
    assert not composes(circuit("skip-trigrams"))
    found = composing(seed=500, named=2, drawn=2)
    assert len({planted.name for planted in found}) == 4
    assert all(composes(planted) for planted in found)


@pytest.mark.parametrize("name", ["induction", "two-hop"])
def test_weights_name_the_pairs_that_are_joined_and_shuffled_truth_is_chance(name):
    value, shuffled = joined_pairs(circuit(name), seed=0)
    assert value == 1.0
    assert sum(shuffled) / len(shuffled) == pytest.approx(0.5, abs=0.1)


# with 16 prompts no prompt happens to show two of its nine edges
def test_every_method_finds_a_planted_circuit_and_random_scores_do_not():
    found = hunt(Hunt(seed=77, soft=False, rows=64))["planted"].set_index("method")["auroc"]
    assert found.drop(RANDOM).min() > 0.99
    assert found[RANDOM] < 0.9


def test_all_edges_keep_the_whole_gap_and_none_keeps_nothing():
    planted = circuit("ioi")
    question = Question(graph_of(planted), planted.sample(8, 0))
    kept = torch.stack([torch.ones(len(question.graph.edges)), torch.zeros(len(question.graph.edges))]).bool()
    assert kept_share(kept, question) == pytest.approx([1.0, 0.0], abs=1e-5)


def test_attribution_with_all_edges_keeps_all_and_random_circuits_of_that_size_too():
    model = load("ioi-2l")
    pairs = ioi_halves(model, rows=8, seed=0)
    table, random = attributed(model, *pairs, most=1.0, seed=0)
    assert table["kept"].tolist() == pytest.approx(table["whole"].tolist(), rel=1e-4)
    assert random == pytest.approx([1.0] * 20, abs=1e-4)
    few, random = attributed(model, *pairs, most=0.2, seed=0)
    assert few["kept"].mean() > few["empty"].mean() + max(random) * float((few["whole"] - few["empty"]).mean())


def test_path_patching_is_off_brute_force_by_rounding_alone():
    model = load("ioi-2l")
    paths = exactness(model, ioi_halves(model, rows=4, seed=0)[1])
    heads = [reader for reader in Graph.of(model).readers if reader.node.layer == 1]
    assert len(paths) == 4 * len(heads) + 8  # four heads into each slot of the next layer, eight into the logits
    assert paths["off"].max() < 1e-4 < paths["everywhere"].max()


def test_halves_share_no_pair_of_names():
    choose, measure = ioi_halves(load("ioi-2l"), rows=64, seed=0)
    said = [{frozenset(row) for row in half.clean[:, 1:3].tolist()} for half in (choose, measure)]
    assert not said[0] & said[1]
