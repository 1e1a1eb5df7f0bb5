"""Integrated gradients: follow the score from a baseline to the prompt, and divide what it gained among the parts.

The gradient is averaged along the straight line between two activations, so that parts which saturate at its end get
what they earned on the way. The parts add up to the difference in score exactly if the integral is; it is refined until
they do, so that what is given back can be trusted to be complete, though not to be causal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.attribution import FlatPathError, IncompleteError, SeveralSitesError
from cutaway.models import Metric, Model, Replace
from cutaway.models.sites import Site
from cutaway.techniques.attribution.attribution import Attribution
from cutaway.techniques.attribution.baseline import Baseline, baseline_at, named
from cutaway.techniques.attribution.occlusion import occluding
from cutaway.techniques.attribution.places import SAMPLE, Exact, summed, token_labels

WITHIN = 0.01  # share of the difference in score by which the parts may miss it
FIRST = 8  # steps to begin with
FLAT = 1e-6  # difference in score, in metric units, below which a path leads nowhere


@dataclass(frozen=True, eq=False, repr=False)
class Integrated(Attribution):
    """Integrated gradients with the number of steps taken, and by how much the parts miss the difference in score."""

    steps: int
    difference: Float[Tensor, "batch"]
    missing: Float[Tensor, "batch"]


@dataclass(frozen=True, eq=False)
class Stop:
    """One point on the way: how fast each place adds to the score there, and the score."""

    share: float
    rates: Float[Tensor, "place batch"]
    score: Float[Tensor, "batch"]


@dataclass(frozen=True, eq=False)
class Line:
    """The straight line between two activations of one site, and the places that its score is divided among."""

    model: Model
    tokens: Int[Tensor, "batch pos"]
    site: Site
    per: Sequence[str]
    start: Float[Tensor, "batch ..."]
    end: Float[Tensor, "batch ..."]
    metric: Metric
    mask: Int[Tensor, "batch pos"] | None

    def at(self, share: float) -> Stop:
        """A share of the way along."""
        edit = Replace(self.site, torch.lerp(self.start, self.end, share))
        trace = self.model.run(self.tokens, read=[self.site], edit=edit, mask=self.mask, gradient_of=self.metric)
        rates = trace.grad[self.site].double() * (self.end - self.start).double()
        return Stop(share, summed(self.model, {self.site: rates}, self.per), trace.score.double())


def integrated_gradients(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    metric: Metric,
    site: str = "embed",
    per: Sequence[str] = ("position",),
    baseline: Baseline = "zero",
    mask: Int[Tensor, "batch pos"] | None = None,
    most_steps: int = 512,
) -> Integrated:
    """What every place of `per` adds to the score on the way from the baseline to the prompt, at one site.

    Steps are halved, each for itself, until what all of them miss of the score they pass, sizes added up, is within 1 %
    of the prompt's difference in score, or of the mean one where its own is smaller. So errors that cancel do not count
    as none. `.agreement` is with putting the baseline in each of 24 places alone.
    Units:  of the metric; the places of a prompt add up to its score less the baseline's.
    Cost:   one forward and one backward pass for each step and one more (9 at least, `most_steps` + 1 at most), three
        forward passes, a sweep. Memory: places x prompts x steps, and what autograd keeps of one pass.
    Raises: IncompleteError if `most_steps` are not enough; FlatPathError, SeveralSitesError, BaselineError,
        NoSuchAxisError, GradientError, and the errors of the metric.
    Reference: Sundararajan, Taly & Yan 2017, arXiv:1703.01365; the integral by the trapezoidal rule.
    """
    sites = model.resolve(site)
    if len(sites) > 1:
        raise SeveralSitesError(site, [str(one) for one in sites])
    product = occluding(model, tokens, sites, per, baseline, mask=mask)
    end = model.run(tokens, read=sites, mask=mask, logits=False)[sites[0]]
    start = baseline_at(model, end, sites[0], baseline, tokens=tokens, mask=mask)
    line = Line(model, tokens, sites[0], per, start, end, metric, mask)
    added, difference, missing, steps = refined(line, most_steps)
    scores = added.float()
    exact = Exact(model, tokens, product, metric, mask, f"occlusion by {named(baseline)}", lost=True)
    return Integrated(
        method=f"integrated gradients from {named(baseline)}",
        means="What each place adds on the way from the baseline",
        site=str(sites[0]),
        metric=metric,
        product=product,
        scores=scores.cpu(),
        token_strings=token_labels(model, tokens),
        agreement=exact.agreement(scores, sample=SAMPLE),
        steps=steps,
        difference=difference.float().cpu(),
        missing=missing.float().cpu(),
    )


def refined(line: Line, most: int) -> tuple[Tensor, Tensor, Tensor, int]:
    """What each place adds along a line, the difference in score, what is missing of it, and the steps that took.

    Raises: FlatPathError; IncompleteError.
    """
    stops = [line.at(number / FIRST) for number in range(FIRST + 1)]
    difference = stops[-1].score - stops[0].score
    scale = float(difference.abs().mean())
    if scale <= FLAT:
        raise FlatPathError(str(line.site), line.metric.name, scale)
    allowed = WITHIN * difference.abs().clamp(min=scale)
    while True:
        added = [(after.share - before.share) * (before.rates + after.rates) / 2 for before, after in pairwise(stops)]
        gained = [after.score - before.score for before, after in pairwise(stops)]
        missing = torch.stack(
            [some.sum(dim=0) - gain for some, gain in zip(added, gained, strict=True)]
        )  # [step, batch]
        steps, off = len(missing), missing.abs().sum(dim=0)
        if bool((off <= allowed).all()):
            return torch.stack(added).sum(dim=0), difference, missing.sum(dim=0), steps
        wanting = (missing.abs() > allowed / (2 * steps)).any(dim=1).tolist()
        if steps + sum(wanting) > most:
            rows = (off > allowed).nonzero().flatten().tolist()
            worst = float((off / difference.abs().clamp(min=scale)).max())
            raise IncompleteError(str(line.site), worst, steps, WITHIN, most, rows)
        between = [
            line.at((before.share + after.share) / 2)
            for (before, after), wants in zip(pairwise(stops), wanting, strict=True)
            if wants
        ]
        stops = sorted([*stops, *between], key=lambda stop: stop.share)
