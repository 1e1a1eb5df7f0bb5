"""Circuits of features: on a planted model whose MLP knows two attributes, only those of the asked one matter."""

import pytest
import torch

from cutaway.models.graph import Dictionary, Graph
from cutaway.planted import circuit
from cutaway.planted.circuits.fact_recall import ASKS
from cutaway.techniques.circuits.acdc import acdc
from cutaway.techniques.circuits.bootstrapped import chosen
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.recursive import recursive_paths

SUBJECTS = 6


@pytest.fixture(scope="module")
def trades() -> Question:
    """Which trade has this one? Features are the directions that the planted neurons write, in orthogonal spaces."""
    planted = circuit("fact-recall")
    parts = {part.name: part for part in planted.truth.parts}
    model = planted.model
    numbers = [*parts["knows trades"].indices, *parts["knows towns"].indices]
    directions = model.weight("W_out", 0)[numbers]
    size = directions.square().sum(dim=1)
    dictionary = Dictionary(lambda written: (written @ directions.T / size).relu(), directions)
    pairs = planted.sample(64, 0, "other-subject")
    some = (pairs.clean[:, -1] == ASKS["trade"]).nonzero().flatten()
    graph = Graph.of(model).with_features(0, dictionary, range(len(numbers)))
    return Question(graph, chosen(pairs, some))


def kind(sender: str) -> str:
    return "trade" if int(sender.split(":")[1]) < SUBJECTS else "town"


def of_features(question: Question, values: torch.Tensor) -> dict[str, float]:
    """The largest effect of a feature of each kind."""
    found = {"trade": 0.0, "town": 0.0}
    for edge, value in zip(question.graph.edges, values.tolist(), strict=True):
        if ":" in edge.sender:
            found[kind(edge.sender)] = max(found[kind(edge.sender)], abs(value))
    return found


@pytest.mark.parametrize("method", [edge_effects, edge_attribution])
def test_features_of_what_is_asked_matter_and_those_of_the_rest_do_not(trades, method):
    found = of_features(trades, method(trades).values)
    assert found["trade"] > 0.1
    assert found["town"] < 0.01 * found["trade"]


@torch.no_grad()
def test_a_feature_cut_by_its_own_edit_is_the_run_with_that_edge_cut(trades):
    effects = edge_effects(trades).values
    some = [at for at, edge in enumerate(trades.graph.edges) if ":" in edge.sender][::5]
    kept = torch.ones(len(some), len(effects))
    kept[torch.arange(len(some)), some] = 0
    found = trades.cut.scores(kept, trades.metric).mean(dim=1) - trades.ends[0].mean()
    torch.testing.assert_close(effects[some], found, rtol=1e-4, atol=1e-4)


def test_acdc_keeps_features_of_what_is_asked_alone_and_the_circuit_can_be_saved(trades, tmp_path):
    found = acdc(trades, 0.02, objective="metric").circuit
    kept = {kind(name) for name in found.nodes if ":" in name}
    assert kept == {"trade"}
    found.save(tmp_path / "features.json")
    assert Circuit.load(tmp_path / "features.json") == found


def test_rounds_lead_from_a_feature_to_what_its_mlp_hears(trades):
    rounds = recursive_paths(trades, 0.01).rounds
    assert set(rounds.loc[rounds["receiver"] == "mlp0", "sender"]) >= {"embed"}
    assert bool(rounds.loc[(rounds["receiver"] == "mlp0") & (rounds["sender"] == "embed"), "stays"].all())
