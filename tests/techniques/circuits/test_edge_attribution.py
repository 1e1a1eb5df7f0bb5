"""Scores of edges: exact cuts against Cut, first order where the model is linear, and what saturation hides."""

import pytest
import torch

from cutaway.models import Model
from cutaway.models.answers import Answers
from cutaway.models.graph import Graph
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.edge_attribution_ig import edge_attribution_ig
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Ablation, Question
from tests.models.graph.models import MODELS


def question(model: Model, ablation: Ablation = "corrupted") -> Question:
    clean, corrupted = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
    at = torch.full((3, 1), 6)
    answers = Answers(at, torch.tensor([3, 4, 5])[:, None, None], torch.tensor([9, 8, 7])[:, None, None])
    return Question(Graph.of(model), Pairs(clean, corrupted, answers), ablation)


@pytest.mark.parametrize("ablation", ["corrupted", "zero", "mean", "clean"])
@pytest.mark.parametrize("name", ["rotary with MLPs", "gpt2", "parallel"])
def test_cutting_each_edge_by_its_own_edit_is_the_run_with_that_edge_cut(name, ablation):
    asked = question(MODELS[name](), ablation)
    each = ~torch.eye(len(asked.graph.edges), dtype=torch.bool)
    expected = asked.cut.scores(each, asked.metric).mean(dim=1) - asked.ends[0].mean()
    found = edge_effects(asked).values
    assert float(expected.abs().max()) > 0.1
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", ["attention only", "gpt2", "parallel", "gated"])
def test_first_order_is_the_slope_of_the_cut(name):
    # the metric's derivative in the share of each edge, by autograd through runs with shares
    asked = question(MODELS[name]())
    kept = torch.ones(1, len(asked.graph.edges), requires_grad=True)
    asked.metric(asked.cut.logits(kept)[0]).mean().backward()
    torch.testing.assert_close(edge_attribution(asked).values, -kept.grad[0], rtol=1e-3, atol=1e-3)


def linear() -> Question:
    """A planted circuit whose attention looks at positions only, so that values and logits are linear in the stream."""
    planted = circuit("previous-token")
    return Question(graph_of(planted), planted.sample(16, 0))


def test_where_the_model_is_linear_every_method_is_exact():
    asked = linear()
    exact = edge_effects(asked).values
    assert float(exact.abs().max()) > 0.5
    for scores in (
        edge_attribution(asked),
        edge_attribution_ig(asked),
        edge_attribution_ig(asked, along="activations"),
    ):
        torch.testing.assert_close(scores.values, exact, rtol=1e-3, atol=1e-3)


def test_slopes_that_vanish_at_the_start_are_found_on_the_way():
    # a saturating gate of one input: the slope at the clean prompt is zero though the edge decides; nothing else is
    # heard by the gate, so that slopes on the way add up to the whole difference
    planted = random_circuit(1, layers=1, fan_in=1, redundancy=0.0, softness=0.0, noise=0.0, decoys=0)
    asked = Question(graph_of(planted), planted.sample(64, 0))
    gates = [
        edge.receiver in {part.name for part in planted.truth.parts if part.kind == "neurons"}
        for edge in asked.graph.edges
    ]
    exact = edge_effects(asked).values[gates]
    assert float(exact.abs().max()) > 0.5
    assert float(edge_attribution(asked).values[gates].abs().max()) < 0.1 * float(exact.abs().max())
    on_the_way = edge_attribution_ig(asked, along="activations", steps=50).values[gates]
    torch.testing.assert_close(on_the_way, exact, rtol=0.05, atol=0.05)


def test_more_steps_come_closer_to_the_sum_along_the_inputs():
    # integrated gradients in the embeddings add up to the difference of the two prompts: edges out of the embedding's
    asked = question(MODELS["gpt2"]())
    readers = [edge.sender == "embed" for edge in asked.graph.edges]
    total = float(asked.ends[1].mean() - asked.ends[0].mean())
    sums = [float(edge_attribution_ig(asked, steps=steps).values[readers].sum()) for steps in (1, 64)]
    assert abs(sums[1] - total) < 0.05 * abs(total) < abs(sums[0] - total)
