"""Features of a dictionary as nodes: with what they leave they are the MLP, and each is heard for itself."""

import pytest
import torch

from cutaway.errors.graph import UnknownFeatureError, UnknownNodeError
from cutaway.models import Replace
from cutaway.models.graph import Cut, Dictionary, Graph
from cutaway.models.graph.says import said_on
from tests.models.graph.models import MODELS

CLEAN, CORRUPTED = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
LAYER, SOME = 1, (4, 0, 7)
WITH_MLPS = [name for name in MODELS if name != "attention only"]


def dictionary_of(model) -> Dictionary:
    """Nine features of random weights, which explain a part of what the MLP writes."""
    generator = torch.Generator().manual_seed(2)
    into, out = torch.randn(2, 9, model.shape.d_model, generator=generator)
    return Dictionary(lambda written: (written @ into.T).relu(), out * 0.3)


@pytest.fixture(scope="module", params=WITH_MLPS)
def cuts(request: pytest.FixtureRequest) -> tuple[Cut, Cut]:
    """Of the plain graph and of one with features."""
    plain = Graph.of(MODELS[request.param]())
    graph = plain.with_features(LAYER, dictionary_of(plain.model), SOME)
    with torch.no_grad():
        return Cut(plain, CLEAN, said_on(plain, CORRUPTED)), Cut(graph, CLEAN, said_on(graph, CORRUPTED))


@torch.no_grad()
def agree(cut: Cut, kept: list[bool], expected: torch.Tensor) -> None:
    size = float(expected.abs().max())
    found = cut.logits(torch.tensor(kept).float()[None])[0]
    torch.testing.assert_close(found / size, expected / size, rtol=0, atol=2e-5)


@torch.no_grad()
def test_features_and_the_rest_add_up_to_what_the_mlp_writes(cuts):
    plain, cut = cuts
    parts = [cut.other[name] for name in (f"mlp{LAYER}", *(f"mlp{LAYER}:{one}" for one in SOME))]
    whole = plain.other[f"mlp{LAYER}"]
    torch.testing.assert_close(sum(parts), whole, rtol=1e-4, atol=1e-4)
    assert all(float(part.abs().max()) > 1e-3 for part in parts)


def test_edges_lead_from_features_to_what_comes_later_and_to_them_through_their_mlp(cuts):
    plain, cut = cuts
    later = [edge for edge in plain.graph.edges if edge.sender == f"mlp{LAYER}"]
    own = [edge for edge in cut.graph.edges if edge.sender == f"mlp{LAYER}:7"]
    assert [(edge.receiver, edge.slot) for edge in own] == [(edge.receiver, edge.slot) for edge in later]
    assert not any(":" in edge.receiver for edge in cut.graph.edges)
    assert len(cut.graph.edges) == len(plain.graph.edges) + len(SOME) * len(later)


@torch.no_grad()
def test_nothing_cut_is_the_model_and_everything_cut_the_model_on_the_other_prompts(cuts):
    _, cut = cuts
    model, count = cut.graph.model, len(cut.graph.edges)
    agree(cut, [True] * count, model.run(CLEAN).logits)
    agree(cut, [False] * count, model.run(CORRUPTED).logits)


@torch.no_grad()
def test_all_features_and_the_rest_cut_off_from_one_reader_is_the_mlp_cut_off_from_it(cuts):
    plain, cut = cuts
    away = ("2.1", "v")
    edges = [not (e.sender == f"mlp{LAYER}" and (e.receiver, e.slot) == away) for e in plain.graph.edges]
    expected = plain.logits(torch.tensor(edges).float()[None])[0]
    assert float((expected - cut.graph.model.run(CLEAN).logits).abs().max()) > 1e-3
    agree(
        cut,
        [not (e.sender.startswith(f"mlp{LAYER}") and (e.receiver, e.slot) == away) for e in cut.graph.edges],
        expected,
    )


@torch.no_grad()
def test_one_feature_cut_off_from_the_logits_by_hand(cuts):
    _, cut = cuts
    model = cut.graph.model
    dictionary = cut.graph.dictionaries[LAYER]
    clean, corrupted = (model.run(some, read=["mlp_out", "resid_post"]) for some in (CLEAN, CORRUPTED))
    active = [dictionary.encode(run[f"mlp_out.{LAYER}"])[..., 7, None] for run in (clean, corrupted)]
    stream = clean["resid_post.2"] + (active[1] - active[0]) * dictionary.directions[7]
    expected = model.run(CLEAN, edit=Replace("resid_post.2", stream)).logits
    assert float((expected - clean.logits).abs().max()) > 1e-3
    agree(cut, [(e.sender, e.receiver) != (f"mlp{LAYER}:7", "logits") for e in cut.graph.edges], expected)


@torch.no_grad()
def test_features_are_worked_out_anew_where_their_mlp_hears_something_else(cuts):
    _, cut = cuts
    model = cut.graph.model
    other = model.run(CORRUPTED, read=["mlp_out"])[f"mlp_out.{LAYER}"]
    expected = model.run(CLEAN, edit=Replace(f"mlp_out.{LAYER}", other)).logits
    agree(cut, [edge.receiver != f"mlp{LAYER}" for edge in cut.graph.edges], expected)


@pytest.mark.parametrize("features", [[9], [-1], [3, 3]])
def test_features_that_are_not_there_or_twice_are_refused(cuts, features):
    graph = cuts[0].graph
    with pytest.raises(UnknownFeatureError, match="numbers from 0 to 8"):
        graph.with_features(LAYER, dictionary_of(graph.model), features)


def test_a_layer_without_an_mlp_is_refused():
    graph = Graph.of(MODELS["attention only"]())
    with pytest.raises(UnknownNodeError, match="mlp1"):
        graph.with_features(LAYER, dictionary_of(graph.model), SOME)
