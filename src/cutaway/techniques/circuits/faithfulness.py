"""How much of what the model does a circuit does alone: a table over the choices that change the answer."""

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.models import Metric
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Ablation, Question

ABLATIONS: tuple[Ablation, ...] = ("corrupted", "mean", "zero", "clean")
QUANTILES = {"lowest": 0.0, "q25": 0.25, "median": 0.5, "q75": 0.75, "highest": 1.0}


def share(score: Float[Tensor, "*row"], ends: Float[Tensor, "end batch"]) -> Float[Tensor, "*row"]:
    """Where scores lie between everything cut (0) and nothing cut (1), of the means over prompts."""
    empty, whole = ends[1].double().mean(), ends[0].double().mean()
    return (score.double() - empty) / (whole - empty)


@torch.no_grad()
def faithfulness(
    circuit: Circuit | Bool[Tensor, "edge"],
    question: Question,
    *,
    ablations: Sequence[Ablation] = ABLATIONS,
    metrics: Mapping[str, Metric] | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """The share of the gap that a circuit keeps when all else is cut, and that remains when it alone is cut.

    One row for each ablation, side and metric: `ablation`, `side` ("circuit": its edges stay and all others are cut;
    "complement": the reverse, which a necessary circuit brings to 0), `metric`, `share` (of the means), and over the
    prompts `lowest q25 median q75 highest` of each prompt's own share, with `prompts` and the two ends, `whole` and
    `empty`. Runs of "clean" are of the corrupted prompts, with clean activations put in.
    Units:  1 is the whole model and 0 the model with everything cut; above 1 where what was left out works against the
        answer; a prompt of hardly any gap may have any share. Positions: all for every edge, or each
        for itself in a graph by position.
    Cost:   four runs for each ablation and metric. Memory: as `Cut.logits`.
    Raises: EmptyCircuitError; OtherModelError; NothingToExplainError; the errors of the metrics.
    Reference: Wang et al. 2022, arXiv:2211.00593; Miller, Chughtai & Saunders 2024, arXiv:2407.08734 (why a table).
    """
    kept = circuit.kept(question.graph) if isinstance(circuit, Circuit) else circuit
    rows = []
    with progress.phase("faithfulness", len(ablations)) as tick:
        for ablation in ablations:
            for name, metric in (metrics or {question.metric.name: question.metric}).items():
                asked = Question(question.graph, question.pairs, ablation, metric)
                found = asked.cut.scores(torch.stack([kept, ~kept]), asked.metric)
                for side, score in zip(("circuit", "complement"), found, strict=True):
                    rows.append({"ablation": ablation, "side": side, "metric": name} | row(score, asked.ends))
            tick()
    return pd.DataFrame(rows)


def row(score: Float[Tensor, "batch"], ends: Float[Tensor, "end batch"]) -> dict[str, float]:
    """The numbers of one row."""
    gaps = (ends[0] - ends[1]).double()
    each = (score.double() - ends[1]) / torch.where(gaps == 0, torch.nan, gaps)
    known = each[~each.isnan()]
    spread = {name: float(torch.quantile(known, at)) for name, at in QUANTILES.items()} if len(known) else {}
    counts = {"prompts": len(score), "whole": float(ends[0].mean()), "empty": float(ends[1].mean())}
    return {"share": float(share(score.mean(), ends)), **spread, **counts}
