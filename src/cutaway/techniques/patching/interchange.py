"""Interchanges: put a variable of one prompt into the run of another, and know the answer that must follow.

A causal model names a variable, says what it is on a prompt, and what the answer is once it has some value. If a
place in the network carries the variable, putting there what stands there on a source prompt gives the base prompt the
answer that the causal model gives it with the source's value. Only pairs whose answer changes are kept: on the
others a patch that does nothing is right. The answer is judged against the base's own, so that a coin is right half of
the time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.patching import NoChangedAnswerError, PlaceOutsideError, SharedExamplesError
from cutaway.errors.sweep import UnequalPromptsError
from cutaway.models import Metric, Model, Patch, last_positions, logit_difference
from cutaway.models.sites import Site
from cutaway.records import Measured
from cutaway.stats.intervals import proportion
from cutaway.techniques.patching.directions import PatchAlong, feature_site

ROWS = 256  # prompts a forward pass

Prompts = Int[Tensor, "batch pos"] | Float[Tensor, "batch *shape"]
Sources = Int[Tensor, "batch other"] | Float[Tensor, "batch *shape"]  # texts may be of another length


@dataclass(frozen=True)
class Variable:
    """A variable of a causal model: its value [batch] on prompts, and the answer [batch], a token id, given its value.

    `answer(prompts, of(prompts))` is what the whole causal model answers.
    """

    name: str
    of: Callable[[Tensor], Tensor]
    answer: Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Place:
    """Where a variable is looked for: a site, one position of each prompt or all of them, one head where there are any.

    `position` counts the real tokens of each prompt; negative ones count from its end.
    """

    site: str | Site
    position: int | None = None
    head: int | None = None

    def __str__(self) -> str:
        head = "" if self.head is None else f" head {self.head}"
        return f"{self.site}{head}" + ("" if self.position is None else f" position {self.position}")


@dataclass(frozen=True, eq=False)
class Interchanges:
    """Bases, sources, and two answers a row: `right` follows from the exchanged variable, `wrong` is the base's own."""

    variable: str
    base: Prompts
    source: Sources
    right: Int[Tensor, "batch"]
    wrong: Int[Tensor, "batch"]
    base_mask: Int[Tensor, "batch pos"] | None = None
    source_mask: Int[Tensor, "batch other"] | None = None

    def __len__(self) -> int:
        return len(self.right)

    def rows(self, chosen: Tensor) -> "Interchanges":
        """Some of them, by number or by truth."""
        names = ("base", "source", "right", "wrong", "base_mask", "source_mask")
        given = {name: getattr(self, name) for name in names}
        return replace(self, **{name: value[chosen] for name, value in given.items() if value is not None})

    def shared(self, other: "Interchanges") -> Bool[Tensor, "batch"]:
        """Which rows have the base and the source of some row of the other."""
        theirs = {(tuple(b), tuple(s)) for b, s in zip(flat(other.base), flat(other.source), strict=True)}
        mine = zip(flat(self.base), flat(self.source), strict=True)
        return torch.tensor([(tuple(base), tuple(source)) in theirs for base, source in mine])

    def without(self, other: "Interchanges") -> "Interchanges":
        """Those that the other does not have."""
        return self.rows(~self.shared(other))

    @cached_property
    def metric(self) -> Metric:
        """How much more the exchanged answer is preferred to the base's own, in logits, at the end of each base."""
        position = -1 if self.base_mask is None else last_positions(self.base_mask)
        return logit_difference(self.right, self.wrong, position=position)


def interchanges(
    variable: Variable,
    base: Prompts,
    source: Sources,
    *,
    base_mask: Int[Tensor, "batch pos"] | None = None,
    source_mask: Int[Tensor, "batch other"] | None = None,
) -> Interchanges:
    """Pairs of base and source whose answer changes when the base's variable gets the source's value.

    Raises: NoChangedAnswerError if there are none; UnequalPromptsError for another number of rows.
    Reference: Geiger et al. 2021, arXiv:2106.02997 (interchange interventions).
    """
    if len(base) != len(source):
        raise UnequalPromptsError(tuple(source.shape), tuple(base.shape))
    wrong = variable.answer(base, variable.of(base))
    right = variable.answer(base, variable.of(source))
    changed = right != wrong
    if not bool(changed.any()):
        raise NoChangedAnswerError(variable.name, len(base))
    return Interchanges(variable.name, base, source, right, wrong, base_mask, source_mask).rows(changed)


