"""Scores of edges against the truth of a planted model, under one and the same ablation."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool
from torch import Tensor

from cutaway.errors.circuits import OtherAblationError, PositionsUnknownError
from cutaway.models.graph import Edge, Graph
from cutaway.planted import Planted
from cutaway.stats.separation import auprc, auroc
from cutaway.techniques.circuits.edge_scores import EdgeScores


@dataclass(frozen=True, eq=False)
class Key:
    """Which edges of a graph move the metric when they alone are cut, and of which it is known.

    `hidden`: edges that carry the task and yet move nothing alone, because others stand in for them: what every
    method that cuts edges one at a time must miss.
    """

    ablation: str
    moves: Bool[Tensor, "edge"]
    known: Bool[Tensor, "edge"]
    hidden: Bool[Tensor, "edge"]


@dataclass(frozen=True)
class AgainstTruth:
    """How well scores separate the edges that matter from the others.

    `missed`: edges that move the metric and score no higher than the highest of those that do not.
    """

    method: str
    ablation: str
    auroc: float
    auprc: float
    edges: int
    true: int
    missed: int


def key_of(planted: Planted, graph: Graph, *, ablation: str) -> Key:
    """The truth about every edge of a planted model's graph under one ablation.

    An edge that the truth does not have moves nothing: no weight leads along it. One that the truth has and says
    nothing of is not known.
    Raises: OtherAblationError if the truth says nothing of edges under it; PositionsUnknownError for a graph by
        position, at which no truth is stated.
    """
    if graph.length is not None:
        raise PositionsUnknownError(planted.name)
    alone = {one: moves for one, moves in planted.truth.alone(ablation).items() if isinstance(one, Edge)}
    if not alone:
        stated = [one for one in planted.truth.ablations if any(isinstance(s, Edge) for s in planted.truth.alone(one))]
        raise OtherAblationError(ablation, stated)
    exist, hidden = set(planted.truth.edges), set(planted.truth.hidden(ablation))
    return Key(
        ablation=ablation,
        moves=torch.tensor([alone.get(edge, False) for edge in graph.edges]),
        known=torch.tensor([edge in alone or edge not in exist for edge in graph.edges]),
        hidden=torch.tensor([edge in hidden for edge in graph.edges]),
    )


def against_truth(scores: EdgeScores, planted: Planted, *, ablation: str) -> AgainstTruth:
    """AUROC and average precision of scores, by size, for the edges that move the metric under an ablation.

    `ablation`: of the truth: "zero", or the name of the corruption whose pairs the scores were made on. Edges of which
    nothing is known do not count.
    Units:  AUROC 0.5 is chance and 1 perfect, ties count half; of average precision, chance is the share of true edges.
    Raises: OtherAblationError if the scores were made under another; PositionsUnknownError for scores by position.
    """
    resampled = ablation in [one.name for one in planted.corruptions]
    if scores.ablation != ("corrupted" if resampled else ablation):
        raise OtherAblationError(scores.ablation, [ablation])
    key = key_of(planted, scores.graph, ablation=ablation)
    values = scores.values[key.known].abs().double().numpy()
    true = key.moves[key.known].numpy()
    highest = values[~true].max() if not true.all() else -np.inf
    return AgainstTruth(
        method=scores.method,
        ablation=ablation,
        auroc=auroc(values, true),
        auprc=auprc(values, true),
        edges=len(values),
        true=int(true.sum()),
        missed=int((values[true] <= highest).sum()),
    )
