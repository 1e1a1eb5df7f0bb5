"""Direct logit attribution: which parts write the logit, straight into the stream that the unembedding reads?

The last stream is a sum of what every part wrote. Along the direction of a logit, or of a difference of logits, each
part has a share, and the shares add up to the logit. That is what a part says *directly*: what it says to later parts
is in theirs, and what later parts take back is not taken off (Rushing & Nanda 2024: a part may write much and matter
little). So every result is held against ablations of a sample of its parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.attribution import SumError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Edit, Metric, Model, Zero, sweep
from cutaway.records.figure import Bars, Heat
from cutaway.techniques.attribution.agreement import Agreement, agreement
from cutaway.techniques.attribution.directions import SCALE, Directions, directions_of
from cutaway.techniques.attribution.places import half_drawn
from cutaway.techniques.attribution.stream_parts import READ, Label, Parts, first_wrong

WITHIN = 1e-4  # logits, or of the largest share where that is above 1: by so much the sum may differ from the logit
COLUMNS = ("layer", "head", "neuron", "source")
ABLATED = {"head": "z", "neuron": "mlp_post", "attn_out": "attn_out", "mlp_out": "mlp_out"}
SHOWN = 24  # bars of a figure


@dataclass(frozen=True, eq=False, repr=False)
class DirectLogits:
    """Shares of the metric's logits of every part, by prompt and position; the last norm's divisor is as in the run.

    `whole`: the true logits that they add up to, and `off`, by how much they miss it. `agreement` is with what each of
    some parts loses when it is zeroed, which is another question: where they differ, other parts answered.
    """

    by: str
    metric: Metric
    labels: pd.DataFrame
    values: Float[Tensor, "part batch n"]
    directions: Directions
    agreement: Agreement | None

    def __repr__(self) -> str:
        parts, rows, n = self.values.shape
        held = "no final norm" if bool((self.directions.divisor == 1).all()) else "the final norm's divisor frozen"
        checked = "" if self.agreement is None else f"; {self.agreement!r}"
        return (
            f"DirectLogits({parts} parts by {self.by}, {rows} prompts x {n} positions, sum within {self.off:.1g},"
            f" {held}{checked}; .frame, .figure)"
        )

    @property
    def whole(self) -> Float[Tensor, "batch n"]:
        return self.directions.whole.cpu()

    @property
    def positions(self) -> Int[Tensor, "batch n"]:
        """Where the logits are."""
        return self.directions.positions.cpu()

    @property
    def per_prompt(self) -> Float[Tensor, "part batch"]:
        """Shares added up over the positions."""
        return self.values.sum(dim=-1)

    @property
    def off(self) -> float:
        """The largest difference of a sum of shares from the true logit."""
        return float((self.values.double().sum(dim=0) - self.whole.double()).abs().max())

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a part, and position where all prompts are read at the same ones: `value` is the mean over prompts.

        `component layer head neuron source`: which part; missing where it is not one of those.
        """
        n, rows = self.values.shape[2], self.values.shape[1]
        if n == 1 or not bool((self.positions == self.positions[:1]).all()):
            table = self.labels.copy()
            table["position"] = (
                int(self.positions[0, 0]) if bool((self.positions == self.positions[0, 0]).all()) else None
            )
            table["value"] = self.per_prompt.double().mean(dim=1).numpy()
        else:
            table = self.labels.loc[self.labels.index.repeat(n)].reset_index(drop=True)
            table["position"] = self.positions[0].repeat(len(self.labels)).numpy()
            table["value"] = self.values.double().mean(dim=1).flatten().numpy()
        table["position"] = table["position"].astype("Int64")
        table["metric"], table["n"] = self.metric.name, rows
        return table

    @cached_property
    def figure(self) -> Chart | Shown:
        """Heads by layer as a heat map, anything else as bars of the largest shares."""
        says = f"Direct share of {self.metric.name} ({self.metric.unit}) by {self.by}, the final norm's divisor frozen."
        means = self.labels.assign(value=self.per_prompt.double().mean(dim=1).numpy())
        if self.by == "head":
            cells = means[means["component"] == "head"].astype({"layer": int, "head": int})
            return show(Heat(table="direct", x="head", y="layer", value="value", says=says), cells)
        largest = means.loc[means["value"].abs().sort_values(ascending=False).index[:SHOWN]]
        names = [" ".join(str(word) for word in row if not pd.isna(word)) for row in largest.iloc[:, :5].to_numpy()]
        return show(Bars(table="direct", x="part", y="value", says=says), largest.assign(part=names))


