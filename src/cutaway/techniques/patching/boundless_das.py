"""Boundless distributed alignment search: the size of the subspace is learned with its directions.

A whole rotation of the site is trained, and a boundary: directions before it are exchanged, those after it are not.
The boundary starts out soft and is hardened step by step while its place is paid for, so that it settles where the
variable just fits.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model
from cutaway.records import Measured
from cutaway.records.figure import Points
from cutaway.techniques.patching.das import Training, descend, in_columns
from cutaway.techniques.patching.directions import PatchAlong, feature_site
from cutaway.techniques.patching.interchange import (
    Interchanges,
    Place,
    base_accuracy,
    carried,
    interchange_accuracy,
    refuse_shared,
)

SOFT, HARD = 0.1, 0.001  # width of the boundary at first and at last, as a share of the features
FAST = Training(rate=0.1)  # the boundary has far to go


@dataclass(frozen=True, eq=False, repr=False)
class BoundlessAligned:
    """Learned directions, as many as the hardened boundary lets through, and their interchange accuracy.

    `path`: the size at which the boundary stood at each step. `own`: how often the model, left alone, prefers the
    base's answer.
    """

    variable: str
    model: str
    place: Place
    directions: Float[Tensor, "direction feature"]
    path: tuple[float, ...]
    trained: Measured
    held_out: Measured
    whole: Measured
    own: Measured

    def __repr__(self) -> str:
        return (
            f"BoundlessAligned('{self.variable}' at {self.place} of '{self.model}': {len(self.directions)} directions,"
            f" held out {self.held_out.value:.2f})"
        )

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row: variable, place, directions found, features there are, accuracy held out and in training."""
        found = {"directions": len(self.directions), "features": self.directions.shape[-1]}
        row = {"variable": self.variable, "place": str(self.place), **found, "trained": self.trained.value}
        return pd.DataFrame([row | in_columns(self.held_out)])

    @cached_property
    def figure(self) -> Chart | Shown:
        """Where the boundary stood at each step of training."""
        says = f"Directions of {self.place} that are exchanged for '{self.variable}', step by step."
        table = pd.DataFrame({"step": range(len(self.path)), "directions": self.path})
        return show(Points(table="path", x="step", y="directions", says=says), table)


def boundless_das(
    model: Model,
    train: Interchanges,
    held_out: Interchanges,
    *,
    place: Place,
    price: float = 1.0,
    training: Training = FAST,
    seed: int = 0,
) -> BoundlessAligned:
    """Learn a rotation of a place and how many of its directions must be exchanged to give a causal model's answers.

    `price`: nats that exchanging the whole site costs, against the loss of the two answers; a higher one finds a
    smaller subspace. At least one direction is kept.
    Units:  held-out interchange accuracy as of `das`.
    Cost:   as of `das` with one size, that of the site: a QR of [feature, feature] for each step.
    Raises: SharedExamplesError, FeatureAxisError, PlaceOutsideError, UnequalPromptsError.
    Reference: Wu et al. 2023, arXiv:2305.08809. Temperature falls as theirs, and is a share of the site's features.
    """
    refuse_shared(train, held_out)
    where = feature_site(model, place.site, place.head)
    there = carried(model, train, place)
    features = int(there.shape[-1])
    free = torch.randn(features, features, generator=torch.Generator().manual_seed(seed)).to(there)
    free = (free / features**0.5).requires_grad_()
    logit = torch.zeros((), device=there.device, requires_grad=True)  # of a share: half of the features at first
    path: list[float] = []
    softness = [SOFT]

    def edit(carried: Tensor) -> PatchAlong:
        return PatchAlong(where, carried, free, head=place.head, weights=let_through(logit, features, softness[0]))

    def paid(step: int) -> Tensor:
        softness[0] = SOFT * (HARD / SOFT) ** (step / max(training.steps - 1, 1))
        path.append(share_of(logit) * features)
        return price * logit.sigmoid()

    descend(model, train, there, [free, logit], edit, training, seed=seed, penalty=paid)
    size = max(round(share_of(logit) * features), 1)
    rows = torch.linalg.qr(free.detach().T).Q.T[:size].contiguous()
    return BoundlessAligned(
        variable=train.variable,
        model=model.name,
        place=place,
        directions=rows,
        path=tuple(path),
        trained=interchange_accuracy(model, train, place, rows),
        held_out=interchange_accuracy(model, held_out, place, rows),
        whole=interchange_accuracy(model, held_out, place),
        own=base_accuracy(model, held_out),
    )


def let_through(logit: Float[Tensor, ""], features: int, softness: float) -> Float[Tensor, "feature"]:
    """How much of each direction is exchanged: nearly all before the boundary, nearly nothing after it."""
    middle = (torch.arange(features, device=logit.device) + 0.5) / features
    return torch.sigmoid((logit.sigmoid() - middle) / softness)


def share_of(logit: Float[Tensor, ""]) -> float:
    """Where the boundary stands, as a share of the features."""
    return float(logit.detach().sigmoid())
