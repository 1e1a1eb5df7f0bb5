"""Direct logit attribution over a corpus: what every head and neuron adds to the logit of the token that comes next.

Every prediction of every text is divided among all parts, and only what accumulates is kept: means and spreads, and
the places where each part says most. One batch is in memory at a time, however long the corpus.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.attribution import NoExamplesError, SumError
from cutaway.errors.models import PromptError
from cutaway.models import Model, Trace
from cutaway.models.accumulators import TopK
from cutaway.models.accumulators.base import Seen
from cutaway.models.sites import Site
from cutaway.techniques.attribution.direct_logits import WITHIN
from cutaway.techniques.attribution.directions import SCALE, FinalNorm
from cutaway.techniques.attribution.tally import Tally

MEMORY_MB = 256.0  # for what is read of one pass
HEADS, NEURONS = "head", "neuron"

Batch = Tensor | tuple[Tensor, Tensor]  # tokens, or tokens with their mask; batches differ in size


@dataclass(eq=False, repr=False)
class DirectLogitsStream:
    """What accumulated for the heads and neurons of each layer, and for embeddings and biases.

    Keys are `(component, layer)`, of the rest `(component, None)`; features are heads or neurons. `strongest` and
    `weakest` hold the k largest and the k smallest shares, with row, position and token read there.
    """

    k: int
    tallies: dict[tuple[str, int | None], Tally] = field(default_factory=dict)
    strongest: dict[tuple[str, int | None], TopK] = field(default_factory=dict)
    weakest: dict[tuple[str, int | None], TopK] = field(default_factory=dict)
    predictions: int = 0
    off: float = 0.0

    def __repr__(self) -> str:
        parts = sum(len(found.total) for found in self.tallies.values())
        return (
            f"DirectLogitsStream({parts} parts, {self.predictions} predictions, sums within {self.off:.1g}, the final"
            " norm's divisor frozen; .frame, .examples)"
        )

    def add(self, component: str, layer: int | None, seen: Seen) -> None:
        """Take in the shares [sample, part] of one batch."""
        key = component, layer
        new = Tally.of(seen.values)
        self.tallies[key] = self.tallies[key] + new if key in self.tallies else new
        if component in (HEADS, NEURONS) and self.k:
            self.strongest.setdefault(key, TopK(self.k)).add(seen)
            self.weakest.setdefault(key, TopK(self.k, largest=False)).add(seen)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a part: `component layer head neuron`, `value` the mean share, `spread low high` over predictions."""
        tables = []
        for (component, layer), found in self.tallies.items():
            numbers = range(len(found.total))
            table = pd.DataFrame({"component": component, "layer": layer, "number": numbers})
            for name, numbered in (("head", HEADS), ("neuron", NEURONS)):
                table[name] = table["number"] if component == numbered else None
            table["value"], table["spread"] = found.mean.cpu().numpy(), found.spread.cpu().numpy()
            table["low"], table["high"] = found.low.cpu().numpy(), found.high.cpu().numpy()
            tables.append(table.drop(columns="number").astype({"layer": "Int64", "head": "Int64", "neuron": "Int64"}))
        return pd.concat(tables, ignore_index=True).assign(n=self.predictions)

    @cached_property
    def examples(self) -> pd.DataFrame:
        """The predictions that each head and neuron helps most (`end` strongest) and hurts most (`end` weakest).

        Raises: NoExamplesError if none were kept.
        """
        if not self.strongest:
            raise NoExamplesError
        tables = []
        for end, kept in (("strongest", self.strongest), ("weakest", self.weakest)):
            for (component, layer), found in kept.items():
                table = found.frame().rename(columns={"feature": component})
                tables.append(table.assign(component=component, layer=layer, end=end))
        columns = ["component", "layer", "head", "neuron", "end", "rank", "value", "row", "position", "token"]
        return (
            pd.concat(tables, ignore_index=True).reindex(columns=columns).astype({"head": "Int64", "neuron": "Int64"})
        )


