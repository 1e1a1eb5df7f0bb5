"""A circuit as a picture: embeddings below, logits above, heads and MLPs by layer, a curve for each edge."""

import pandas as pd

from cutaway.figures.inline import Chart, Shown, show
from cutaway.models.graph import Graph
from cutaway.models.graph.node import Node
from cutaway.records.figure import Network
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_scores import EdgeScores


def circuit_table(circuit: Circuit, graph: Graph, scores: EdgeScores | None = None) -> pd.DataFrame:
    """One row an edge: `sender receiver slot value`, and the level of each end.

    `value`: how much the edge helps, which is what cutting it takes away; below 0 where it works against the answer.
    Its size alone where scores are not directed, and 1 without scores. An edge of several positions has one row, with
    the sum of those that are in the circuit.
    Raises: OtherModelError; UnknownEdgeError; EmptyCircuitError.
    """
    kept = circuit.kept(graph)
    values = [1.0] * len(graph.edges)
    if scores is not None:
        values = (-scores.values if scores.directed else scores.values.abs()).tolist()
    rows = [
        {
            "sender": edge.sender,
            "receiver": edge.receiver,
            "slot": edge.slot,
            "value": value,
            "sender_level": level(graph, graph.node(edge.sender)),
            "receiver_level": level(graph, graph.node(edge.receiver)),
        }
        for edge, stays, value in zip(graph.edges, kept.tolist(), values, strict=True)
        if stays
    ]
    ends = ["receiver_level", "receiver", "slot", "sender", "sender_level"]
    return pd.DataFrame(rows).groupby(ends, as_index=False).agg({"value": "sum"})


def circuit_picture(circuit: Circuit, graph: Graph, scores: EdgeScores | None = None) -> Chart | Shown:
    """Draw a circuit; edges are as wide as their scores, dashed where they work against the answer.

    Raises: as `circuit_table`.
    """
    found = f", found by {circuit.method}" if circuit.method else ""
    each = "" if graph.length is None else ", one for each position; a curve stands for all of its positions"
    says = f"{circuit.name} in {circuit.model}: {len(circuit.edges)} edges of {len(graph.edges)}{found}{each}."
    return show(Network(table="circuit", says=says), circuit_table(circuit, graph, scores))


def level(graph: Graph, node: Node) -> int:
    """Embeddings 0; of each layer heads and then MLPs, side by side where they run in parallel; logits above all."""
    layer, half = node.place
    return 0 if layer < 0 else 1 + 2 * layer + (0 if graph.parallel else half)
