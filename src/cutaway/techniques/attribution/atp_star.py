"""AtP*: attribution patching without its two usual blind spots.

A softmax that is sure has no gradient, though another query or key may turn it: for those the pattern is worked out
anew, exactly, and only what comes after it is taken to be linear. And where a part's direct effect is undone by what a
later layer makes of it, the two cancel in the gradient: so the gradient is also taken with one layer after the other
dropped from it, and the sizes of all those estimates are averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.attribution import UndroppableSiteError
from cutaway.models import Apply, Metric, Model, Patch, Trace, patches
from cutaway.models.pairs import Pairs
from cutaway.models.sites import Site
from cutaway.techniques.attribution.agreement import Agreement
from cutaway.techniques.attribution.attribution import Attribution
from cutaway.techniques.attribution.attribution_patching import MEANS
from cutaway.techniques.attribution.direction import Direction, source_and_base
from cutaway.techniques.attribution.places import SAMPLE, Exact, summed, token_labels
from cutaway.techniques.attribution.softmax_fix import keys_exchanged, queries_exchanged

KINDS = ("q", "k", "v", "z", "attn_out", "mlp_pre", "mlp_post", "mlp_out")
HALVES = ("attn_out", "mlp_out")


@dataclass(frozen=True, eq=False, repr=False)
class AtPStar(Attribution):
    """`scores`: signed, with the exact softmax, no layer dropped. `sizes`: mean size of the estimates with one dropped.

    `size_agreement`: of the sizes with the sizes of the exact effects.
    """

    sizes: Float[Tensor, "place batch"]
    size_agreement: Agreement | None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """As of every attribution, and `size`, the mean over prompts."""
        found = super().frame.copy()
        found["size"] = self.sizes.double().mean(dim=1).numpy()
        return found


@dataclass(frozen=True, eq=False)
class Estimate:
    """First-order effects of one kind of site, from activations that are the same whichever layer is dropped."""

    model: Model
    sites: tuple[Site, ...]
    tokens: Int[Tensor, "batch pos"]
    metric: Metric
    mask: Int[Tensor, "batch pos"] | None
    other: Trace
    base: Trace
    turned: Mapping[int, Tensor]  # scores of attention with the other prompt's queries or keys, by layer

    def values(self, dropped: int | None) -> dict[Site, Tensor]:
        """What a patch at each site would add, in the site's shape or summed over its features.

        A part of the dropped layer adds nothing.
        """
        asked = {site: Site("pattern", site.layer) if self.turned else site for site in self.sites}
        asked = {site: read for site, read in asked.items() if site.layer != dropped}
        slopes = self.slopes(list(asked.values()), dropped)
        found = {}
        for site in self.sites:
            if site not in asked:
                change = torch.zeros_like(self.base[site])
            elif self.turned:
                change = self.softmaxed(site, slopes[asked[site]])
            else:
                change = (self.other[site] - self.base[site]) * slopes[site]
            found[site] = change
        return found

    def slopes(self, read: Sequence[Site], dropped: int | None) -> Mapping[Site, Tensor]:
        """Gradients at some sites, with nothing going back through the halves of one layer."""
        if not read:
            return {}
        halves = [Site(name, dropped) for name in HALVES if Site(name, dropped) in self.model.taps]
        edits = [Apply(half, Tensor.detach) for half in halves] if dropped is not None else []
        trace = self.model.run(self.tokens, read=read, edit=edits, mask=self.mask, gradient_of=self.metric)
        return {site: trace.grad[site] for site in read}

    def softmaxed(self, site: Site, slope: Float[Tensor, "batch head query key"]) -> Float[Tensor, "batch pos held 1"]:
        """The change of one layer's pattern, exactly, times its gradient; shared heads add up."""
        layer = site.layer
        assert layer is not None
        exchanged = queries_exchanged if site.name == "q" else keys_exchanged
        found = exchanged(self.base[f"scores.{layer}"], self.turned[layer], slope)  # [batch, head, pos]
        held = self.base[site].shape[2]
        shared = found.reshape(len(found), held, -1, found.shape[-1]).sum(dim=2)
        return shared.transpose(1, 2)[..., None]


