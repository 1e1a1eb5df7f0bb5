"""What every head does to the lead of the right answer, prompt by prompt: straight, when others are gone, and through
where the name movers look."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Edit, Model
from cutaway.models.graph import Graph, Node
from cutaway.models.pairs import Pairs
from cutaway.models.trace import Trace
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.direct import Direct
from cutaway.techniques.ablation.unit import head_at
from cutaway.techniques.ablation.values import values_of
from cutaway.techniques.composition.linear_writes import refuse_indirect
from cutaway.techniques.detectors.roles.asked import Asked
from cutaway.techniques.detectors.roles.role import Looks
from cutaway.techniques.patching.path import PathEdits

Head = tuple[int, int]
ByHead = Float[Tensor, "layer head batch"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Runs of one model on the clean prompts of one question."""

    model: Model
    asked: Asked

    @cached_property
    def direct(self) -> Direct:
        """Raises: NotStraightError for a norm behind heads, because what they add is then no product of weights."""
        refuse_indirect(self.model, "z")
        return Direct(self.model, self.asked.pairs, self.asked.metric)

    @cached_property
    def clean(self) -> Trace:
        return self.run([])

    @property
    def lead(self) -> Float[Tensor, "batch"]:
        """The lead of the right answer, in logits."""
        return self.asked.metric.bind(self.model)(self.clean.logits).double().cpu()

    def run(self, edits: Sequence[Edit]) -> Trace:
        """A run on the clean prompts that reads what heads write and where they look."""
        pairs = self.asked.pairs
        return self.model.run(pairs.clean, read=[*self.direct.sites, "pattern"], edit=list(edits), mask=pairs.mask)

    def looks(self, trace: Trace, looks: Looks, *, control: bool) -> ByHead:
        """Attention to the keys of a role, or to those of its control, from the asked position."""
        layers = range(self.model.shape.n_layers)
        return torch.stack([self.asked.looked(trace, layer, looks, control=control) for layer in layers])

    def writes(self, trace: Trace) -> ByHead:
        """What every head adds to the lead straight, in logits, at the clean run's divisor of the last norm."""
        shape = self.model.shape
        parts = self.direct.written(trace).cpu()
        return parts.view(shape.n_layers, -1, parts.shape[1])[:, : shape.n_heads]

    def without(self, movers: Sequence[Head], knock_out: str) -> Trace:
        """The run with some heads ablated.

        Raises: UnknownAblationError.
        """
        units, pairs = [head_at(*place) for place in movers], self.asked.pairs
        (edits,) = values_of(self.model, pairs, units, knock_out).edits(units, pairs.clean)
        return self.run(edits)

    @torch.no_grad()
    def steering(self, movers: Sequence[Head], *, progress: Progress = SILENT) -> ByHead:
        """By how much the movers look less at the right answer, and more at the rival, when their queries hear what a
        head says on the corrupted prompts: in shares of attention, averaged over movers.

        Cost: for each mover a run of every earlier head, up to the mover's layer.
        Raises: UncuttableError.
        """
        pairs, shape = self.asked.pairs, self.model.shape
        found = torch.zeros(shape.n_layers, shape.n_heads, len(pairs), dtype=torch.float64)
        graph = Graph.of(self.model)
        with progress.phase(f"{self.model.name}: what steers name movers", len(movers)) as tick:
            for layer, head in movers:
                before = self.preference(self.clean, layer)[head]
                for sender, edits in path_edits(graph, (layer, head), pairs):
                    site = f"pattern.{layer}"
                    trace = self.model.run(pairs.clean, read=[site], edit=edits, mask=pairs.mask, logits=False)
                    change = before - self.preference(trace, layer)[head]
                    found[sender] += change / len(movers)
                tick()
        return found

    def preference(self, trace: Trace, layer: int) -> Float[Tensor, "head batch"]:
        """Attention of a layer's heads to the right answer less that to the rival."""
        return self.asked.looked(trace, layer, "right") - self.asked.looked(trace, layer, "right", control=True)


def path_edits(graph: Graph, head: Head, pairs: Pairs) -> list[tuple[Head, list[Edit]]]:
    """By earlier head, the edit that lets the queries of one head hear it as it is on the corrupted prompts."""
    node = graph.node(f"{head[0]}.{head[1]}")
    reader = next(one for one in graph.readers if one.node == node and one.slot == "q")
    edits = PathEdits(graph, reader, pairs, pairs.clean, pairs.corrupted, through_mlps=False, places=None)
    return [(place(sender), edits[at]) for at, sender in enumerate(edits.senders) if sender.kind == "head"]


def place(node: Node) -> Head:
    """Layer and head of a head."""
    assert node.layer is not None
    assert node.head is not None
    return node.layer, node.head
