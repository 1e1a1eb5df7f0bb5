"""Would other prompts, or another order of search, have given another circuit?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pandas as pd
import torch

from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.records import Measured
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import bootstrap_mean
from cutaway.techniques.circuits.acdc import Objective, acdc, traversal
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Question

Method = Callable[[Question], Circuit]


@dataclass(frozen=True, eq=False)
class Rivals:
    """Circuits of one question, found in several ways: how much every two of them share, and what all and any have.

    `overlap`: mean share of common edges (IoU) of two circuits, with the interval over circuits that were compared.
    """

    circuits: tuple[Circuit, ...]
    overlap: Measured

    @property
    def in_all(self) -> int:
        """Edges that every circuit has."""
        return len(frozenset.intersection(*(one.edges for one in self.circuits)))

    @property
    def in_any(self) -> int:
        """Edges that some circuit has."""
        return len(frozenset.union(*(one.edges for one in self.circuits)))

    @property
    def frame(self) -> pd.DataFrame:
        """One row for every two circuits."""
        found = [
            (i, j, self.circuits[i].overlap(self.circuits[j])) for i, j in combinations(range(len(self.circuits)), 2)
        ]
        return pd.DataFrame(found, columns=["one", "other", "overlap"])


def compared(circuits: Sequence[Circuit]) -> Rivals:
    """How far circuits agree."""
    overlaps = [one.overlap(other) for one, other in combinations(circuits, 2)]
    return Rivals(tuple(circuits), bootstrap_mean(overlaps, seed=0))


def bootstrapped(
    question: Question, method: Method, *, draws: int = 20, seed: int = 0, progress: Progress = SILENT
) -> Rivals:
    """Find the circuit anew on prompts drawn with replacement, and compare what is found.

    Units:  overlap 1 is the same circuit whatever the prompts; below 0.8 it should be called unstable.
    Cost:   `draws` times the method.
    Reference: Meloux et al. 2025, arXiv:2510.00845.
    """
    generator, found = torch.Generator().manual_seed(seed), []
    with progress.phase("circuits of other prompts", draws) as tick:
        for _ in range(draws):
            rows = torch.randint(len(question.pairs), (len(question.pairs),), generator=generator)
            found.append(method(replace(question, pairs=chosen(question.pairs, rows))))
            tick()
    return compared(found)


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


def chosen(pairs: Pairs, rows: torch.Tensor) -> Pairs:
    """Some rows of pairs, each as often as it is named."""
    own = pairs.answers
    answers = Answers(own.at[rows], own.right[rows], None if own.wrong is None else own.wrong[rows], own.is_one)
    frame = pairs.frame.iloc[rows.tolist()].reset_index(drop=True) if len(pairs.frame) else pairs.frame
    mask = None if pairs.mask is None else pairs.mask[rows]
    return Pairs(pairs.clean[rows], pairs.corrupted[rows], answers, mask, frame)
