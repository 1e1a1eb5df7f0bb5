"""Patch every layer, position or head alone: where does the model carry the difference between two prompts?

Denoising puts activations of the clean prompt into the corrupted run and asks how much of the clean score returns: it
finds what is *sufficient*. Noising puts corrupted ones into the clean run and asks how much is lost: what is
*necessary*. The two differ wherever parts stand in for one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.sweep import NoGapError, UnequalPromptsError
from cutaway.figures.glyphs import label
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model, Product, patches, plan_sweep
from cutaway.models.model import Sites
from cutaway.models.sweep.sweep import Metrics, by_name
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.direction import Direction, source_and_base
from cutaway.techniques.attribution.places import token_labels

FLAT = 1e-4  # score gap, in metric units, below which a share is only noise
PLACES = ("layer", "head", "position", "neuron")

Prompts = str | Sequence[str] | Int[Tensor, "batch pos"]


@dataclass(frozen=True, eq=False, repr=False)
class PatchGrid:
    """Scores of every patched run. `base`: of the run that was patched into; `source`: of the other.

    `base_tokens` and `source_tokens`: both prompts, row by row.
    """

    product: Product
    site: str
    direction: Direction
    base_tokens: Int[Tensor, "batch pos"]
    source_tokens: Int[Tensor, "batch pos"]
    token_strings: Sequence[str]
    scores: Mapping[str, Float[Tensor, "edit batch"]]
    base: Mapping[str, Float[Tensor, "batch"]]
    source: Mapping[str, Float[Tensor, "batch"]]

    def __repr__(self) -> str:
        rows = len(self.base_tokens)
        return f"PatchGrid({self.direction} {self.site}: {self.product!r} on {rows} prompts; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each patch and metric, means over the prompts.

        `layer head position neuron token`: where, missing if the patch was made at all of them; `token` is the base
        prompt's, or what the first two prompts have there. `value`: the metric of the patched run, `base`: of the run
        that was patched into, `share`: of the way from there to the other prompt's score, 0 to 1, not clipped.
        """
        labels = list(self.product.labels)
        tables = []
        for name, scores in self.scores.items():
            value, base = scores.double().mean(dim=1), float(self.base[name].double().mean())
            gap = float(self.source[name].double().mean()) - base
            table = pd.DataFrame(labels).reindex(columns=list(PLACES)).astype("Int64")
            at = table["position"]
            table["token"] = [None if pd.isna(place) else self.token_strings[int(place)] for place in at]
            table["metric"], table["value"], table["base"] = name, value.numpy(), base
            table["share"] = (value.numpy() - base) / gap
            tables.append(table)
        whole = pd.concat(tables, ignore_index=True)
        whole.insert(0, "site", self.site)
        whole["direction"] = self.direction
        return whole

    @cached_property
    def figure(self) -> Chart | Shown:
        """A heat map of the shares, one panel for each metric or layer, tokens along the axis."""
        frame = self.frame.copy()
        axes = list(self.product.axes)
        x = "position" if "position" in axes else axes[-1]
        rest = [name for name in axes if name != x]
        if x == "position":
            places = zip(frame["position"], frame["token"], strict=True)
            frame["position"] = [place_label(int(place), token) for place, token in places]
        y = rest[-1] if rest else "site"
        several = len(self.scores) > 1
        panel = "metric" if several else rest[0] if len(rest) > 1 else None
        if several and len(rest) > 1:
            frame["metric"] = [
                f"{name}, {rest[0]} {place}" for name, place in zip(frame["metric"], frame[rest[0]], strict=True)
            ]
        for name in rest:
            frame[name] = frame[name].astype(int)
        lost = "returns" if self.direction == "denoising" else "is lost"
        what = "clean into corrupted" if self.direction == "denoising" else "corrupted into clean"
        says = f"Share of the score that {lost} when {self.site} is patched, {what}."
        return show(Heat(table="patches", x=x, y=y, value="share", says=says, panel=panel), frame)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        figure: Any = self.figure
        found: dict[str, object] = figure._repr_mimebundle_(include, exclude)
        return found


