"""ACDC at several thresholds as scores of edges, so that it can stand beside methods of attribution."""

from collections.abc import Sequence

import torch

from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.acdc import Objective, acdc
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question

THRESHOLDS = (0.3, 0.1, 0.03, 0.01, 0.001)


def acdc_scores(
    question: Question,
    thresholds: Sequence[float] = THRESHOLDS,
    *,
    objective: Objective = "kl",
    progress: Progress = SILENT,
) -> EdgeScores:
    """The largest threshold at which ACDC keeps an edge; 0 where it keeps it at none.

    Units:  as the thresholds. Edges of one score are not told apart, which an AUROC counts half.
    Cost:   `acdc` for each threshold; `passes` counts its single runs, as the original needs them.
    Raises: as `acdc`.
    Reference: Conmy et al. 2023, arXiv:2304.14997, section 4.2 (a sweep over thresholds).
    """
    values, runs = torch.zeros(len(question.graph.edges)), 0
    for threshold in sorted(thresholds):
        found = acdc(question, threshold, objective=objective, progress=progress)
        runs += found.tried
        if found.circuit.edges:
            values[found.circuit.kept(question.graph)] = threshold
    return EdgeScores(question.graph, f"acdc-{objective}", question.ablation, values, float(runs), directed=False)
