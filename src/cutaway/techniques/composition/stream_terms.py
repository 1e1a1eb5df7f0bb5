"""The stream that a layer reads as a sum of terms: embeddings, every earlier head, biases, MLPs."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import TermsError
from cutaway.models import Model, Site, Trace

ROUNDING = 1e-4  # of the largest number
SAME = 1e-5  # likewise: below it two streams are equal
ENTERS = "resid_pre.0"


@dataclass(frozen=True)
class Term:
    """One of them: `name` as in graphs of parts, `embed`, `positions`, `0.3` (a head), `mlp0`, `b_O.0`, `bias`."""

    name: str
    layer: int | None = None
    head: int | None = None


@dataclass(frozen=True, eq=False)
class StreamTerms:
    """Terms, and what each adds to the stream at some positions."""

    terms: tuple[Term, ...]
    values: Float[Tensor, "term batch n d_model"]


def sites_of_terms(model: Model, layer: int) -> list[Site]:
    """What has to be read for the stream that enters a layer.

    Raises: AbsentSiteError where a part's output is no site.
    """
    entering = [site for site in (Site("embed"), Site("pos_embed")) if site in model.taps]
    earlier = [site for name in ("z", "mlp_out") for site in model.taps if site.name == name]
    return [*entering, Site("resid_pre", 0), *(site for site in earlier if (site.layer or 0) < layer)]


def terms_of_stream(model: Model, trace: Trace, layer: int, at: Int[Tensor, "batch n"]) -> StreamTerms:
    """Cut what enters a layer at some positions into terms.

    Raises: TermsError if they do not add up to it.
    """
    found = entering(trace, at)
    for before in range(layer):
        z = picked(trace[f"z.{before}"], at).float()
        written = torch.einsum("bnhd,hdm->hbnm", z, model.weight("W_O", before).detach().float())
        found += [(Term(f"{before}.{head}", before, head), one) for head, one in enumerate(written)]
        if Site("b_O", before) in model.layout.weights:
            bias = model.weight("b_O", before).detach().float()
            found.append((Term(f"b_O.{before}", before), bias.expand_as(written[0])))
        if f"mlp_out.{before}" in trace:
            found.append((Term(f"mlp{before}", before), picked(trace[f"mlp_out.{before}"], at).float()))
    values = torch.stack([value for _, value in found])
    check_sum(model, f"resid_pre.{layer}", values, picked(trace[f"resid_pre.{layer}"], at).float())
    return StreamTerms(tuple(term for term, _ in found), values)


def entering(trace: Trace, at: Int[Tensor, "batch n"]) -> list[tuple[Term, Float[Tensor, "batch n d_model"]]]:
    """What enters the first block: embeddings of tokens and positions if it is their sum, or that of tokens alone.

    Otherwise, as where embeddings are scaled or normed, all of it is the one term `embed`.
    """
    stream = trace[ENTERS]
    named = {Term("embed"): "embed", Term("positions"): "pos_embed"}
    pieces = {term: trace[site].expand_as(stream) for term, site in named.items() if site in trace}
    for some in (list(pieces), [Term("embed")]):
        if set(some) <= set(pieces) and same(sum(pieces[term] for term in some), stream):
            return [(term, picked(pieces[term], at).float()) for term in some]
    return [(Term("embed"), picked(stream, at).float())]


def picked(value: Float[Tensor, "batch pos *rest"], at: Int[Tensor, "batch n"]) -> Float[Tensor, "batch n *rest"]:
    """An activation at some positions of each prompt."""
    return value[torch.arange(len(value))[:, None], at]


def same(one: object, other: Tensor) -> bool:
    """Whether two streams are equal but for rounding."""
    return isinstance(one, Tensor) and float((one - other).abs().max()) <= SAME * float(other.abs().max())


def check_sum(model: Model, of: str, terms: Float[Tensor, "term *n"], true: Float[Tensor, "*n"]) -> None:
    """Raises: TermsError if terms do not add up."""
    off, allowed = float((terms.sum(dim=0) - true).abs().max()), ROUNDING * max(1.0, float(true.abs().max()))
    if not off <= allowed:  # so that nan is refused
        raise TermsError(model.name, of, off, allowed)
