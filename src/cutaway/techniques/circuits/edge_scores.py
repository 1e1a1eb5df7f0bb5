"""A score for every edge of a graph: what a method of attribution gives, and what a circuit is cut out of."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.circuits import NotScoredError
from cutaway.models.graph import Graph


@dataclass(frozen=True, eq=False)
class EdgeScores:
    """By edge, the change of the metric that the method predicts for cutting it alone, or another measure of worth.

    `method` and `ablation` say how they were made; `passes` counts forward and backward passes over the prompts.
    `directed`: whether the sign says which way the metric moves; other measures of worth have sizes alone.
    Raises: NotScoredError for scores that are no numbers.
    """

    graph: Graph
    method: str
    ablation: str
    values: Float[Tensor, "edge"]
    passes: float
    directed: bool = True

    def __post_init__(self) -> None:
        if bad := int((~self.values.isfinite()).sum()):
            raise NotScoredError(self.method, bad, len(self.values))

    def __repr__(self) -> str:
        return f"EdgeScores('{self.method}' under '{self.ablation}', {len(self.values)} edges; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row an edge: sender, receiver, slot, score; the strongest first."""
        edges = self.graph.edges
        table = pd.DataFrame(
            {
                "sender": [edge.sender for edge in edges],
                "receiver": [edge.receiver for edge in edges],
                "slot": [edge.slot for edge in edges],
                "score": self.values.double().numpy(),
            }
        )
        order = table["score"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)

    def order(self, *, signed: bool = False) -> Tensor:
        """Edges from the most to the least important: by size, or by how much cutting them lowers the metric.

        Of scores that are not directed both are the order of size.
        """
        worth = -self.values if signed and self.directed else self.values.abs()
        return torch.argsort(worth, descending=True, stable=True)
