"""Graphs with an edge for each position: together they are the whole edge, and each is heard where it says."""

import pytest
import torch

from cutaway.errors.graph import OtherLengthError, UnknownEdgeError
from cutaway.models import Replace
from cutaway.models.graph import Cut, Edge, Graph
from cutaway.models.graph.says import said_on
from tests.models.graph.models import MODELS

CLEAN, CORRUPTED = torch.randint(40, (2, 3, 7), generator=torch.Generator().manual_seed(1))
LENGTH, AT = 7, 4


@pytest.fixture(scope="module", params=MODELS)
def cut(request: pytest.FixtureRequest) -> Cut:
    graph = Graph.of(MODELS[request.param]()).by_position(LENGTH)
    return Cut(graph, CLEAN, said_on(graph, CORRUPTED))


@torch.no_grad()
def agree(cut: Cut, kept: torch.Tensor, expected: torch.Tensor) -> None:
    size = float(expected.abs().max())
    torch.testing.assert_close(cut.logits(kept[None])[0] / size, expected / size, rtol=0, atol=2e-5)


def test_every_edge_stands_once_for_each_position_beside_one_another(cut):
    whole = cut.graph.anywhere.edges
    assert len(cut.graph.edges) == LENGTH * len(whole)
    first = cut.graph.edges[:LENGTH]
    assert [edge.position for edge in first] == list(range(LENGTH))
    assert {Edge(edge.sender, edge.receiver, edge.slot) for edge in first} == {whole[0]}


@torch.no_grad()
def test_an_edge_cut_at_all_positions_is_the_whole_edge_cut(cut):
    graph = cut.graph.anywhere
    whole = torch.rand(len(graph.edges), generator=torch.Generator().manual_seed(0)).gt(0.3).float()
    expected = Cut(graph, CLEAN, cut.other).logits(whole[None])[0]
    assert float((expected - graph.model.run(CLEAN).logits).abs().max()) > 1e-3
    agree(cut, whole.repeat_interleave(LENGTH), expected)


@torch.no_grad()
@pytest.mark.parametrize("slot", ["q", "k", "v"])
def test_all_edges_into_a_slot_at_one_position_cut_is_that_row_of_the_slot_patched(cut, slot):
    model = cut.graph.model
    site = f"{slot}.2"
    run = model.run(CLEAN, read=[slot])
    mixed = run[site][:, :, 0].clone()
    mixed[:, AT] = model.run(CORRUPTED, read=[slot])[site][:, AT, 0]
    expected = model.run(CLEAN, edit=Replace(site, mixed, head=0)).logits
    assert float((expected - run.logits).abs().max()) > 1e-3
    kept = [(edge.receiver, edge.slot, edge.position) != ("2.0", slot, AT) for edge in cut.graph.edges]
    agree(cut, torch.tensor(kept).float(), expected)


def test_values_laid_out_and_back_are_the_values(cut):
    graph = cut.graph
    values = torch.arange(2.0 * len(graph.edges)).view(2, -1)
    laid = graph.matrix(values, fill=-1.0)
    assert laid.shape == (2, *graph.exists.shape, LENGTH)
    assert torch.equal(laid[:, graph.exists].flatten(1), values)
    reader, sender, position = graph.ends[-1]
    assert laid[1, reader, sender, position] == values[1, -1]
    assert int((laid == -1).sum()) == 2 * LENGTH * int((~graph.exists).sum())


@pytest.mark.usefixtures("unchecked")
def test_prompts_of_another_length_are_refused_with_the_call_that_takes_them(cut):
    with pytest.raises(OtherLengthError, match=r"graph.by_position\(5\)"):
        Cut(cut.graph, CLEAN[:, :5], cut.other)


def test_an_edge_without_its_position_is_none_of_the_graph(cut):
    with pytest.raises(UnknownEdgeError, match="at 6"):
        cut.graph.chosen([cut.graph.anywhere.edges[0]])