def patch_grid(
    model: Model,
    *,
    clean: Prompts,
    corrupted: Prompts,
    site: Sites,
    metric: Metrics,
    per: Sequence[str] = ("layer", "position"),
    direction: Direction = "denoising",
    progress: Progress = SILENT,
) -> PatchGrid:
    """Patch `site` at every combination of `per` alone, from one prompt's run into the other's, and score each run.

    `clean`, `corrupted`: texts, one or as many as there are pairs, or tokens [batch, pos]; the two of a pair have as
    many tokens. `per`: any of layer, position, head, neuron; what is not named is patched at once.
    Units:  value and base in the metric's; share of the gap between the mean scores of the two prompts: of denoising
        0 is the corrupted score and 1 the clean one, of noising the reverse; not clipped.
    Cost:   two forward passes and one sweep.
    Raises: UnequalPromptsError; UnknownChoiceError; NoGapError if the prompts do not differ in the metric; what `sweep`
        raises.
    Reference: Vig et al. 2020, arXiv:2004.12265; Meng et al. 2022, arXiv:2202.05262; Zhang & Nanda 2023,
        arXiv:2309.16042; Heimersheim & Nanda 2024, arXiv:2404.15255 (what each direction shows).
    """
    pair = (tokens_of(model, clean), tokens_of(model, corrupted))
    if pair[0].shape != pair[1].shape:
        raise UnequalPromptsError(tuple(pair[0].shape), tuple(pair[1].shape))
    source, base = source_and_base(direction, *pair)
    product = patches(model, source, site, per=per)
    named = site if isinstance(site, str) else ", ".join(str(one) for one in model.resolve(site))
    return run_grid(model, product, (base, source), metric, site=named, direction=direction, progress=progress)


def run_grid(
    model: Model,
    product: Product,
    prompts: tuple[Int[Tensor, "batch pos"], Int[Tensor, "batch pos"]],
    metric: Metrics,
    *,
    site: str,
    direction: Direction,
    mask: Int[Tensor, "batch pos"] | None = None,
    progress: Progress = SILENT,
) -> PatchGrid:
    """The grid of some patches; `prompts`: what is patched into, and what is patched from; `site`: what to call it.

    Raises: NoGapError; what `sweep` raises.
    """
    base, source = prompts
    metrics = by_name(metric)
    planned = plan_sweep(model, base, product, metrics, mask=mask)
    other = plan_sweep(model, source, product, metrics, mask=mask).base
    refuse_no_gap(metrics, planned.base, other)
    found = planned.run(progress)
    return PatchGrid(
        product=product,
        site=site,
        direction=direction,
        base_tokens=base,
        source_tokens=source,
        token_strings=token_labels(model, base),
        scores={name: found.of(name) for name in metrics},
        base=dict(zip(metrics, planned.base, strict=True)),
        source=dict(zip(metrics, other, strict=True)),
    )


def place_label(position: int, token: str) -> str:
    """A position as an axis shows it: its number, and what stands there."""
    return f"{position} {label(token)}"


def tokens_of(model: Model, prompts: Prompts) -> Int[Tensor, "batch pos"]:
    """Texts as tokens."""
    if isinstance(prompts, Tensor):
        return prompts
    return model.tokens([prompts] if isinstance(prompts, str) else list(prompts))


def refuse_no_gap(metrics: Mapping[str, Metric], base: Float[Tensor, "metric batch"], other: Tensor) -> None:
    """Raises: NoGapError if the mean scores of the two prompts are the same."""
    for name, one, two in zip(metrics, base, other, strict=True):
        if abs(float(two.mean() - one.mean())) <= FLAT:
            same = torch.nonzero((two - one).abs() <= FLAT).flatten().tolist()
            raise NoGapError(name, same if len(same) < len(one) else [], float((two.mean() - one.mean()).abs()))