def direct_logits_stream(
    model: Model,
    batches: Iterable[Batch],
    *,
    k: int = 0,
    memory_mb: float = MEMORY_MB,
) -> DirectLogitsStream:
    """Divide the logit of the next token, at every position of a corpus, among all heads, neurons and embeddings.

    `batches`: tokens [batch, pos], or pairs of tokens and mask; predictions from or of padding are left out. `k`: how
    many examples to keep of each head and neuron at either end.
    Units:  logits; the parts of a prediction add up to its logit, not to a log probability: what every token's logit
        gets alike is in it too.
    Cost:   a forward pass without the unembedding, and for each layer one map from d_model to its heads and neurons
        (0.29 of a forward pass at GPT-2 small's shape); the first rows once more, with logits, to check. Memory: about
        `memory_mb` of activations, and 56 k + 24 bytes a part. Examples cost another tenth of a pass or two.
    Raises: SumError if shares do not add up within 1e-4 to the stream, or those of the first rows to the logits;
        PromptError without a prediction; AbsentSiteError.
    Reference: Elhage et al. 2021, "A Mathematical Framework"; Geva et al. 2022, arXiv:2203.14680 (of MLPs).
    """
    cut = Streaming(model)
    found = DirectLogitsStream(k)
    row = 0
    for tokens, mask in chunks(batches, cut.rows(memory_mb)):
        if not row:
            cut.check_logits(tokens[:1], None if mask is None else mask[:1])
        cut.take_in(found, tokens, mask, row)
        row += len(tokens)
    if not found.predictions:
        raise PromptError(model.name, "there was nothing to predict", "Pass token ids [batch, pos] of two or more.")
    return found


