"""Patch only the component along some directions: does this subspace carry the difference between two prompts?

The rest of the activation stays as it was in the run that is patched into. A direction that moves the score all the
way need not be one that the model uses: `subspace.py` tests that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.patching import FeatureAxisError, SubspaceSizeError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model, Patch, sweep
from cutaway.models.pairs import Pairs
from cutaway.models.sites import Site, the_only
from cutaway.models.span import basis_of
from cutaway.models.sweep.reach import marked
from cutaway.records.figure import Bars
from cutaway.techniques.attribution.direction import Direction, source_and_base
from cutaway.techniques.patching.grid import refuse_no_gap

WHOLE = "whole site"


@dataclass(frozen=True, repr=False)
class PatchAlong(Patch):
    """Set the component along `directions`, [feature] or [direction, feature], to that of `reference`.

    They may have any lengths and angles. `weights`, one for each direction, say how much of it is exchanged, 0 to 1,
    after each has been made orthogonal to those before it; without them all of it is.
    """

    directions: Tensor
    weights: Tensor | None = field(default=None, kw_only=True)

    def source(self, value: Tensor, axes: tuple[str, ...], start: int) -> Tensor:
        rows = self.directions.to(value.device, torch.promote_types(value.dtype, torch.float32))
        rows = rows[None] if rows.ndim == 1 else rows
        basis = basis_of(rows) if self.weights is None else torch.linalg.qr(rows.T).Q  # [feature, direction]
        there = self.fitted(self.here(self.reference, value, axes, start), value).expand_as(value)
        along = (there - value).to(basis.dtype) @ basis
        if self.weights is not None:
            along = along * self.weights.to(basis)
        moved: Tensor = value + (along @ basis.T).to(value.dtype)
        return moved


@dataclass(frozen=True, eq=False, repr=False)
class AlongDirections:
    """Scores of runs in which one subspace each was patched. `base`: of the run patched into; `source`: of the other.

    `sizes`: the directions of each subspace. `norms`: the share of the squared difference between the two runs, at
    this site, that lies along it.
    """

    site: str
    direction: Direction
    scores: Mapping[str, Float[Tensor, "batch"]]
    sizes: Mapping[str, int]
    norms: Mapping[str, float]
    base: Float[Tensor, "batch"]
    source: Float[Tensor, "batch"]

    def __repr__(self) -> str:
        return f"AlongDirections({self.direction} {self.site}: {', '.join(self.scores)}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each subspace, the whole site last: subspace, directions, norm, value, base, share."""
        base = float(self.base.double().mean())
        gap = float(self.source.double().mean()) - base
        rows = [
            {
                "site": self.site,
                "subspace": name,
                "directions": self.sizes[name],
                "norm": self.norms[name],
                "value": (value := float(scores.double().mean())),
                "base": base,
                "share": (value - base) / gap,
                "direction": self.direction,
            }
            for name, scores in self.scores.items()
        ]
        return pd.DataFrame(rows)

    @cached_property
    def figure(self) -> Chart | Shown:
        """A bar for each subspace: its share of the way to the other prompt's score."""
        says = f"Share of the score that each subspace of {self.site} carries, {self.direction}."
        return show(Bars(table="subspaces", x="subspace", y="share", says=says), self.frame)


