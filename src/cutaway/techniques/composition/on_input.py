"""Composition on one input: which earlier parts make a head look from here to there, and what does it carry away?

An attention score is a product of a query and a key. Both are read from a stream that is a sum, of what embeddings,
earlier heads and MLPs wrote. With the norm's divisor frozen each is a sum too, and the score a table: one cell for each
pair of a query's term and a key's term.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import PlaceError, UnseenKeyError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model, Replace, Site, Trace
from cutaway.records.figure import Heat
from cutaway.techniques.composition.linear_reads import norm_before, refuse_norms, with_divisor
from cutaway.techniques.composition.scale import compared_sites, scale_of, visible
from cutaway.techniques.composition.stream_terms import (
    StreamTerms,
    Term,
    check_sum,
    picked,
    sites_of_terms,
    terms_of_stream,
)
from cutaway.techniques.composition.thin_maps import check_head, weight

ROWS = 32  # prompts in a pass that rotates terms
Place = int | Int[Tensor, "batch"]


@dataclass(frozen=True, eq=False, repr=False)
class OnInput:
    """One head's score from `query` to `key` in every prompt, as a table of terms, and its value at the key.

    `scores` are the model's own; every table of `table` sums to one of them. `carried` is what each term adds to the
    head's output from the key, along that output: a share, 1 in all. `moved` is that addition itself.
    """

    model: str
    layer: int
    head: int
    terms: tuple[Term, ...]
    query: Int[Tensor, "batch"]
    key: Int[Tensor, "batch"]
    table: Float[Tensor, "batch query_term key_term"]
    carried: Float[Tensor, "batch term"]
    moved: Float[Tensor, "batch term d_model"]
    scores: Float[Tensor, "batch"]
    pattern: Float[Tensor, "batch"]

    def __repr__(self) -> str:
        size = f"{len(self.table)} prompts, {len(self.terms)} terms"
        return f"OnInput({self.model}, head {self.layer}.{self.head}: {size}; .frame, .values, .figure)"

    @property
    def names(self) -> list[str]:
        """The terms by name."""
        return [term.name for term in self.terms]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a prompt and cell: `prompt query key query_term key_term value`.

        `value`, in nats of attention, includes the scale of the scores; those of a prompt sum to its score.
        """
        rows = [(name, other) for name in self.names for other in self.names]
        tables = []
        for prompt, (table, query, key) in enumerate(zip(self.table, self.query, self.key, strict=True)):
            one = pd.DataFrame(rows, columns=["query_term", "key_term"])
            one.insert(0, "prompt", prompt)
            one.insert(1, "query", int(query))
            one.insert(2, "key", int(key))
            one["value"] = table.double().flatten().numpy()
            tables.append(one)
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row a prompt and term: `prompt key term value`, where `value` is the share in what is carried."""
        prompts, terms = self.carried.shape
        return pd.DataFrame(
            {
                "prompt": [prompt for prompt in range(prompts) for _ in range(terms)],
                "key": self.key.repeat_interleave(terms).tolist(),
                "term": self.names * prompts,
                "value": self.carried.double().flatten().numpy(),
            }
        )

    @cached_property
    def figure(self) -> Chart | Shown:
        """The table as a heat map, mean over prompts: what keys hold along, what queries hold down."""
        means = self.frame.groupby(["query_term", "key_term"], sort=False)["value"].mean().reset_index()
        says = f"What makes head {self.layer}.{self.head} look there: its score, by terms of query and key."
        return show(Heat(table="terms", x="key_term", y="query_term", value="value", says=says), means)


def compose_on_input(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    layer: int,
    head: int,
    query: Place = -1,
    key: Place,
    mask: Int[Tensor, "batch pos"] | None = None,
) -> OnInput:
    """Split a head's query, key and value into what every earlier part wrote, and its score into their products.

    Terms: `embed` and `positions`, every head of earlier layers, their output biases, whole MLPs, and `bias`, which is
    that of the norm and of the map. Rotations turn every term by itself, by the model's own hand. `query` and `key`
    are positions, one for all prompts or one each; negative ones count from the end.
    Units:  nats of attention score, scale included: they sum to the score within 1e-4 of it. Terms of a key that are
        the same at all keys move no attention; a softmax sees differences only.
    Cost:   one forward pass to the layer with its attention matrix; where positions are rotations, as many again as
        there are terms; memory of every earlier z and MLP output, and of terms x batch x d_model.
    Raises: NoSuchHeadError, PlaceError, UnseenKeyError; NormBetweenError for norms of queries, keys or outputs;
        UnevenScoresError for biases by distance and soft caps; TermsError where the terms do not add up.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", on the terms of attention
        scores; with a frozen divisor as in direct logit attribution.
    """
    check_head(model, layer, head)
    refuse_norms(model, ("q", "k", "v"))
    rows, length = tokens.shape
    at = torch.stack([places(name, one, rows, length) for name, one in (("query", query), ("key", key))], dim=1)
    turned = Site("q_rot", layer) in model.taps
    sites = [*sites_of_terms(model, layer), *compared_sites(model, layer), Site("pattern", layer)]
    sites += [Site(name, layer) for name in ("resid_pre", "ln1_scale", "q", "k", "v")]
    trace = model.run(tokens, read=[site for site in sites if site in model.taps], mask=mask, logits=False)
    scores = one_each(trace[f"scores.{layer}"][:, head], at)
    refuse_unseen(scores, at)
    stream = terms_of_stream(model, trace, layer, at)
    slots = [split_slot(model, trace, stream, at, slot, (layer, head)) for slot in ("q", "k", "v")]
    terms = slots[0][0]
    queries, keys, values = slots[0][1][:, :, 0], slots[1][1][:, :, 1], slots[2][1][:, :, 1]
    if turned:
        queries, keys = rotated(model, trace, tokens, mask, at, (layer, head), (queries, keys))
    table = scale_of(model, trace, layer) * torch.einsum("tbd,ubd->btu", queries, keys)
    check_sum(model, f"scores.{layer}", table.flatten(1).T, scores.float())
    moved = values @ weight(model, "W_O", layer)[head]
    whole = moved.sum(dim=0)
    size = whole.square().sum(dim=-1)
    return OnInput(
        model=model.name,
        layer=layer,
        head=head,
        terms=terms,
        query=at[:, 0].cpu(),
        key=at[:, 1].cpu(),
        table=table.detach().cpu(),
        moved=moved.transpose(0, 1).detach().cpu(),
        carried=((moved * whole).sum(dim=-1) / torch.where(size == 0, 1.0, size)).T.detach().cpu(),
        scores=scores.float().detach().cpu(),
        pattern=one_each(trace[f"pattern.{layer}"][:, head], at).float().detach().cpu(),
    )


def places(name: str, given: Place, rows: int, length: int) -> Int[Tensor, "batch"]:
    """Positions from the start, one for each prompt.

    Raises: PlaceError.
    """
    found = torch.as_tensor(given, dtype=torch.long).cpu()
    fits = found.ndim == 0 or tuple(found.shape) == (rows,)
    if not fits or bool(((found < -length) | (found >= length)).any()):
        raise PlaceError(name, str(given if isinstance(given, int) else found.tolist()), rows, length)
    return torch.where(found < 0, found + length, found).expand(rows)


def one_each(value: Float[Tensor, "batch query key"], at: Int[Tensor, "batch two"]) -> Float[Tensor, "batch"]:
    """What is at each prompt's query and key."""
    return value[torch.arange(len(value)), at[:, 0], at[:, 1]]