def chunks(batches: Iterable[Batch], tokens_at_once: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Batches cut by rows so that no pass reads more tokens than fit."""
    for batch in batches:
        tokens, mask = batch if isinstance(batch, tuple) else (batch, None)
        rows = max(1, tokens_at_once // tokens.shape[1])
        for first in range(0, len(tokens), rows):
            yield tokens[first : first + rows], None if mask is None else mask[first : first + rows]


@dataclass(frozen=True, eq=False)
class Streaming:
    """One model's weights as the stream of shares needs them."""

    model: Model

    @cached_property
    def norm(self) -> FinalNorm:
        return FinalNorm.of(self.model)

    @cached_property
    def has_mlp(self) -> bool:
        return any(site.name == "mlp_out" for site in self.model.taps)

    @cached_property
    def sites(self) -> list[Site]:
        """What is read.

        Raises: AbsentSiteError for a model whose MLPs have no neurons to name.
        """
        last = Site("resid_post", self.model.shape.n_layers - 1)
        names = ["z", "mlp_post"] if self.has_mlp else ["z"]
        ends = [one for one in (Site("embed"), Site("pos_embed"), SCALE) if one in self.model.taps]
        return [*ends, Site("resid_pre", 0), last, *self.model.resolve(names)]

    def rows(self, memory_mb: float) -> int:
        """How many tokens fit into the memory."""
        shape = self.model.shape
        width = shape.n_layers * (shape.n_heads * shape.d_head + (shape.d_mlp if self.has_mlp else 0))
        return max(1, int(memory_mb * 1e6 / (4 * (width + 3 * shape.d_model + 4 * shape.d_mlp))))

    @torch.no_grad()
    def take_in(self, found: DirectLogitsStream, tokens: Tensor, mask: Tensor | None, first_row: int) -> None:
        """The shares of every prediction of one batch."""
        device = self.model.device
        trace = self.model.run(tokens, read=self.sites, mask=mask, logits=False)
        tokens = tokens.to(device)
        counted = predicted(tokens, None if mask is None else mask.to(device))
        row, position = counted.nonzero(as_tuple=True)
        if not len(row):
            return
        behind = self.model.weight("W_U").T[tokens[row, position + 1]].float()
        along = self.norm.before(behind)
        if SCALE in self.model.taps:
            along = along / trace[SCALE][row, position].float()
        label = (row + first_row, position, tokens[row, position])
        total = torch.zeros(len(row), dtype=torch.float64, device=device)
        largest = total.new_ones(len(row), dtype=torch.float32)
        for component, layer, shares in self.shares(trace, along, row, position):
            added = shares.sum(dim=-1)
            total += added
            largest = torch.maximum(largest, added.abs())
            found.add(component, layer, Seen(shares, *label))
        for component, share in self.biases(behind, tokens[row, position + 1]).items():
            found.add(component, None, Seen(share[:, None], *label))
        last = trace[f"resid_post.{self.model.shape.n_layers - 1}"][row, position]
        off = ((last.double() * along.double()).sum(dim=-1) - total).abs()
        if not bool((off <= WITHIN * largest).all()):
            raise SumError(self.model.name, "head and neuron", float(off.max()), WITHIN, "The parts miss the stream.")
        found.predictions += len(row)
        found.off = max(found.off, float(off.max()))

    def shares(
        self, trace: Trace, along: Tensor, row: Tensor, position: Tensor
    ) -> Iterator[tuple[str, int | None, Float[Tensor, "sample part"]]]:
        """Those of embeddings, then layer by layer of heads, neurons, and the biases of their maps."""
        yield from self.entering(trace, along, row, position)
        weights = self.model.layout.weights
        for layer in range(self.model.shape.n_layers):
            out = self.model.weight("W_O", layer).float()
            z = trace[f"z.{layer}"][row, position].float()
            read = (along @ out.flatten(0, 1).T).view(z.shape)
            yield HEADS, layer, (read * z).sum(dim=-1)
            if Site("mlp_post", layer) in self.model.taps:
                neurons = trace[f"mlp_post.{layer}"][row, position].float()
                yield NEURONS, layer, (along @ self.model.weight("W_out", layer).float().T).mul_(neurons)
            for name in ("b_O", "b_out"):
                if Site(name, layer) in weights:
                    yield name, layer, (along @ self.model.weight(name, layer).float())[:, None]

    def entering(
        self, trace: Trace, along: Tensor, row: Tensor, position: Tensor
    ) -> Iterator[tuple[str, None, Float[Tensor, "sample part"]]]:
        """Token and position embeddings, or what enters the first block where that is not their sum."""
        stream = trace["resid_pre.0"]
        names = [name for name in ("embed", "pos_embed") if name in trace]
        pieces = [trace[name].expand_as(stream) for name in names]
        for count in (2, 1):
            if len(pieces) >= count and torch.allclose(
                sum(pieces[:count], torch.zeros_like(stream)), stream, atol=1e-5
            ):
                for name, piece in zip(names[:count], pieces[:count], strict=True):
                    yield name, None, (piece[row, position].float() * along).sum(dim=-1, keepdim=True)
                return
        yield "resid_pre", None, (stream[row, position].float() * along).sum(dim=-1, keepdim=True)

    def biases(self, behind: Tensor, target: Tensor) -> Mapping[str, Tensor]:
        """What no part of the stream adds: the biases of the last norm and of the unembedding."""
        found = {}
        if self.norm.bias is not None:
            found["ln_final_bias"] = self.norm.shift(behind)
        if Site("b_U") in self.model.layout.weights:
            found["b_U"] = self.model.weight("b_U").float()[target]
        return found

    @torch.no_grad()
    def check_logits(self, tokens: Tensor, mask: Tensor | None) -> None:
        """Whether the stream along our directions, with the biases, is the model's own logit.

        Raises: SumError.
        """
        last = Site("resid_post", self.model.shape.n_layers - 1)
        ends = [SCALE] if SCALE in self.model.taps else []
        trace = self.model.run(tokens, read=[last, *ends], mask=mask)
        tokens = tokens.to(self.model.device)
        row, position = predicted(tokens, None if mask is None else mask.to(tokens.device)).nonzero(as_tuple=True)
        target = tokens[row, position + 1]
        behind = self.model.weight("W_U").T[target].float()
        along = self.norm.before(behind)
        if ends:
            along = along / trace[SCALE][row, position].float()
        ours = (trace[last][row, position].double() * along.double()).sum(dim=-1)
        ours = ours + sum(share.double() for share in self.biases(behind, target).values())
        off = (ours - trace.logits[row, position, target].double()).abs()
        if len(off) and not bool((off <= WITHIN * ours.abs().clamp(min=1.0)).all()):
            says = "The stream along the unembedding is not the logit."
            raise SumError(self.model.name, "head and neuron", float(off.max()), WITHIN, says)


def predicted(tokens: Int[Tensor, "batch pos"], mask: Tensor | None) -> Bool[Tensor, "batch pos"]:
    """Positions that predict a token: neither is padding, and the last one predicts none."""
    real = torch.ones_like(tokens, dtype=torch.bool) if mask is None else mask.bool()
    found = torch.zeros_like(real)
    found[:, :-1] = real[:, :-1] & real[:, 1:]
    return found
