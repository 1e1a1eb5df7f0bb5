"""Occlusion: put a baseline in the place of one token or one activation at a time, and see what the score loses.

Nothing is approximated: every number is a run. What it shows is the total effect of a place alone, so that of two
parts of which either is enough it shows neither.
"""

from collections.abc import Sequence
from typing import Any

from jaxtyping import Int
from torch import Tensor

from cutaway.models import Metric, Model, Patch, Product, each, sweep
from cutaway.models.edits import Edit
from cutaway.models.model import Sites
from cutaway.models.sites import Site
from cutaway.models.sweep.reach import marked
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.attribution import Attribution
from cutaway.techniques.attribution.baseline import Baseline, baseline_at, named
from cutaway.techniques.attribution.places import token_labels


def occlusion(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    metric: Metric,
    site: Sites = "embed",
    per: Sequence[str] = ("position",),
    baseline: Baseline = "zero",
    mask: Int[Tensor, "batch pos"] | None = None,
    progress: Progress = SILENT,
) -> Attribution:
    """What the score loses when one place after the other is replaced by the baseline.

    `site="embed"` replaces tokens: with `baseline` tokens [batch, pos], each by the one that stands there instead.
    Units:  of the metric: whole less occluded; above 0 the place helps.
    Cost:   one forward pass for the baseline and a sweep of one edit a place. Memory: the site on one prompt.
    Raises: BaselineError, NoSuchAxisError, UnequalPromptsError, what `sweep` raises.
    Reference: Zeiler & Fergus 2014, arXiv:1311.2901; Li, Monroe & Jurafsky 2016, arXiv:1612.08220 (of words).
    """
    sites = model.resolve(site)
    product = occluding(model, tokens, sites, per, baseline, mask=mask)
    found = sweep(model, tokens, product, metric, mask=mask, progress=progress)
    return Attribution(
        method=f"occlusion by {named(baseline)}",
        means="What the score loses without each place",
        site=site if isinstance(site, str) else ", ".join(map(str, sites)),
        metric=metric,
        product=product,
        scores=(found.base - found.scores).cpu(),
        token_strings=token_labels(model, tokens),
        agreement=None,
    )


def occluding(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    sites: Sequence[Site],
    per: Sequence[str],
    baseline: Baseline,
    *,
    mask: Int[Tensor, "batch pos"] | None,
) -> Product:
    """The edits that put a baseline in the place of each part of some sites.

    Raises: BaselineError, UnequalPromptsError, NoSuchAxisError.
    """
    is_prompt = isinstance(baseline, Tensor) and not baseline.is_floating_point()
    other = marked(baseline, mask) if is_prompt and isinstance(baseline, Tensor) else None
    actual = model.run(tokens, read=sites, mask=mask, logits=False)
    values = {one: baseline_at(model, actual[one], one, baseline, tokens=tokens, mask=mask) for one in sites}

    def make(where: Site, /, **at: Any) -> Edit:
        return Patch(where, values[where], tokens=other, **at)

    return each(model, sites, make, per=per, length=tokens.shape[1])