def refuse_unseen(scores: Float[Tensor, "batch"], at: Int[Tensor, "batch two"]) -> None:
    """Raises: UnseenKeyError where the score is masked."""
    for row in (~visible(scores)).nonzero().flatten().tolist():
        query, key = at[row].tolist()
        why = "it comes later" if key > query else "it is padding, or outside the head's window"
        raise UnseenKeyError(row, query, key, why)


def split_slot(
    model: Model, trace: Trace, stream: StreamTerms, at: Tensor, slot: str, which: tuple[int, int]
) -> tuple[tuple[Term, ...], Float[Tensor, "term batch two d_head"]]:
    """A head's queries, keys or values at both places as sums of terms.

    Raises: TermsError.
    """
    layer, head = which
    norm: Any = norm_before(model, layer)
    divisor = None if norm is None else picked(trace[f"ln1_scale.{layer}"], at).float()
    map_ = weight(model, f"W_{slot.upper()}", layer)[head]
    parts = dict(zip(stream.terms, with_divisor(norm, stream.values, divisor) @ map_, strict=True))
    nothing = torch.zeros_like(next(iter(parts.values())))
    positions = Term("positions")
    if "pos_embed" in trace and positions not in parts:  # of a shortformer: added behind the norm, not to values
        added = picked(trace["pos_embed"].expand_as(trace[f"resid_pre.{layer}"]), at).float() @ map_
        parts[positions] = nothing if slot == "v" else added
    bias = nothing
    if getattr(norm, "bias", None) is not None:
        bias = bias + norm.bias.detach().float() @ map_
    if Site(f"b_{slot.upper()}", layer) in model.layout.weights:
        bias = bias + weight(model, f"b_{slot.upper()}", layer)[head]
    parts[Term("bias")] = bias
    values = torch.stack(list(parts.values()))
    site = trace[f"{slot}.{layer}"]
    check_sum(model, f"{slot}.{layer}", values, picked(site[:, :, shared(model, site, head)], at).float())
    return tuple(parts), values


