"""Distributed alignment search: which subspace of a site carries a variable of a causal model?

Directions are learned so that exchanging the component along them between two prompts gives the answer that exchanging
the variable would. They are trained on some pairs and judged on others. What they find is a claim about the variable
only beside its controls: a variable that the model does not have and a model that was never trained must both fail,
and the subspace must be no larger than the variable. A large enough subspace of an illusory kind can pass for almost
anything: see `subspace.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from cutaway.errors.patching import SubspaceSizeError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model
from cutaway.records import Measured
from cutaway.records.figure import Bars
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.patching.directions import PatchAlong, feature_site
from cutaway.techniques.patching.interchange import (
    Interchanges,
    Place,
    base_accuracy,
    carried,
    interchange_accuracy,
    refuse_shared,
)

WHOLE = "whole site"

Edit = Callable[[Tensor], PatchAlong]  # from what the sources carry


@dataclass(frozen=True)
class Training:
    """How a rotation is trained: steps of Adam on batches of pairs; the rate falls to nothing in a straight line."""

    steps: int = 200
    batch: int = 64
    rate: float = 0.05


USUAL = Training()


@dataclass(frozen=True, eq=False, repr=False)
class Aligned:
    """Learned directions by size of the subspace, with interchange accuracy on the pairs trained on and held out.

    `whole`: exchanging everything at the site; `own`: how often the model, left alone, prefers the base's answer.
    """

    variable: str
    model: str
    place: Place
    directions: Mapping[int, Float[Tensor, "direction feature"]]
    trained: Mapping[int, Measured]
    held_out: Mapping[int, Measured]
    whole: Measured
    own: Measured

    def __repr__(self) -> str:
        sizes = ", ".join(f"{size}: {found.value:.2f}" for size, found in self.held_out.items())
        return f"Aligned('{self.variable}' at {self.place} of '{self.model}'; held out, by size {sizes})"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each size, and one for the whole site: held-out accuracy, its interval, and that in training."""
        rows = [
            {"directions": size, "subspace": str(size), "trained": self.trained[size].value} | in_columns(found)
            for size, found in self.held_out.items()
        ]
        features = next(iter(self.directions.values())).shape[-1]
        rows.append({"directions": features, "subspace": WHOLE, "trained": float("nan")} | in_columns(self.whole))
        frame = pd.DataFrame(rows)
        frame.insert(0, "place", str(self.place))
        frame.insert(0, "variable", self.variable)
        return frame

    @cached_property
    def figure(self) -> Chart | Shown:
        """A bar for each size of subspace, with its interval."""
        says = f"How often exchanging a subspace of {self.place} gives the answer that '{self.variable}' asks for."
        return show(Bars(table="sizes", x="subspace", y="accuracy", low="low", high="high", says=says), self.frame)


def das(
    model: Model,
    train: Interchanges,
    held_out: Interchanges,
    *,
    place: Place,
    sizes: Sequence[int] = (1, 2, 4, 8),
    training: Training = USUAL,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Aligned:
    """Learn, for every size, the subspace of a place whose exchange gives the answers of a causal model.

    Units:  interchange accuracy as a share of held-out pairs whose answer changes, between the exchanged answer and the
        base's own; 0.5 is a coin, and a subspace that does nothing is at 0.
    Cost:   a forward and a backward pass of `training.batch` prompts for each step and size; memory of one site on all
        training prompts, and of one graph.
    Raises: SubspaceSizeError, SharedExamplesError, FeatureAxisError, PlaceOutsideError, UnequalPromptsError.
    Reference: Geiger et al. 2023, arXiv:2303.02536. We train on the two answers that are compared, not on the whole
        vocabulary, and set the subspace up by QR of free numbers.
    """
    refuse_shared(train, held_out)
    where = feature_site(model, place.site, place.head)
    there = carried(model, train, place)
    features = int(there.shape[-1])
    if wrong := [size for size in sizes if not 0 < size <= features]:
        raise SubspaceSizeError(str(where), f"a subspace of {wrong[0]} directions was asked for", features)
    found: dict[int, Tensor] = {}
    with progress.phase(f"{model.name}: das at {place}", len(sizes)) as tick:
        for size in sizes:
            free = torch.randn(size, features, generator=torch.Generator().manual_seed(seed)).to(there)
            free.requires_grad_()

            def edit(carried: Tensor, free: Tensor = free) -> PatchAlong:
                return PatchAlong(where, carried, free, head=place.head)

            descend(model, train, there, [free], edit, training, seed=seed)
            found[size] = torch.linalg.qr(free.detach().T).Q.T.contiguous()
            tick()
    return Aligned(
        variable=train.variable,
        model=model.name,
        place=place,
        directions=found,
        trained={size: interchange_accuracy(model, train, place, rows) for size, rows in found.items()},
        held_out={size: interchange_accuracy(model, held_out, place, rows) for size, rows in found.items()},
        whole=interchange_accuracy(model, held_out, place),
        own=base_accuracy(model, held_out),
    )


def descend(
    model: Model,
    train: Interchanges,
    there: Float[Tensor, "batch *axes"],
    free: Sequence[Tensor],
    edit: Edit,
    training: Training,
    *,
    seed: int,
    penalty: Callable[[int], Tensor | float] = lambda _: 0.0,
) -> None:
    """Train free numbers in place so that edits made of them give the exchanged answers; `penalty` is of the step.

    Gradients go to these numbers only: the model's own are left as they are.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(list(free), lr=training.rate)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=training.steps)
    for step in range(training.steps):
        some = torch.randint(len(train), (min(training.batch, len(train)),), generator=generator)
        part = train.rows(some)
        more = penalty(step)  # first: it may change what the edit is made of
        run = model.run(part.base, edit=edit(there[some.to(there.device)]), mask=part.base_mask, graph=True)
        loss = softplus(-part.metric(run.logits)).mean() + more
        for one, slope in zip(free, torch.autograd.grad(loss, list(free)), strict=True):
            one.grad = slope
        optimizer.step()
        schedule.step()


def in_columns(found: Measured) -> dict[str, float]:
    """A measured share as columns."""
    return {"accuracy": found.value, "low": found.low, "high": found.high, "n": found.n}
