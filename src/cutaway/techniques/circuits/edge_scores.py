"""A score for every edge of a graph: what a method of attribution gives, and what a circuit is cut out of."""

from dataclasses import dataclass, replace
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
        """One row an edge: sender, receiver, slot, position where edges have one, score; the strongest first."""
        table = pd.DataFrame([edge.row for edge in self.graph.edges])
        table["score"] = self.values.double().numpy()
        order = table["score"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)

    def anywhere(self) -> "EdgeScores":
        """Of scores by position, their sums over the positions of each edge.

        Exact for EAP, whose scores of whole edges are these sums; of edges cut alone it is the sum of their effects.
        """
        if self.graph.length is None:
            return self
        values = self.graph.matrix(self.values).sum(dim=-1)[self.graph.exists]
        return replace(self, graph=self.graph.anywhere, values=values)

    def order(self, *, signed: bool = False) -> Tensor:
        """Edges from the most to the least important: by size, or by how much cutting them lowers the metric.

        Of scores that are not directed both are the order of size.
        """
        worth = -self.values if signed and self.directed else self.values.abs()
        return torch.argsort(worth, descending=True, stable=True)