def shared(model: Model, value: Float[Tensor, "batch pos head d_head"], head: int) -> int:
    """The number of the key-value head that a head reads, or its own."""
    return head * value.shape[2] // model.shape.n_heads


def rotated(
    model: Model,
    trace: Trace,
    tokens: Int[Tensor, "batch pos"],
    mask: Int[Tensor, "batch pos"] | None,
    at: Int[Tensor, "batch two"],
    which: tuple[int, int],
    terms: tuple[Float[Tensor, "term batch d_head"], Float[Tensor, "term batch d_head"]],
) -> tuple[Float[Tensor, "term batch d_head"], Float[Tensor, "term batch d_head"]]:
    """Each term of queries and keys as the model turns it: put in place of the whole, and read behind the rotation."""
    layer, head = which
    found: list[list[Tensor]] = [[], []]
    for some, repeated in batches(len(terms[0]), tokens, mask):
        edits = []
        for end, slot in enumerate(("q", "k")):
            value = trace[f"{slot}.{layer}"].detach().repeat(len(some), 1, 1, 1)
            rows, place = torch.arange(len(value)), at[:, end].repeat(len(some))
            value[rows, place, shared(model, value, head)] = terms[end][some].flatten(0, 1).to(value.dtype)
            edits.append(Replace(f"{slot}.{layer}", value))
        read = (f"q_rot.{layer}", f"k_rot.{layer}")
        after = model.run(repeated[0], read=read, edit=edits, mask=repeated[1], logits=False)
        for end, site in enumerate(read):
            value = after[site]
            rows, place = torch.arange(len(value)), at[:, end].repeat(len(some))
            here = value[rows, place, shared(model, value, head)].float()
            found[end].append(here.view(len(some), len(tokens), -1))
    return torch.cat(found[0]), torch.cat(found[1])


def batches(
    count: int, tokens: Int[Tensor, "batch pos"], mask: Int[Tensor, "batch pos"] | None
) -> Iterator[tuple[Sequence[int], tuple[Tensor, Tensor | None]]]:
    """A few terms at a time, and the prompts once for each of them."""
    some = max(1, ROWS // len(tokens))
    for first in range(0, count, some):
        chosen = list(range(first, min(first + some, count)))
        yield chosen, (tokens.repeat(len(chosen), 1), None if mask is None else mask.repeat(len(chosen), 1))
