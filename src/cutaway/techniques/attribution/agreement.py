"""How far an approximate score can be trusted: its agreement with exact interventions on some of the same places.

A correlation over places says whether the order is right, the share of equal signs whether a part helps or hurts, and
the slope whether the sizes are. None of them says that the exact effect is the whole story: where one part stands in
for another, both are blind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from cutaway.errors.attribution import NoPlacesError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.records import Measured
from cutaway.records.figure import Points
from cutaway.stats.intervals import bootstrap
from cutaway.stats.rank import spearman

NEGLIGIBLE = 0.01  # of the largest exact effect: below it a sign is noise and is not counted
RESAMPLES = 500

Statistic = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True, eq=False, repr=False)
class Agreement:
    """Approximate and exact effects of the same places, means over the same prompts; `of` all the places there are."""

    places: pd.DataFrame
    approximate: NDArray[np.float64]
    exact: NDArray[np.float64]
    of: int
    against: str
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.exact) < 2:
            raise NoPlacesError(len(self.exact))

    def __repr__(self) -> str:
        places = f"{len(self.exact)} of {self.of} places"
        if not self.exact.any():
            return f"agreement with {self.against}: none of {places} moves the score"
        return (
            f"agreement with {self.against} on {places}:"
            f" Pearson {words(self.pearson)}, Spearman {words(self.spearman)}, sign {words(self.sign)}"
        )

    @cached_property
    def pearson(self) -> Measured:
        """Correlation of the effects; 0 where one side is constant."""
        return self.measured(lambda rows: correlation(rows[:, 0], rows[:, 1]))

    @cached_property
    def spearman(self) -> Measured:
        """Correlation of their ranks."""
        return self.measured(lambda rows: spearman(rows[:, 0], rows[:, 1]))

    @cached_property
    def sign(self) -> Measured:
        """Share of places with the same sign, of those whose exact effect is not negligible."""
        return self.measured(lambda rows: same_sign(rows[:, 0], rows[:, 1], floor=self.floor))

    @property
    def floor(self) -> float:
        """Exact effects below it have no sign."""
        return NEGLIGIBLE * float(np.abs(self.exact).max())

    @property
    def slope(self) -> float:
        """Of the line through the origin from approximate to exact effects: 1 where sizes are right."""
        power = float(self.approximate @ self.approximate)
        return float(self.approximate @ self.exact) / power if power else 0.0

    def measured(self, statistic: Statistic) -> Measured:
        """A statistic of the pairs, with its interval over places."""
        pairs = np.column_stack([self.approximate, self.exact])
        return bootstrap(pairs, statistic, seed=self.seed, resamples=RESAMPLES)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a place: where it is, `value` (approximate), `exact`, and `conflict` where their signs differ."""
        table = self.places.reset_index(drop=True).copy()
        table["value"], table["exact"] = self.approximate, self.exact
        table["conflict"] = (np.abs(self.exact) > self.floor) & (self.approximate * self.exact < 0)
        return table

    @cached_property
    def figure(self) -> Chart | Shown:
        """Every place as a dot: approximate along, exact up."""
        says = f"Approximate effect (value) against {self.against} (exact), {len(self.exact)} of {self.of} places."
        return show(Points(table="agreement", x="value", y="exact", says=says), self.frame)


def agreement(
    approximate: Float[Tensor, "place batch"],
    exact: Float[Tensor, "place batch"],
    places: pd.DataFrame,
    *,
    of: int | None = None,
    against: str = "exact patching",
    rounding: float = 0.0,
    seed: int = 0,
) -> Agreement:
    """Agreement of approximate scores with the exact effects of the same places, means over prompts.

    `places`: where each is, one row each; `of`: how many the sample was drawn from. Means up to `rounding` count as 0.
    Units:  correlations -1 to 1, 0 for none; the sign's a share, one half by chance. Intervals are over places.
    Raises: NoPlacesError for less than two.
    """
    means = [side.detach().double().mean(dim=1).cpu().numpy() for side in (approximate, exact)]
    kept = [np.where(np.abs(side) > rounding, side, 0.0) for side in means]
    return Agreement(places, kept[0], kept[1], len(kept[0]) if of is None else of, against, seed)


def correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Pearson's correlation; 0 where one side is constant."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def same_sign(x: NDArray[np.float64], y: NDArray[np.float64], *, floor: float) -> float:
    """Share of equal signs where `y` is larger than the floor."""
    counted = np.abs(y) > floor
    return float((x[counted] * y[counted] > 0).mean()) if counted.any() else 1.0


def words(found: Measured) -> str:
    """A number with its interval."""
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