def patch_along(
    model: Model,
    pairs: Pairs,
    directions: Mapping[str, Float[Tensor, "*direction feature"]],
    *,
    site: str | Site,
    position: int | None = None,
    head: int | None = None,
    direction: Direction = "denoising",
) -> AlongDirections:
    """Patch every named subspace of a site alone, and then the whole site, and score each run by `pairs.metric`.

    `directions`: by name, one [feature] or several [direction, feature], which need not be orthogonal. `position` and
    `head` as in edits; without a position every one is patched.
    Units:  value and base in the metric's; share of the gap between the prompts' mean scores, not clipped; norm as a
        share of the squared distance between the two activations.
    Cost:   two forward passes and one sweep of len(directions) + 1 edits; memory of one site of one prompt twice.
    Raises: SubspaceSizeError, FeatureAxisError, NoGapError, UnknownSiteError, UnknownChoiceError; what `sweep` raises.
    Reference: Geiger et al. 2023, arXiv:2303.02536 (interchange in a subspace); Makelov et al. 2023, arXiv:2311.17030.
    """
    where = feature_site(model, site, head)
    source, base = source_and_base(direction, pairs.clean, pairs.corrupted)
    there = model.run(source, read=where, mask=pairs.mask)
    here = model.run(base, read=where, mask=pairs.mask)
    features = there[where].shape[-1]
    named = {name: checked(where, rows, features) for name, rows in directions.items()}
    tokens = None if source.is_floating_point() else marked(source, pairs.mask)
    edits: list[Patch] = [
        PatchAlong(where, there[where], rows, tokens=tokens, position=position, head=head) for rows in named.values()
    ]
    edits.append(Patch(where, there[where], tokens=tokens, position=position, head=head))
    metric = pairs.metric.bind(model)
    scores = (metric(here.logits), metric(there.logits))
    refuse_no_gap({metric.name: metric}, scores[0][None], scores[1][None])
    found = sweep(model, base, edits, metric, mask=pairs.mask).scores
    moved = difference(model, where, there[where] - here[where], position, head, pairs)
    whole = named | {WHOLE: torch.eye(features)}
    return AlongDirections(
        site=str(where) if head is None else f"{where} head {head}",
        direction=direction,
        scores=dict(zip(whole, found, strict=True)),
        sizes={name: len(rows) for name, rows in whole.items()},
        norms={name: share_of(moved, rows) for name, rows in whole.items()},
        base=scores[0],
        source=scores[1],
    )


def feature_site(model: Model, site: str | Site, head: int | None) -> Site:
    """The one site that is named, where a vector stands at each place, of one head where there are heads.

    Raises: FeatureAxisError; UnknownSiteError if it names several.
    """
    found = the_only(model.resolve(site), site, model=model.name)
    axes = model.axes(found)
    if "query" in axes:
        fault = "its last axis is that of keys, not of features"
        raise FeatureAxisError(str(found), fault, "Choose q, k, v or z of one head: site='z.0', head=1")
    if "head" in axes and head is None:
        fault = "it has a vector for every head"
        raise FeatureAxisError(str(found), fault, "Say which head: head=0")
    if "head" not in axes and head is not None:
        raise FeatureAxisError(str(found), f"it has no heads, and head={head} was asked for", "Leave out head=.")
    return found


def checked(site: Site, rows: Float[Tensor, "*direction feature"], features: int) -> Float[Tensor, "direction feature"]:
    """Directions as rows.

    Raises: SubspaceSizeError.
    """
    rows = rows[None] if rows.ndim == 1 else rows
    if rows.ndim != 2 or rows.shape[-1] != features or not 0 < len(rows) <= features:
        raise SubspaceSizeError(str(site), f"directions have shape {tuple(rows.shape)}", features)
    if not bool(rows.any()):
        raise SubspaceSizeError(str(site), "its directions are all zero", features)
    return rows


def difference(
    model: Model, site: Site, gap: Tensor, position: int | None, head: int | None, pairs: Pairs
) -> Float[Tensor, "place feature"]:
    """What differs between the two runs where they are patched, padding left out."""
    axes = model.axes(site)
    if pairs.mask is not None and "pos" in axes:
        real = pairs.mask.to(gap.device, gap.dtype)
        gap = gap * real[(...,) + (None,) * (gap.ndim - 2)]
    if head is not None:
        gap = gap.select(axes.index("head"), head)
    if position is not None and "pos" in axes:
        gap = gap.select(axes.index("pos"), position)
    return gap.flatten(0, -2)


def share_of(moved: Float[Tensor, "place feature"], rows: Float[Tensor, "direction feature"]) -> float:
    """The share of the squared length of vectors that lies in a subspace; 0 of nothing."""
    basis = basis_of(rows.to(moved.device, moved.dtype))
    total = float(moved.pow(2).sum())
    return float((moved @ basis).pow(2).sum()) / total if total else 0.0
