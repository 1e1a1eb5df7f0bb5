"""Several circuits of one question beside one another: how far do they agree?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from cutaway.records import Measured
from cutaway.stats.intervals import bootstrap_mean
from cutaway.techniques.circuits.circuit import Circuit


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