def atp_star(
    model: Model,
    pairs: Pairs,
    *,
    site: str = "q",
    per: Sequence[str] = ("layer", "head", "position"),
    direction: Direction = "denoising",
    metric: Metric | None = None,
    sample: int = SAMPLE,
    seed: int = 0,
) -> AtPStar:
    """What patching `site` at every place of `per` would add, with the softmax exact and no layer hiding another.

    `site`: q, k, v, z, attn_out, mlp_pre, mlp_post or mlp_out, with or without a layer. `per` for q and k names the
    position, or what is said is the sum over positions patched alone.
    Units:  of the metric: patched less unpatched; `.sizes` are at least 0, a mean over all layers dropped but the
        place's own, by prompt.
    Cost:   two forward passes (four for q and k), a forward and a backward pass for each layer and one more, and a
        sweep of `sample` edits. Memory: the sites on both prompts and their gradients; for q and k three tensors
        [batch, head, pos, pos] a layer.
    Raises: UndroppableSiteError, NoSuchAxisError, AbsentSiteError, UnknownChoiceError, GradientError, and the errors of
        the metric.
    Reference: Kramar, Lieberum, Shah & Nanda 2024, arXiv:2403.00745, sections 3.1.1 (softmax) and 3.1.2 (GradDrop).
    """
    if site.partition(".")[0] not in KINDS:
        raise UndroppableSiteError(site, KINDS)
    chosen = metric or pairs.metric
    source, base = source_and_base(direction, pairs.clean, pairs.corrupted)
    sites = tuple(model.resolve(site))
    estimate = prepared(model, sites, source, base, chosen, pairs.mask)
    scores = summed(model, estimate.values(None), per)
    sizes = torch.zeros_like(scores)
    for layer in range(model.shape.n_layers):
        sizes += summed(model, estimate.values(layer), per).abs()
    others = model.shape.n_layers - 1
    sizes = sizes / others if others else scores.abs()
    product = patches(model, source, sites, per=per, mask=pairs.mask)
    found = Exact(model, base, product, chosen, pairs.mask).sampled(scores, sample, seed)
    return AtPStar(
        method=f"AtP*, {direction}",
        means=MEANS[direction],
        site=site,
        metric=chosen,
        product=product,
        scores=scores.cpu(),
        token_strings=token_labels(model, base),
        agreement=None if found is None else found.agreement(scores),
        sizes=sizes.cpu(),
        size_agreement=None if found is None else found.agreement(sizes, sizes=True),
    )


def prepared(
    model: Model,
    sites: tuple[Site, ...],
    source: Int[Tensor, "batch pos"],
    base: Int[Tensor, "batch pos"],
    metric: Metric,
    mask: Int[Tensor, "batch pos"] | None,
) -> Estimate:
    """Everything about the two prompts that does not depend on the layer dropped."""
    if sites[0].name not in ("q", "k"):
        other = model.run(source, read=sites, mask=mask, logits=False)
        here = model.run(base, read=sites, mask=mask, logits=False)
        return Estimate(model, sites, base, metric, mask, other, here, {})
    layers = [site.layer for site in sites if site.layer is not None]
    both = [Site(name, layer) for layer in layers for name in ("q", "k")]
    other = model.run(source, read=both, mask=mask, logits=False)
    scores = [Site("scores", layer) for layer in layers]
    here = model.run(base, read=[*both, *scores], mask=mask, logits=False)
    # held at the base prompt's keys, all layers see the other prompt's queries in one pass; and the reverse
    pinned = [Patch(one, (other if one.name == sites[0].name else here)[one]) for one in both]
    turned = model.run(base, read=scores, edit=pinned, mask=mask, logits=False)
    return Estimate(
        model, sites, base, metric, mask, other, here, {layer: turned[f"scores.{layer}"] for layer in layers}
    )
