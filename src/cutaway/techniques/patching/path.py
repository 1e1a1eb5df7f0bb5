"""Path patching: what one part says to another, alone, while every other path stays as it was.

Where activation patching lets a change spread, here it goes from a sender straight to one reader: the queries, keys or
values of a head, an MLP, or the logits. Behind the reader everything is computed anew. With `through_mlps` the change
may pass the MLPs between the two, and only attention is frozen; a change then stays at its position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.graph import NoSlotError
from cutaway.errors.sweep import NoGapError
from cutaway.models import Add, Edit, Metric, Model, Replace, sweep
from cutaway.models.graph import Cut, Graph, Node, Slot
from cutaway.models.graph.graph import Reader
from cutaway.models.graph.reading import Reading
from cutaway.models.graph.says import said_on
from cutaway.models.pairs import Pairs
from cutaway.models.trace import Trace
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.direction import Direction, source_and_base

FLAT = 1e-4  # score gap, in metric units, below which a share is only noise


@dataclass(frozen=True, eq=False)
class Paths:
    """The effect of every sender on one reader. `scores`: of every patched run; `base`, `other`: of the two prompts."""

    senders: tuple[Node, ...]
    reader: Reader
    direction: Direction
    scores: Float[Tensor, "sender batch"]
    base: Float[Tensor, "batch"]
    other: Float[Tensor, "batch"]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a sender: `sender kind layer head`, `value`, `effect` (value less the base's), `share` of the gap."""
        value, base = self.scores.double().mean(dim=1), float(self.base.double().mean())
        gap = float(self.other.double().mean()) - base
        return pd.DataFrame(
            {
                "sender": [node.name for node in self.senders],
                "kind": [node.kind for node in self.senders],
                "layer": [node.layer for node in self.senders],
                "head": pd.array([node.head if node.kind == "head" else None for node in self.senders], dtype="Int64"),
                "receiver": self.reader.node.name,
                "slot": self.reader.slot,
                "value": value.numpy(),
                "effect": (value - base).numpy(),
                "share": ((value - base) / gap).numpy(),
                "direction": self.direction,
            }
        )


@torch.no_grad()
def patch_paths(
    model: Model,
    pairs: Pairs,
    *,
    receiver: str = "logits",
    slot: Slot = "logits",
    metric: Metric | None = None,
    through_mlps: bool = False,
    direction: Direction = "noising",
    progress: Progress = SILENT,
) -> Paths:
    """Patch the path from every earlier part to one reader alone, and score each run.

    `receiver`: a head ("9.6", with `slot` "q", "k" or "v"), an MLP ("mlp4", "in") or "logits". Noising runs the clean
    prompts, and the reader hears what the sender says on the corrupted ones; denoising the reverse.
    Units:  value and effect in the metric's; share of the gap from the run's own score to the other prompt's.
    Cost:   two forward passes and one sweep of an edit for each sender; through MLPs, of each sender also the MLPs up
        to the reader. Into the logits only the positions that the metric reads are computed. Memory: senders x batch x
        pos x d_model numbers, of as many positions as are computed.
    Raises: UncuttableError; UnknownNodeError; NoSlotError; UnknownChoiceError; NoGapError if the prompts do not differ
        in the metric.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 3.1 (through MLPs, attention frozen); Goldowsky-Dill et al.
        2023, arXiv:2304.05969 (direct).
    """
    graph = Graph.of(model)
    node = graph.node(receiver)
    reader = next((one for one in graph.readers if one.node == node and one.slot == slot), None)
    if reader is None:
        raise NoSlotError(receiver, slot, node.slots)
    others, tokens = source_and_base(direction, pairs.clean, pairs.corrupted)
    scored = (metric or pairs.metric).bind(model)
    places = scored.reads(*tokens.shape).positions if node.kind == "logits" else None
    edits = PathEdits(graph, reader, pairs, tokens, others, through_mlps, places)
    swept = sweep(model, tokens, edits, scored, mask=pairs.mask, progress=progress)
    base, other = swept.base, scored(model.run(others, mask=pairs.mask).logits).cpu()
    if abs(float((base - other).mean())) <= FLAT:
        raise NoGapError(scored.name, [], float((base - other).mean()))
    return Paths(edits.senders, reader, direction, swept.scores, base, other)


@dataclass(frozen=True, eq=False)
class PathEdits(Sequence[list[Edit]]):
    """By sender, the edit at the reader's slot; `places`: the positions of each prompt that matter, None for all."""

    graph: Graph
    reader: Reader
    pairs: Pairs
    tokens: Tensor
    others: Tensor
    through_mlps: bool
    places: Int[Tensor, "batch place"] | None

    @cached_property
    def reading(self) -> Reading:
        return Cut(self.graph, self.tokens, said_on(self.graph, self.others, self.pairs.mask), self.pairs.mask).reading

    @cached_property
    def senders(self) -> tuple[Node, ...]:
        return tuple(node for node in self.graph.senders if self.graph.before(node, self.reader.node))

    @cached_property
    def trace(self) -> Trace:
        """The streams of the run that is patched into."""
        read = ["resid_pre", "attn_out", *(["mlp_out"] if any(n.kind == "mlp" for n in self.graph.nodes) else [])]
        return self.graph.model.run(self.tokens, read=read, mask=self.pairs.mask, logits=False)

    def some(self, value: Float[Tensor, "batch pos d_model"]) -> Float[Tensor, "batch place d_model"]:
        """The positions that matter."""
        if self.places is None:
            return value
        return value.gather(1, self.places[:, :, None].expand(-1, -1, value.shape[-1]).to(value.device))

    @cached_property
    def changes(self) -> Float[Tensor, "sender batch place d_model"]:
        """What the stream at the reader gains, by sender."""
        own, other = (said_on(self.graph, one, self.pairs.mask) for one in (self.tokens, self.others))
        found = torch.stack([self.some(other[node.name] - own[node.name]) for node in self.senders])
        return self.passed_on(found) if self.through_mlps else found

    def passed_on(self, found: Float[Tensor, "sender batch place d_model"]) -> Tensor:
        """The same with what the MLPs between sender and reader make of it: they work at each position alone."""
        for node in [node for node in self.senders if node.kind == "mlp"]:
            at = [number for number, sender in enumerate(self.senders) if self.graph.before(sender, node)]
            stream = self.some(self.reading.stream(node, self.trace))
            found[at] += self.reading.mlp(node, stream + found[at]) - self.some(self.trace[f"mlp_out.{node.layer}"])
        return found

    def __len__(self) -> int:
        return len(self.senders)

    def __getitem__(self, number: int) -> list[Edit]:  # type: ignore[override]
        node, change = self.reader.node, self.changes[number]
        if node.kind == "logits":
            if self.places is not None:
                whole = change.new_zeros(*self.tokens.shape, change.shape[-1])
                change = whole.scatter(1, self.places[:, :, None].expand(-1, -1, change.shape[-1]), change)
            return [Add(f"resid_post.{node.layer - 1}", change)]
        stream = self.reading.stream(node, self.trace)
        if node.kind == "mlp":
            return [Replace(f"mlp_out.{node.layer}", self.reading.mlp(node, stream + change))]
        heard = self.reading.norm(node, stream + change) - self.reading.norm(node, stream)
        return [
            Add(f"{self.reader.slot}.{node.layer}", heard @ self.reading.map(node, self.reader.slot), head=node.head)
        ]