def direct_logits(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    metric: Metric,
    by: str = "head",
    mask: Int[Tensor, "batch pos"] | None = None,
    sample: int = 12,
    seed: int = 0,
) -> DirectLogits:
    """What every part of the stream adds directly to the logits that a metric weighs, where it reads them.

    `by`: `component` (embeddings, attention and MLP of each layer), `head`, `source` (heads by the position they read
    from) or `neuron`; biases of maps, of the last norm and of the unembedding are parts of their own. Positions are
    those of the metric: a logit difference at the end has one. `sample` parts are zeroed, for `.agreement`.
    Units:  of the metric, which must weigh logits: log odds of a difference; above 0 is for the right answer.
    Cost:   one forward pass, one map per layer from the direction to its heads or neurons, and a sweep of `sample`
        edits. Memory: the sites read at every position, patterns for `source`; parts x prompts x positions read.
        A corpus: `direct_logits_stream.py`.
    Raises: SumError if the parts do not add up to the logit within 1e-4; NotLinearMetricError, UnknownSplitError,
        AbsentSiteError, and the errors of the metric.
    Reference: Elhage et al. 2021, "A Mathematical Framework"; nostalgebraist 2020, "logit lens"; of the norm, Wang et
        al. 2022, arXiv:2211.00593, appendix; Rushing & Nanda 2024, arXiv:2402.15390 (what it does not show).
    """
    parts = Parts(model, by)
    has_norm = SCALE in model.taps
    trace = model.run(tokens, read=[*parts.sites, *([SCALE] if has_norm else [])], mask=mask)
    found = directions_of(model, metric, trace.logits, trace[SCALE] if has_norm else None)
    labels: list[Label] = []
    values = []
    with torch.no_grad():
        for some, shares in parts.along(trace, found.positions, found.along):
            labels += some
            values.append(shares)
    ends = [{"component": "ln_final_bias"}, {"component": "b_U"}]
    every = torch.cat([*values, found.norm_bias[None], found.unembed_bias[None]]).cpu()
    refuse_unequal(model, tokens, mask, by, every, found.whole.cpu())
    table = pd.DataFrame([*labels, *ends]).reindex(columns=["component", *COLUMNS])
    table[list(COLUMNS)] = table[list(COLUMNS)].astype("Int64")
    summed = every.sum(dim=-1)
    checked = against_zeroing(model, tokens, mask, metric, table, summed, sample=sample, seed=seed)
    return DirectLogits(by, metric, table, every, found, checked)


def refuse_unequal(
    model: Model, tokens: Tensor, mask: Tensor | None, by: str, values: Float[Tensor, "part batch n"], whole: Tensor
) -> None:
    """Raises: SumError if shares do not add up to the logits."""
    off = (values.double().sum(dim=0) - whole.double()).abs()
    allowed = WITHIN * values.abs().amax(dim=0).clamp(min=1.0)
    if not bool((off <= allowed).all()):  # so that nan is refused
        wrong = first_wrong(model, tokens, mask, READ[by])
        raise SumError(model.name, by, float(off.max()), float(allowed.min()), wrong)


def against_zeroing(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    mask: Int[Tensor, "batch pos"] | None,
    metric: Metric,
    table: pd.DataFrame,
    values: Float[Tensor, "part batch"],
    *,
    sample: int,
    seed: int,
) -> Agreement | None:
    """Agreement of some parts' shares with what the metric loses when they are zeroed; of heads, all sources at once.

    Half of them are the largest, half drawn. None for less than two.
    """
    whole = table[table["component"].isin(ABLATED)]
    keys = ["component", "layer", "head", "neuron"]
    numbers = whole.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    groups = whole[keys].drop_duplicates().reset_index(drop=True)
    shares = values.new_zeros(len(groups), values.shape[1])
    shares.index_add_(0, torch.tensor(numbers), values[torch.tensor(whole.index)])
    chosen = half_drawn(shares, sample, seed)
    if len(chosen) < 2:
        return None
    places = groups.iloc[chosen]
    found = sweep(model, tokens, [zeroed(row) for row in places.to_dict("records")], metric, mask=mask)
    return agreement(shares[chosen], found.base - found.scores, places, of=len(groups), against="zeroing", seed=seed)


def zeroed(part: Mapping[Any, Any]) -> Edit:
    """The edit that takes a part out."""
    at = {name: int(part[name]) for name in ("head", "neuron") if not pd.isna(part[name])}
    return Zero(f"{ABLATED[part['component']]}.{part['layer']}", **at)
