"""Would another order of search have given another circuit?"""

from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.acdc import Objective, acdc, traversal
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.rivals import Rivals, compared


def rival_orders(
    question: Question, threshold: float, *, orders: int = 5, objective: Objective = "kl", progress: Progress = SILENT
) -> Rivals:
    """ACDC in several orders: within a layer heads and senders come as they may.

    Units:  as `bootstrapped`; circuits that differ may all be faithful.
    Cost:   `orders` times `acdc`.
    Reference: Chen 2026, arXiv:2605.12671.
    """
    found = []
    with progress.phase("orders of search", orders) as tick:
        for seed in range(orders):
            found.append(acdc(question, threshold, objective=objective, order=traversal(question, seed=seed)).circuit)
            tick()
    return compared(found)
