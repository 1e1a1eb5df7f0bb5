"""What every method that divides a score among places gives back: the scores, a table, a figure, and its agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from jaxtyping import Float
from torch import Tensor

from cutaway.figures.glyphs import label
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Product
from cutaway.records.figure import Heat
from cutaway.techniques.attribution.agreement import Agreement
from cutaway.techniques.attribution.places import table_of


@dataclass(frozen=True, eq=False, repr=False)
class Attribution:
    """Scores of every place, by prompt, in units of the metric, and their agreement with exact edits on a sample.

    `means`: what a score says, in words. `agreement` is None where there is one place only, or nothing was checked.
    """

    method: str
    means: str
    site: str
    metric: Metric
    product: Product
    scores: Float[Tensor, "place batch"]
    token_strings: Sequence[str]
    agreement: Agreement | None

    def __repr__(self) -> str:
        places, rows = self.scores.shape
        checked = "not checked against exact edits" if self.agreement is None else repr(self.agreement)
        return f"Attribution({self.method} of {self.site}: {places} places, {rows} prompts; {checked}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a place: `site layer head position neuron token`, `value` the mean over `n` prompts, and `spread`.

        `spread` is the standard deviation over prompts, missing where there is one.
        """
        table = table_of(list(self.product.labels))
        table.insert(0, "site", self.site)
        at = table["position"]
        table["token"] = [
            None if pd.isna(place) or not self.token_strings else self.token_strings[int(place)] for place in at
        ]
        scores = self.scores.detach().double().cpu()
        table["metric"], table["method"] = self.metric.name, self.method
        table["value"] = scores.mean(dim=1).numpy()
        table["spread"] = scores.std(dim=1).numpy() if scores.shape[1] > 1 else float("nan")
        table["n"] = scores.shape[1]
        return table

    @cached_property
    def figure(self) -> Chart | Shown:
        """A heat map of the scores, positions along the axis where there are any."""
        axes = list(self.product.axes)
        frame = self.frame.copy()
        for name in axes:
            frame[name] = frame[name].astype(int)
        x = "position" if "position" in axes else axes[-1] if axes else "metric"
        rest = [name for name in axes if name != x]
        if x == "position" and self.token_strings:
            places = zip(frame["position"], frame["token"], strict=True)
            frame["position"] = [f"{place} {label(token)}" for place, token in places]
        says = f"{self.means}, by {self.method} at {self.site} ({self.metric.name}, in {self.metric.unit})."
        panel = rest[0] if len(rest) > 1 else None
        return show(
            Heat(table="places", x=x, y=rest[-1] if rest else "site", value="value", says=says, panel=panel), frame
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        figure: Any = self.figure
        found: dict[str, object] = figure._repr_mimebundle_(include, exclude)
        return found
