"""Gradients of a metric at the sites of a run."""

from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

from cutaway.errors.models import GradientError
from cutaway.models.edits import Edit
from cutaway.models.metric import Metric
from cutaway.models.sites import Site
from cutaway.models.texts import Texts
from cutaway.models.trace import Outcome, Trace


def asks_for_gradient(edits: Iterable[Edit]) -> bool:
    """Whether a value of some edit is being trained."""
    if not torch.is_grad_enabled():
        return False
    return any(tensor.requires_grad for edit in edits for tensor in edit.tensors.values())


def scored(model: Texts, metric: Callable[[Tensor], Tensor], logits: Tensor) -> Tensor:
    """The metric of each row; classes [batch, class] are to a `Metric` the tokens of one position."""
    if isinstance(metric, Metric):
        return metric.bind(model)(logits[:, None] if logits.ndim == 2 else logits)
    return metric(logits)


def follow_back(
    model: Texts, values: Mapping[Site, Tensor], outcome: Outcome, metric: Callable[[Tensor], Tensor], *, keep: bool
) -> Trace:
    """The trace of a run with the gradient of the summed metric at every site that was read.

    Rows do not mix, so the gradient at a row is that of the row's own score.
    Raises: GradientError if the metric gives no number per row, or nothing that was read leads to it.
    """
    if outcome.logits is None:
        raise GradientError(
            model.name,
            "there are no logits to measure",
            "Leave out logits=False. A module of your own returns them as a tensor, or under the name 'logits'.",
        )
    score = scored(model, metric, outcome.logits)
    if not isinstance(score, Tensor) or score.ndim > 1 or not score.is_floating_point():
        shape = tuple(score.shape) if isinstance(score, Tensor) else type(score).__name__
        raise GradientError(
            model.name, f"the metric gave {shape}", "It must give one number per row [batch], or one in all."
        )
    if not values:
        raise GradientError(model.name, "no site was read", "Name the sites: read=['resid_pre'].")
    if fixed := [str(site) for site, value in values.items() if not value.requires_grad]:
        raise GradientError(model.name, f"{', '.join(fixed[:5])} cannot have one", "Is it a tensor of integers?")
    with torch.enable_grad():
        found = torch.autograd.grad(score.sum(), list(values.values()), allow_unused=True, retain_graph=keep)
    if unused := [str(site) for site, slope in zip(values, found, strict=True) if slope is None]:
        raise GradientError(
            model.name, f"the metric does not depend on {', '.join(unused[:5])}", "Read sites before the logits."
        )
    gradients = {site: slope for site, slope in zip(values, found, strict=True) if slope is not None}
    if keep:
        return Trace(values, Outcome(outcome.output, outcome.logits, score), gradients)
    shown = {site: value.detach() for site, value in values.items()}
    return Trace(shown, Outcome(None, outcome.logits.detach(), score.detach()), gradients)
