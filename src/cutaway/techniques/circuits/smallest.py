"""The smallest circuit of a ranking that is faithful enough."""

import torch

from cutaway.errors.circuits import ShareError
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.thresholded import thresholded

STEPS = 8  # sizes tried in each round of the search
ROUNDING = 1e-6  # of the gap, which all edges together may miss


@torch.no_grad()
def smallest_faithful(scores: EdgeScores, question: Question, *, keeps: float = 0.9, name: str = "circuit") -> Circuit:
    """The fewest edges of a ranking, by size of scores, with which this share of the gap stays.

    Faithfulness need not grow with size. Sizes are tried on a grid, then on a finer one below the smallest faithful of
    the first, and so on: smaller faithful circuits between two that were tried may be passed over.
    Units:  share of the gap, as `faithfulness`.
    Cost:   7 runs for each factor of 8 in the number of edges. Memory: as `Cut.logits`.
    Raises: ShareError for a share that is not above 0 and at most 1; NothingToExplainError.
    """
    if not 0 < keeps <= 1:
        raise ShareError(keeps)
    order = scores.order()
    low, high = 0, len(order)  # all edges are faithful
    while high - low > 1:
        sizes = sorted({low + max(1, round((high - low) * step / STEPS)) for step in range(1, STEPS)})
        kept = torch.zeros(len(sizes), len(order), dtype=torch.bool)
        for row, size in enumerate(sizes):
            kept[row, order[:size]] = True
        shares = share(question.cut.scores(kept, question.metric).double().mean(dim=1), question.ends)
        enough = [found >= keeps - ROUNDING for found in shares.tolist()]
        first = enough.index(True) if any(enough) else len(sizes)
        bounds = [low, *sizes, high]
        low, high = bounds[first], bounds[first + 1]
    return thresholded(scores, edges=high, name=name)
