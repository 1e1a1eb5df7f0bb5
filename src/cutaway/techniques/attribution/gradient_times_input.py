"""Gradient times input: what every part of an activation adds to the score, if the score were linear in it.

It is attribution patching towards zero, and integrated gradients with one step at the far end: cheap, and blind where
something saturates.
"""

from collections.abc import Sequence

from jaxtyping import Int
from torch import Tensor

from cutaway.models import Metric, Model
from cutaway.models.model import Sites
from cutaway.techniques.attribution.attribution import Attribution
from cutaway.techniques.attribution.occlusion import occluding
from cutaway.techniques.attribution.places import SAMPLE, Exact, summed, token_labels


def gradient_times_input(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    metric: Metric,
    site: Sites = "embed",
    per: Sequence[str] = ("position",),
    mask: Int[Tensor, "batch pos"] | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
) -> Attribution:
    """The gradient of the score at `site`, times the activation, added up over every place of `per`.

    `sample`: at so many places, drawn by `seed`, the activation is set to zero, for `.agreement`; 0 leaves it.
    Units:  of the metric: what the score would lose if the place were zero; above 0 it helps.
    Cost:   one forward and one backward pass, another forward pass and a sweep of `sample` edits. Memory: the site's
        activations and gradients, and all that autograd keeps of one pass.
    Raises: NoSuchAxisError, UnknownSiteError, AbsentSiteError, GradientError, and the errors of the metric.
    Reference: Shrikumar, Greenside & Kundaje 2016, arXiv:1605.01713.
    """
    sites = model.resolve(site)
    here = model.run(tokens, read=sites, mask=mask, gradient_of=metric)
    scores = summed(model, {one: here[one] * here.grad[one] for one in sites}, per)
    product = occluding(model, tokens, sites, per, "zero", mask=mask)
    exact = Exact(model, tokens, product, metric, mask, "zeroing", lost=True)
    return Attribution(
        method="gradient times input",
        means="What the score would lose without each place, to first order",
        site=site if isinstance(site, str) else ", ".join(map(str, sites)),
        metric=metric,
        product=product,
        scores=scores.cpu(),
        token_strings=token_labels(model, tokens),
        agreement=exact.agreement(scores, sample=sample, seed=seed),
    )
