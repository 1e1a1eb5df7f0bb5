"""How faithful circuits of growing size are: CPR and CMD, with the axis, the ranking and the sizes said."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log10
from typing import Literal

import pandas as pd
import torch

from cutaway.errors.choices import check_choice
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question

SIZES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Ranking = Literal["size", "help"]
Axis = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Faithfulness by the share of edges kept; `ranking` is by the size of scores, or by how much an edge helps.

    CPR is the area under the curve, CMD that between it and 1: the one rewards keeping what helps, the other doing what
    the model does. A circuit above 1 has a high CPR and a low CMD.
    """

    method: str
    ranking: Ranking
    sizes: tuple[float, ...]
    faithfulness: tuple[float, ...]

    def cpr(self, axis: Axis = "linear") -> float:
        """Area under the curve, over the length of the axis; half of a linear axis lies above 50 percent of edges."""
        return area(self.sizes, self.faithfulness, axis)

    def cmd(self, axis: Axis = "linear") -> float:
        """Area between the curve and 1: 0 for a method whose circuits all do what the model does."""
        return area(self.sizes, tuple(abs(1 - value) for value in self.faithfulness), axis)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a size."""
        columns = {"method": self.method, "ranking": self.ranking}
        return pd.DataFrame(columns | {"edges_share": list(self.sizes), "faithfulness": list(self.faithfulness)})


def area(sizes: tuple[float, ...], values: tuple[float, ...], axis: Axis) -> float:
    """By trapezoids, over the length of the axis.

    Raises: UnknownChoiceError.
    """
    check_choice("axis", axis, Axis)
    at = [log10(size) for size in sizes] if axis == "log" else list(sizes)
    steps = zip(pairwise(at), pairwise(values), strict=True)
    total = sum((right - left) * (low + high) / 2 for (left, right), (low, high) in steps)
    return total / (at[-1] - at[0])


@torch.no_grad()
def faithfulness_curve(
    scores: EdgeScores, question: Question, *, ranking: Ranking = "size", progress: Progress = SILENT
) -> Curve:
    """Keep the first 0.1, 0.2, 0.5 ... 100 percent of the edges and measure the share of the gap that stays.

    Sizes are shares of all edges of the graph, at least one edge; sizes that come to as many edges stand once.
    Units:  faithfulness as in `faithfulness`, of the means over prompts.
    Cost:   two runs, and one for each size. Memory: as `Cut.logits`.
    Raises: NothingToExplainError; UnknownChoiceError.
    Reference: Mueller et al. 2025 (MIB), arXiv:2504.13151: CPR with its ranking by "help", CMD with that by "size";
        there the first size has no area before it, and the axis is linear.
    """
    check_choice("ranking", ranking, Ranking)
    order, count = scores.order(signed=ranking == "help"), len(scores.values)
    numbers = sorted({max(1, round(size * count)) for size in SIZES})
    kept = torch.zeros(len(numbers), count, dtype=torch.bool)
    for run, number in enumerate(numbers):
        kept[run, order[:number]] = True
    found = share(question.cut.scores(kept, question.metric, progress=progress).mean(dim=1), question.ends)
    return Curve(scores.method, ranking, tuple(number / count for number in numbers), tuple(found.tolist()))
