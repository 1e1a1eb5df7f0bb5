"""Skip trigrams of a head: "source ... destination -> output", read off its weights.

A head looks from the destination at the source (QK), and raises the outputs that the source calls for (OV). Both are
tables of d_vocab x d_vocab; each is made a few rows at a time, and of all triples only the strongest are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.models import Model, Site
from cutaway.techniques.composition.linear_reads import norm_before, refuse_norms
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.scale import attention_scale
from cutaway.techniques.composition.thin_maps import check_head, weight

KEPT = 50
CONTEXT = 16  # keys that attention is shared among
BLOCK = 1 << 22  # numbers of a table in memory at a time

Entries = tuple[Float[Tensor, "entry"], Int[Tensor, "entry three"]]


@dataclass(frozen=True, eq=False, repr=False)
class SkipTrigrams:
    """The strongest triples of one head: `tokens` are source, destination and output."""

    model: Model
    prepare: tuple[str, ...]
    layer: int
    head: int
    context: int
    tokens: Int[Tensor, "entry three"]
    value: Float[Tensor, "entry"]
    pattern: Float[Tensor, "entry"]
    raised: Float[Tensor, "entry"]

    def __repr__(self) -> str:
        where = f"{self.model.name}, head {self.layer}.{self.head}"
        return f"SkipTrigrams({where}: {len(self.value)} triples, {in_words(self.prepare)}; .frame)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a triple, strongest first: `layer head source destination output value pattern raised`, and ids.

        `value` is `pattern` times `raised`: the attention that the source gets among `context` keys, and what the
        output's logit gains, beside all other outputs, where all attention goes to the source.
        """
        columns = dict(zip(("source", "destination", "output"), self.tokens.T.tolist(), strict=True))
        frame = pd.DataFrame({name: self.model.token_strings(ids) for name, ids in columns.items()})
        frame.insert(0, "layer", self.layer)
        frame.insert(1, "head", self.head)
        for name in ("value", "pattern", "raised"):
            frame[name] = getattr(self, name).double().numpy()
        for name, ids in columns.items():
            frame[f"{name}_id"] = ids
        return frame


def skip_trigrams(
    model: Model, *, layer: int, head: int, keep: int = KEPT, context: int = CONTEXT, prepare: Sequence[str] = ()
) -> SkipTrigrams:
    """The triples by which one head alone moves logits the most, over the whole vocabulary.

    The direct path: token embeddings, through the norm before attention where there is one, into queries, keys and
    values with their biases; W_O; the unembedding. Positions and rotations are left out. The source stands once, among
    `context` keys whose other tokens are drawn evenly from the vocabulary.
    Units:  logits, up to the last norm's divisor, and its weights unless `prepare` folds them; an output's logit is
        counted from the mean over all outputs.
    Cost:   no passes over text; two products d_vocab x d_head x d_vocab and one with d_model, in blocks of BLOCK
        numbers; memory of a block and `keep` entries.
    Raises: NoSuchHeadError, TooFewError, NormBetweenError, UnevenScoresError, AbsentWeightError, TransformRefusedError.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", "skip-trigram tables", where
        tables are read by eye; ranking triples by the logits they move is ours.
    """
    for name, given, least in (("keep", keep, 1), ("context", context, 1)):
        if given < least:
            raise TooFewError(name, given, least)
    check_head(model, layer, head)
    model = prepared(model, prepare)
    refuse_norms(model, ("q", "k", "v"))
    circuits = Circuits.of(model, layer, head, context)
    best: Entries = torch.zeros(0), torch.zeros(0, 3, dtype=torch.long)
    parts: Float[Tensor, "entry two"] = torch.zeros(0, 2)
    for first, pattern, raised in circuits.by_source():
        (value, tokens), found = strongest(first, pattern, raised, keep)
        value, tokens, parts = torch.cat([best[0], value]), torch.cat([best[1], tokens]), torch.cat([parts, found])
        order = value.argsort(descending=True, stable=True)[:keep]
        best, parts = (value[order], tokens[order]), parts[order]
    value, tokens = best
    return SkipTrigrams(model, tuple(prepare), layer, head, context, tokens, value, parts[:, 0], parts[:, 1])


