"""Patch between models: which activations of one model, put into another on the same prompt, bring its score along?

Two models of one shape read the same tokens, and what one has at a site takes the place of what the other has. Put
into the better model the parts that do the work break it; put into the worse one they mend it. It asks whether both
keep the same thing in the same place in the same form: seeds of one recipe rarely do, a fine-tuned model and its base
often do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import pandas as pd
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.patching import UnequalModelsError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model, Patch, Product, each, sweep
from cutaway.models.model import Sites
from cutaway.models.sites import Site
from cutaway.models.sweep.products import Make
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.places import token_labels
from cutaway.techniques.patching.grid import PLACES, place_label, refuse_no_gap

FIRST, SECOND = "second into first", "first into second"


@dataclass(frozen=True, eq=False, repr=False)
class CrossPatched:
    """Scores of every patched run by direction, and of each model left alone; `names` are those of the two models."""

    site: str
    product: Product
    names: tuple[str, str]
    token_strings: Sequence[str]
    scores: Mapping[str, Float[Tensor, "edit batch"]]
    alone: tuple[Float[Tensor, "batch"], Float[Tensor, "batch"]]

    def __repr__(self) -> str:
        return f"CrossPatched({self.site} of '{self.names[0]}' and '{self.names[1]}': {self.product!r}; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each patch and direction.

        `into`: the model that was patched into, `base` its own score, `other` that of the model patched from, `value`
        that of the patched run, `share` of the way from one to the other, not clipped.
        """
        means = [float(scores.double().mean()) for scores in self.alone]
        tables = []
        for number, (direction, scores) in enumerate(self.scores.items()):
            base, other = means[number], means[1 - number]
            table = pd.DataFrame(list(self.product.labels)).reindex(columns=list(PLACES)).astype("Int64")
            at = table["position"]
            table["token"] = [None if pd.isna(place) else self.token_strings[int(place)] for place in at]
            table["value"] = scores.double().mean(dim=1).numpy()
            table["base"], table["other"] = base, other
            table["share"] = (table["value"] - base) / (other - base)
            table["direction"], table["into"] = direction, self.names[number]
            tables.append(table)
        whole = pd.concat(tables, ignore_index=True)
        whole.insert(0, "site", self.site)
        return whole

    @cached_property
    def figure(self) -> Chart | Shown:
        """A heat map of shares for each direction; what is not an axis of the map joins its panel."""
        frame = self.frame.copy()
        axes = list(self.product.axes)
        x = "position" if "position" in axes else axes[-1]
        rest = [name for name in axes if name != x]
        y = rest[-1] if rest else "site"
        if x == "position":
            frame[x] = [place_label(int(at), token) for at, token in zip(frame[x], frame["token"], strict=True)]
        frame["panel"] = frame["direction"]
        for name in rest[:-1]:
            frame["panel"] = frame["panel"] + f", {name} " + frame[name].astype(str)
        for name in set(axes) - {"position"}:
            frame[name] = frame[name].astype(int)
        says = f"Share of the way to the other model's score, when its {self.site} is put in."
        return show(Heat(table="patches", x=x, y=y, value="share", says=says, panel="panel"), frame)


def cross_patch(
    model: Model,
    other: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    site: Sites,
    metric: Metric,
    per: Sequence[str] = ("layer", "head"),
    mask: Int[Tensor, "batch pos"] | None = None,
    progress: Progress = SILENT,
) -> CrossPatched:
    """Put each activation of either model into the other's run on the same prompts, and score every run.

    `per`: any of layer, position, head, neuron; what is not named is patched at once.
    Units:  value in the metric's; share of the gap between the two models' mean scores, not clipped.
    Cost:   a forward pass of each model that keeps the site, and two sweeps of one edit for each place.
    Raises: UnequalModelsError, NoGapError if both score alike; what `sweep` raises.
    Reference: Prakash et al. 2024, arXiv:2402.14811 (CMAP).
    """
    refuse_unequal(model, other)
    both = (model, other)
    traces = [one.run(tokens, read=site, mask=mask) for one in both]
    bound = [metric.bind(one) for one in both]
    alone = tuple(score(trace.logits) for score, trace in zip(bound, traces, strict=True))
    refuse_no_gap({metric.name: metric}, alone[0][None], alone[1][None])
    scores: dict[str, Tensor] = {}
    for number, direction in enumerate((FIRST, SECOND)):
        product = each(both[number], site, putting(traces[1 - number]), per=per, length=tokens.shape[1])
        scores[direction] = sweep(both[number], tokens, product, bound[number], mask=mask, progress=progress).scores
    return CrossPatched(
        site=site if isinstance(site, str) else ", ".join(str(one) for one in model.resolve(site)),
        product=product,
        names=(model.name, other.name),
        token_strings=token_labels(model, tokens),
        scores=scores,
        alone=(alone[0], alone[1]),
    )


def putting(given: Mapping[str, Tensor]) -> Make:
    """Makes patches of what the other model had."""

    def make(where: Site, /, **at: Any) -> Patch:
        # without its tokens: a sweep would take equal tokens for equal activations, and skip the patch
        return Patch(where, given[str(where)], **at)

    return make


def refuse_unequal(model: Model, other: Model) -> None:
    """Raises: UnequalModelsError if the two differ in shape or sites; how long a context may be does not matter."""
    names = [entry.name for entry in fields(model.shape) if entry.name != "n_ctx"]
    values = [(name, getattr(model.shape, name), getattr(other.shape, name)) for name in names]
    wrong = [f"{name} is {one} against {two}" for name, one, two in values if one != two]
    missing = [str(site) for site in model.sites if site not in other.taps]
    if missing:
        wrong.append(f"it has no {', '.join(missing[:3])}")
    if wrong:
        raise UnequalModelsError(model.name, other.name, wrong)
