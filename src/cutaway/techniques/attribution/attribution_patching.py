"""Attribution patching: what every patch would do, to first order, from two forward passes and one back.

The gradient of the score at an activation, times how much the activation differs on the other prompt, is what patching
it would add if nothing were curved. It is good where patches are small beside the curvature and bad where something
saturates: a softmax that is sure, a gate that is shut, a norm whose input is exchanged whole (resid_pre of the first
layers). `atp_star.py` mends the first; `integrated_gradients.py` follows the curve.
"""

from collections.abc import Sequence

from cutaway.models import Metric, Model, patches
from cutaway.models.model import Sites
from cutaway.models.pairs import Pairs
from cutaway.techniques.attribution.attribution import Attribution
from cutaway.techniques.attribution.direction import Direction, source_and_base
from cutaway.techniques.attribution.places import SAMPLE, Exact, summed, token_labels

MEANS: dict[Direction, str] = {
    "denoising": "What a patch from clean into corrupted adds to the score",
    "noising": "What a patch from corrupted into clean adds to the score",
}


def attribution_patching(
    model: Model,
    pairs: Pairs,
    *,
    site: Sites = "z",
    per: Sequence[str] = ("layer", "head"),
    direction: Direction = "denoising",
    metric: Metric | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
) -> Attribution:
    """What patching `site` at every place of `per` would add to the score of the run it is patched into.

    `sample`: at so many places, drawn by `seed`, the patch is made, for `.agreement`; 0 leaves it unmeasured.
    Units:  of the metric: patched less unpatched. Denoising, a helpful part is above 0; noising, below.
    Cost:   two forward passes, one backward pass, and a sweep of `sample` edits. Memory: the site's activations and
        gradients at all layers asked for, and all that autograd keeps of one pass.
    Raises: NoSuchAxisError, UnknownSiteError, AbsentSiteError, UnknownChoiceError, GradientError, and the errors of the
        metric.
    Reference: Nanda 2023, "Attribution Patching"; Syed, Rager & Conmy 2023, arXiv:2310.10348.
    """
    chosen = metric or pairs.metric
    source, base = source_and_base(direction, pairs.clean, pairs.corrupted)
    sites = model.resolve(site)
    product = patches(model, source, sites, per=per, mask=pairs.mask)
    other = model.run(source, read=sites, mask=pairs.mask, logits=False)
    here = model.run(base, read=sites, mask=pairs.mask, gradient_of=chosen)
    scores = summed(model, {one: (other[one] - here[one]) * here.grad[one] for one in sites}, per)
    exact = Exact(model, base, product, chosen, pairs.mask)
    return Attribution(
        method=f"attribution patching, {direction}",
        means=MEANS[direction],
        site=site if isinstance(site, str) else ", ".join(map(str, sites)),
        metric=chosen,
        product=product,
        scores=scores.cpu(),
        token_strings=token_labels(model, base),
        agreement=exact.agreement(scores, sample=sample, seed=seed),
    )