@dataclass(frozen=True, eq=False)
class Circuits:
    """One head's queries, keys and outputs of every token; queries are scaled."""

    queries: Float[Tensor, "d_vocab d_head"]
    keys: Float[Tensor, "d_vocab d_head"]
    values: Float[Tensor, "d_vocab d_head"]
    output: Float[Tensor, "d_head d_vocab"]
    context: int

    @classmethod
    def of(cls, model: Model, layer: int, head: int, context: int) -> "Circuits":
        """Read off the weights."""
        stream = weight(model, "W_E")
        norm: Any = norm_before(model, layer)
        if norm is not None:
            with torch.no_grad():
                stream = norm.forward(model.W_E).float()

        def read(letter: str) -> Tensor:
            made = stream @ weight(model, f"W_{letter}", layer)[head]
            has_bias = Site(f"b_{letter}", layer) in model.layout.weights
            return made + weight(model, f"b_{letter}", layer)[head] if has_bias else made

        output = weight(model, "W_O", layer)[head] @ weight(model, "W_U")
        output = output - output.mean(dim=-1, keepdim=True)
        return cls(attention_scale(model, layer) * read("Q"), read("K"), read("V"), output, context)

    def rows(self) -> int:
        """Tokens that are taken at a time."""
        return max(1, BLOCK // len(self.keys))

    def usual(self) -> Float[Tensor, "d_vocab"]:
        """For each destination, log of the mean of exp(score) over all sources."""
        scores = [torch.logsumexp(some @ self.keys.T, dim=-1) for some in torch.split(self.queries, self.rows())]
        return torch.cat(scores) - torch.tensor(float(len(self.keys))).log().to(self.keys.device)

    def by_source(self) -> Iterator[tuple[int, Float[Tensor, "some d_vocab"], Float[Tensor, "some d_vocab"]]]:
        """For some sources at a time, the number of the first, attention of every destination, gain of every output."""
        usual, first = self.usual(), 0
        for keys, values in zip(
            torch.split(self.keys, self.rows()), torch.split(self.values, self.rows()), strict=True
        ):
            above = keys @ self.queries.T - usual
            rest = torch.tensor(float(self.context - 1), device=above.device).log()
            yield first, torch.sigmoid(above - rest), values @ self.output
            first += len(keys)


def strongest(
    first: int, pattern: Float[Tensor, "some d_vocab"], raised: Float[Tensor, "some d_vocab"], keep: int
) -> tuple[Entries, Float[Tensor, "entry two"]]:
    """The largest products of some sources, with their tokens and both factors.

    Only triples that raise. In the `keep` largest, the i-th destination of a source and its j-th output have
    (i + 1) (j + 1) <= keep, because every pair with both further up is as large.
    """
    most = min(keep, pattern.shape[1])
    attention, destination = pattern.topk(most, dim=1)
    gain, output = raised.topk(most, dim=1)
    i, j = torch.meshgrid(torch.arange(most), torch.arange(most), indexing="ij")
    inside = (i + 1) * (j + 1) <= keep
    i, j = i[inside].to(pattern.device), j[inside].to(pattern.device)
    value = (attention[:, i] * gain[:, j]).flatten()
    order = value.argsort(descending=True, stable=True)[: min(keep, int((value > 0).sum()))]
    row, pair = order // len(i), order % len(i)
    tokens = torch.stack([row + first, destination[row, i[pair]], output[row, j[pair]]], dim=1)
    factors = torch.stack([attention[row, i[pair]], gain[row, j[pair]]], dim=1)
    return (value[order].cpu(), tokens.cpu()), factors.cpu()
