"""A model as a graph: which parts write to the residual stream, which read it, and runs in which edges are cut."""

from cutaway.models.graph.cut import Cut
from cutaway.models.graph.dictionary import Dictionary
from cutaway.models.graph.edge import EMBED, LOGITS, POSITIONS, Edge, Slot
from cutaway.models.graph.graph import Graph
from cutaway.models.graph.node import Node

__all__ = ["EMBED", "LOGITS", "POSITIONS", "Cut", "Dictionary", "Edge", "Graph", "Node", "Slot"]
