"""Verify an adapter on a small random copy of its architecture, and say what is wrong with which site."""

from typing import Any

import torch

from cutaway.errors.base import CutawayError
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.verify import checks
from cutaway.models.verify.small import as_it_is, small_copy
from cutaway.models.verify.verdicts import Verdicts, architecture, keep, recall


def verify(model: Model) -> Verdicts:
    """The sites that failed, each with its reason; empty if all is well.

    Cost: the first time for an architecture and version, four runs of a two-layer copy per kind of site, about a
    second; afterwards one small file. The model itself is not run.
    """
    module: Any = model.module
    key = architecture(module)
    known = recall(key)
    if known is None:
        known = examine(model)
        keep(key, known)
    return known


def examine(model: Model) -> Verdicts:
    """Every site of one small copy, by every check."""
    small = small_copy(model.module)
    if model.describe is None:
        raise AssertionError("a model that is verified has an adapter")
    copy = Model(name=f"small {model.name}", module=small, layout=model.describe(small))
    given = checks.prompt(copy)
    with torch.random.fork_rng(devices=[]), as_it_is():
        plain = checks.final(copy, given)
        failed = {str(site): reason for site in copy.sites if (reason := failure(site, copy, given, plain))}
    return by_kind(failed)


def failure(site: Site, model: Model, given: dict[str, torch.Tensor], plain: torch.Tensor) -> str | None:
    """The first thing that is wrong with a site; an adapter may be wrong in any way, so any fault is a finding."""
    try:
        return fault(site, model, given, plain)
    except (CutawayError, RuntimeError, IndexError, AttributeError, TypeError) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


def fault(site: Site, model: Model, given: dict[str, torch.Tensor], plain: torch.Tensor) -> str | None:
    """By every check in turn."""
    if reason := checks.check_reading(site, model, given, plain):
        return reason
    value = model.run(dict(given), read=[site])[site]
    return (
        checks.has_its_axes(site, value, model)
        or checks.sums_to_one(site, value)
        or checks.check_kept(site, value, model, given)
        or (None if site.name == "logits" else checks.check_writing(site, value, model, given, plain))
        or checks.check_skip(site, model, given)
    )


def by_kind(failed: Verdicts) -> Verdicts:
    """Reasons by kind of site: the copy has fewer layers than the model."""
    found: Verdicts = {}
    for site, reason in failed.items():
        head, _, last = site.rpartition(".")
        found.setdefault(head if last.isdigit() else site, f"{reason} (seen on a small copy, at {site})")
    return found
