"""Runs with cut edges, against plain runs that must give the same: nothing cut, all, a part, a slot."""

import pytest
import torch

from cutaway.errors.graph import SaidNothingError, UncuttableError, UnknownEdgeError, UnknownNodeError
from cutaway.models import Replace, logit_difference
from cutaway.models.graph import Cut, Edge, Graph
from cutaway.models.graph.says import means, said_on, silence
from cutaway.planted import circuit, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.planted.transformer_interventions import TransformerInterventions
from tests.models.graph.models import MODELS, llama, toy


@pytest.fixture(scope="module", params=MODELS)
def cut(request: pytest.FixtureRequest) -> Cut:
    return cut_of(request.param)


def cut_of(name: str) -> Cut:
    model = MODELS[name]()
    graph = Graph.of(model)
    clean, corrupted = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
    return Cut(graph, clean, said_on(graph, corrupted))


def corrupted() -> torch.Tensor:
    return torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))[1]


@torch.no_grad()
def agree(cut: Cut, kept: torch.Tensor, expected: torch.Tensor) -> None:
    size = float(expected.abs().max())
    torch.testing.assert_close(cut.logits(kept[None])[0] / size, expected / size, rtol=0, atol=2e-5)


@torch.no_grad()
def test_nothing_cut_is_the_model_itself(cut):
    agree(cut, torch.ones(len(cut.graph.edges)), cut.graph.model.run(cut.tokens).logits)


@torch.no_grad()
def test_everything_cut_is_the_model_on_the_other_prompts(cut):
    agree(cut, torch.zeros(len(cut.graph.edges)), cut.graph.model.run(corrupted()).logits)


@torch.no_grad()
def test_all_edges_out_of_a_head_cut_is_its_z_patched(cut):
    model = cut.graph.model
    z = model.run(corrupted(), read=["z"])["z.1"][:, :, 1]
    kept = torch.tensor([edge.sender != "1.1" for edge in cut.graph.edges]).float()
    agree(cut, kept, model.run(cut.tokens, edit=Replace("z.1", z, head=1)).logits)


@torch.no_grad()
@pytest.mark.parametrize("slot", ["q", "k", "v"])
def test_all_edges_into_a_slot_cut_is_that_slot_patched(cut, slot):
    model = cut.graph.model
    other = model.run(corrupted(), read=[slot])[f"{slot}.2"][:, :, 0]
    kept = torch.tensor([(edge.receiver, edge.slot) != ("2.0", slot) for edge in cut.graph.edges]).float()
    expected = model.run(cut.tokens, edit=Replace(f"{slot}.2", other, head=0)).logits
    assert float((expected - model.run(cut.tokens).logits).abs().max()) > 1e-3
    agree(cut, kept, expected)


@torch.no_grad()
@pytest.mark.parametrize("name", [name for name in MODELS if name != "attention only"])
def test_all_edges_into_an_mlp_cut_is_what_it_writes_patched(name):
    cut = cut_of(name)
    model = cut.graph.model
    other = model.run(corrupted(), read=["mlp_out"])["mlp_out.1"]
    kept = torch.tensor([edge.receiver != "mlp1" for edge in cut.graph.edges]).float()
    agree(cut, kept, model.run(cut.tokens, edit=Replace("mlp_out.1", other)).logits)


@torch.no_grad()
def test_all_edges_into_the_logits_cut_is_the_stream_patched(cut):
    model = cut.graph.model
    other = model.run(corrupted(), read=["resid_post.2"])["resid_post.2"]
    kept = torch.tensor([edge.receiver != "logits" for edge in cut.graph.edges]).float()
    agree(cut, kept, model.run(cut.tokens, edit=Replace("resid_post.2", other)).logits)


@torch.no_grad()
def test_runs_side_by_side_are_runs_alone(cut):
    generator = torch.Generator().manual_seed(3)
    kept = (torch.rand(5, len(cut.graph.edges), generator=generator) < 0.5).float()
    together = cut.logits(kept)
    alone = torch.cat([cut.logits(one[None]) for one in kept])
    size = float(alone.abs().max())
    torch.testing.assert_close(together / size, alone / size, rtol=0, atol=2e-5)
    assert float((together[0] - together[1]).abs().max()) > 1e-3


@torch.no_grad()
@pytest.mark.parametrize("ablation", ["zero", "mean", "corrupted"])
@pytest.mark.parametrize("name", ["induction", "ioi", "greater-than"])
def test_one_edge_cut_in_a_planted_model_is_the_exact_intervention(name, ablation):
    planted = circuit(name)
    pairs, graph = planted.sample(6, 0), graph_of(planted)
    own = said_on(graph, pairs.clean, pairs.mask)
    other = {"zero": silence(graph), "mean": means(own), "corrupted": said_on(graph, pairs.corrupted, pairs.mask)}
    cut = Cut(graph, pairs.clean, other[ablation], pairs.mask)
    edges = planted.truth.edges[:: max(1, len(planted.truth.edges) // 12)]
    kept = torch.stack([~graph.chosen([edge]) for edge in edges])
    whole = pairs.metric(planted.model.run(pairs.clean, mask=pairs.mask).logits)
    by_hand = TransformerInterventions(planted.model, planted.truth, pairs)
    expected = by_hand.effects(
        [[edge] for edge in edges], planted.corruptions[0].name if ablation == "corrupted" else ablation
    )
    torch.testing.assert_close(cut.scores(kept, pairs.metric) - whole, expected, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_cutting_what_is_no_true_edge_changes_nothing_in_a_planted_model():
    planted = random_circuit(3, noise=0.0)
    pairs, graph = planted.sample(16, 0), graph_of(planted)
    cut = Cut(graph, pairs.clean, said_on(graph, pairs.corrupted))
    false = ~graph.chosen(planted.truth.edges)
    assert int(false.sum()) > 10
    torch.testing.assert_close(
        cut.logits((~false)[None].float())[0], planted.model.run(pairs.clean).logits, rtol=1e-4, atol=1e-4
    )


def test_a_share_has_the_slope_that_finite_differences_have(cut):
    metric = logit_difference(3, 5)
    kept = torch.full((1, len(cut.graph.edges)), 0.7, requires_grad=True)
    metric(cut.logits(kept)[0]).sum().backward()
    assert kept.grad is not None
    for at in torch.linspace(0, len(cut.graph.edges) - 1, 5).long().tolist():
        step = torch.zeros_like(kept)
        step[0, at] = 1e-2
        with torch.no_grad():
            high, low = (metric(cut.logits(kept + sign * step)[0]).sum() for sign in (1, -1))
        assert float(kept.grad[0, at]) == pytest.approx(float(high - low) / 2e-2, rel=0.05, abs=2e-2)


def test_shared_keys_are_refused():
    model = llama(keys=1)
    graph = Graph.of(model)
    with pytest.raises(UncuttableError, match="shared between heads"):
        Cut(graph, torch.zeros(1, 4, dtype=torch.long), silence(graph))


def test_errors_name_what_there_is():
    graph = Graph.of(toy())
    with pytest.raises(UnknownNodeError, match=r"nearest: 1\.1"):
        graph.node("1.11")
    with pytest.raises(UnknownEdgeError, match=r"no edge 'logits -> 0\.1\.q'"):
        graph.chosen([Edge("logits", "0.1", "q")])
    with pytest.raises(SaidNothingError, match=r"2\.1"):
        Cut(
            graph,
            torch.zeros(1, 4, dtype=torch.long),
            {name: one for name, one in silence(graph).items() if name != "2.1"},
        )