def refuse_shared(train: Interchanges, held_out: Interchanges) -> None:
    """Raises: SharedExamplesError if the two have a pair of base and source in common."""
    if shared := int(held_out.shared(train).sum()):
        raise SharedExamplesError(shared, len(held_out))


def interchange_accuracy(
    model: Model,
    examples: Interchanges,
    place: Place,
    directions: Float[Tensor, "direction feature"] | None = None,
) -> Measured:
    """How often the exchanged answer beats the base's own once the subspace is the source's; without one, the site.

    Units:  share of examples, with Wilson's interval; a tie is not right. A patch that does nothing scores 0 wherever
        the model is right on the base, a coin 0.5.
    Cost:   three forward passes.
    Raises: FeatureAxisError, PlaceOutsideError, UnequalPromptsError; what `Model.run` raises.
    Reference: Geiger et al. 2023, arXiv:2303.02536 (interchange intervention accuracy).
    """
    where = feature_site(model, place.site, place.head)
    hits = 0
    for some in torch.split(torch.arange(len(examples)), ROWS):
        part = examples.rows(some)
        there = carried(model, part, place)
        edit = Patch(where, there, head=place.head)
        if directions is not None:
            edit = PatchAlong(where, there, directions.detach(), head=place.head)
        hits += int((part.metric(model.run(part.base, edit=edit, mask=part.base_mask).logits) > 0).sum())
    return proportion(hits, len(examples))


def base_accuracy(model: Model, examples: Interchanges) -> Measured:
    """How often the model, left alone, prefers the base's own answer: where it does not, nothing can be exchanged."""
    hits = 0
    for some in torch.split(torch.arange(len(examples)), ROWS):
        part = examples.rows(some)
        hits += int((part.metric(model.run(part.base, mask=part.base_mask).logits) < 0).sum())
    return proportion(hits, len(examples))


def carried(model: Model, examples: Interchanges, place: Place) -> Float[Tensor, "batch *axes"]:
    """The bases' activations of a site with those of the sources at the place: what a patch puts in.

    Raises: PlaceOutsideError; UnequalPromptsError where every position is to be exchanged and there are others.
    """
    where = feature_site(model, place.site, place.head)
    there = model.run(examples.source, read=where, mask=examples.source_mask, logits=False)[where].detach()
    if place.position is None:
        if examples.base.shape != examples.source.shape:
            raise UnequalPromptsError(tuple(examples.source.shape), tuple(examples.base.shape))
        return there
    whole = model.run(examples.base, read=where, mask=examples.base_mask, logits=False)[where].detach().clone()
    to = columns(examples.base, examples.base_mask, place.position)
    at = columns(examples.source, examples.source_mask, place.position)
    row = torch.arange(len(examples), device=whole.device)
    whole[row, to.to(whole.device)] = there[row, at.to(whole.device)]
    return whole


def columns(prompts: Prompts, mask: Int[Tensor, "batch pos"] | None, position: int) -> Int[Tensor, "batch"]:
    """The column of each row at which its real token of that number stands.

    Raises: PlaceOutsideError.
    """
    real = torch.ones(prompts.shape[:2], dtype=torch.long) if mask is None else mask.long()
    counts = real.sum(dim=1)
    number = position + counts if position < 0 else torch.full_like(counts, position)
    outside = ((number < 0) | (number >= counts)).nonzero().flatten().tolist()
    if outside:
        raise PlaceOutsideError(position, outside[0], int(counts[outside[0]]))
    return ((real.cumsum(dim=1) == number[:, None] + 1) & (real == 1)).int().argmax(dim=1)


def flat(prompts: Prompts) -> list[list[float]]:
    """Prompts as lists of numbers."""
    found: list[list[float]] = prompts.flatten(1).tolist()
    return found
