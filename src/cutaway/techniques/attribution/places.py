"""The places that a score is divided among, and what an exact intervention does at some of them.

A place is a combination of layer, head, position or neuron, as in a sweep: what is not named is taken together. What a
method says of single numbers is added up over each place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Metric, Model, Product, sweep
from cutaway.models.edits import AXIS_OF
from cutaway.models.inputs import Given
from cutaway.models.sites import Site
from cutaway.techniques.attribution.agreement import Agreement, agreement

SAMPLE = 24  # places at which every approximation is checked, unless it is told otherwise
ROUNDING = 2e-6  # of a score, or of 1 where it is smaller: effects below it are none
PLACES = ("layer", "head", "position", "neuron")


def summed(model: Model, values: Mapping[Site, Tensor], per: Sequence[str]) -> Float[Tensor, "place batch"]:
    """Numbers of the shape of each site, added up over every place, in the order of `Product`."""
    layers: dict[int | None, Tensor] = {}
    rest = [name for name in per if name != "layer"]
    for site, value in values.items():
        key = site.layer if "layer" in per else None
        found = over_places(value, model.axes(site), rest)
        layers[key] = layers[key] + found if key in layers else found
    if "layer" not in per:
        return layers[None].flatten(0, -2) if rest else layers[None][None]
    stacked = torch.stack([layers[key] for key in sorted(layers, key=lambda layer: layer or 0)])
    return stacked.movedim(0, list(per).index("layer")).flatten(0, -2)


def over_places(value: Tensor, axes: Sequence[str], per: Sequence[str]) -> Tensor:
    """One activation [*per, batch], the other axes added up."""
    kept = [next(at for at, axis in enumerate(axes) if axis in AXIS_OF[name]) for name in per]
    gone = [at for at in range(1, value.ndim) if at not in kept]
    moved = value.permute(*kept, 0, *gone)
    return moved.flatten(len(kept) + 1).sum(dim=-1) if gone else moved


@dataclass(frozen=True, eq=False)
class Exact:
    """The edits that scores foretell, and the prompts they are made on.

    `lost`: scores say what the score loses by an edit, rather than what it gains.
    """

    model: Model
    tokens: Given
    product: Product
    metric: Metric
    mask: Int[Tensor, "batch pos"] | None = None
    against: str = "exact patching"
    lost: bool = False

    def agreement(self, scores: Float[Tensor, "place batch"], *, sample: int, seed: int = 0) -> Agreement | None:
        """Of scores with what the edits do, at some of the places; None for less than two."""
        found = self.sampled(scores, sample, seed)
        return None if found is None else found.agreement(scores)

    def sampled(self, scores: Float[Tensor, "place batch"], sample: int, seed: int = 0) -> "Sampled | None":
        """The edits at some of the places; None for less than two.

        Cost: a sweep of so many edits.
        """
        numbers = half_drawn(scores, sample, seed)
        if len(numbers) < 2:
            return None
        edits = [self.product[number] for number in numbers]
        found = sweep(self.model, self.tokens, edits, self.metric, mask=self.mask)
        effects = found.base - found.scores if self.lost else found.scores - found.base
        return Sampled(self, numbers, effects, ROUNDING * max(1.0, float(found.base.abs().max())), seed)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Exact effects at some places, against which several scores can be held."""

    exact: Exact
    numbers: list[int]
    effects: Float[Tensor, "place batch"]
    rounding: float
    seed: int

    def agreement(self, scores: Float[Tensor, "place batch"], *, sizes: bool = False) -> Agreement:
        """Of scores of all places with the effects; with `sizes`, with how large those are in each prompt."""
        product, effects = self.exact.product, self.effects.abs() if sizes else self.effects
        places = table_of([product.label(number) for number in self.numbers])
        against = f"the size of {self.exact.against}" if sizes else self.exact.against
        some = scores.detach().cpu()[self.numbers]
        every, rounding = len(product), self.rounding
        return agreement(some, effects, places, of=every, against=against, rounding=rounding, seed=self.seed)


def half_drawn(scores: Float[Tensor, "place batch"], sample: int, seed: int) -> list[int]:
    """Some places, half of them where scores are largest, half drawn among the rest.

    Where few places matter, a sample drawn among all would hold none of them; the largest alone would never show what
    the scores miss.
    """
    order = scores.mean(dim=1).abs().argsort(descending=True, stable=True).cpu()
    rest = order[sample // 2 :]
    drawn = rest[torch.randperm(len(rest), generator=torch.Generator().manual_seed(seed))]
    return sorted([*order[: sample // 2].tolist(), *drawn[: sample - sample // 2].tolist()])


def table_of(labels: Sequence[Mapping[str, int]]) -> pd.DataFrame:
    """Places as columns, missing where a place is not named."""
    return pd.DataFrame(list(labels), index=range(len(labels))).reindex(columns=list(PLACES)).astype("Int64")


def token_labels(model: Model, tokens: Given) -> list[str]:
    """What stands at each position: a token, or the first two of several; nothing where there are no tokens."""
    if not isinstance(tokens, Tensor) or tokens.is_floating_point() or tokens.ndim != 2:
        return []
    found = []
    for column in tokens.T:
        distinct = list(dict.fromkeys(column.tolist()))
        found.append("/".join(model.token_strings(distinct[:2])) + ("/..." if len(distinct) > 2 else ""))
    return found
