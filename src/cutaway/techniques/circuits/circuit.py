"""A circuit: some of the edges of a model's graph, with how they were found."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd
from jaxtyping import Bool
from torch import Tensor

from cutaway.errors.circuits import EmptyCircuitError, OtherModelError
from cutaway.models.graph import Edge, Graph


@dataclass(frozen=True)
class Circuit:
    """Edges that stay when the others are cut. Nodes are heads, MLPs, neurons or features, by the graph's names.

    `name` says of what it is the circuit, `method` and `ablation` how it was found.
    """

    model: str
    edges: frozenset[Edge]
    name: str = "circuit"
    method: str = ""
    ablation: str = ""

    def __repr__(self) -> str:
        return f"Circuit('{self.name}' of '{self.model}': {len(self.edges)} edges, {len(self.nodes)} nodes)"

    @classmethod
    def of(cls, graph: Graph, kept: Bool[Tensor, "edge"], *, name: str, method: str, ablation: str) -> "Circuit":
        """The circuit of the edges that are kept."""
        some = frozenset(edge for edge, stays in zip(graph.edges, kept.tolist(), strict=True) if stays)
        return cls(graph.model.name, some, name, method, ablation)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Every node that an edge begins or ends at."""
        return frozenset(name for edge in self.edges for name in (edge.sender, edge.receiver))

    def kept(self, graph: Graph) -> Bool[Tensor, "edge"]:
        """Which edges of a graph are in it.

        Raises: OtherModelError; UnknownEdgeError; EmptyCircuitError.
        """
        if graph.model.name != self.model:
            raise OtherModelError(self.model, graph.model.name)
        if not self.edges:
            raise EmptyCircuitError(self.name)
        return graph.chosen(self.edges)

    @property
    def frame(self) -> pd.DataFrame:
        """One row an edge: sender, receiver, slot, and position where edges have one."""
        rows = pd.DataFrame([edge.row for edge in self.edges], columns=[*self.columns])
        return rows.sort_values([*self.columns], ignore_index=True)

    @property
    def columns(self) -> tuple[str, ...]:
        """What tells its edges apart."""
        by_position = any(edge.position is not None for edge in self.edges)
        return ("sender", "receiver", "slot", *(["position"] if by_position else []))

    @property
    def anywhere(self) -> "Circuit":
        """The circuit of whole edges, each of which is in this one at some position."""
        return replace(self, edges=frozenset(replace(edge, position=None) for edge in self.edges))

    def overlap(self, other: "Circuit") -> float:
        """Shared edges as a share of all edges of both: 1 for the same circuit, 0 for disjoint ones (IoU)."""
        both = self.edges | other.edges
        return len(self.edges & other.edges) / len(both) if both else 1.0

    def save(self, path: Path | str) -> None:
        """Write it as JSON."""
        rows = [[*edge.row.values()] for edge in sorted(self.edges, key=str)]
        facts = {
            "model": self.model,
            "name": self.name,
            "method": self.method,
            "ablation": self.ablation,
            "edges": rows,
        }
        Path(path).write_text(json.dumps(facts, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path | str) -> "Circuit":
        """Read what `save` wrote."""
        facts = json.loads(Path(path).read_text())
        edges = frozenset(Edge(*row) for row in facts.pop("edges"))
        return cls(**facts, edges=edges)
