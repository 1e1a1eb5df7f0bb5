"""The graph of a planted transformer, whose nodes are the parts of its truth."""

from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Graph, Node
from cutaway.models.sites import Site
from cutaway.planted.planted import Planted


def graph_of(planted: Planted) -> Graph:
    """Nodes by the names of the parts, and an edge between any two that could be: the true ones are among them."""
    model = planted.model
    nodes = [Node(EMBED, "embed", -1)]
    if Site("pos_embed") in model.taps:
        nodes.append(Node(POSITIONS, "positions", -1))
    for part in planted.truth.parts:
        assert part.kind in ("head", "neurons"), "graphs are of transformers"
        nodes.append(Node(part.name, part.kind, part.layer, part.indices))
    nodes.append(Node(LOGITS, "logits", model.shape.n_layers))
    return Graph(model, tuple(sorted(nodes, key=lambda node: node.place)))
